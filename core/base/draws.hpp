#pragma once

#include <cstdint>

namespace cameo {

/// Random numbers that are a function of what they are for: seed, step, purpose and place. Nothing has to be kept for
/// a training to go on from a checkpoint as if it had never stopped, and no draw depends on how many were made before.
/// The numbers are the same with every compiler and library.
class Draws {
public:
    /// @param purpose tells independent streams apart: 1 the order of an epoch, 2 positives, 3 negatives, 10 a gate's
    /// noise, 11 the weights of a new block, 12 a noise storm
    Draws(std::uint64_t seed, std::uint64_t purpose, std::uint64_t a = 0, std::uint64_t b = 0);

    std::uint64_t next();
    /// Uniform in 0 .. below - 1. @pre below >= 1
    std::uint64_t below(std::uint64_t below);
    /// Uniform in [0, 1).
    double unit();
    /// Standard normal (Box and Muller).
    double normal();

private:
    std::uint64_t m_state;
};

} // namespace cameo
