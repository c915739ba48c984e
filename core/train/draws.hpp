#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace cameo {

/// Random numbers that are a function of what they are for: seed, step, purpose and place. Nothing has to be kept for
/// a training to go on from a checkpoint as if it had never stopped, and no draw depends on how many were made before.
/// The numbers are the same with every compiler and library.
class Draws {
public:
    /// @param purpose tells independent streams apart: 1 the order of an epoch, 2 negatives, …
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

/// 0 .. count - 1 in the order of an epoch.
std::vector<std::uint32_t> shuffled(std::uint32_t count, std::uint64_t seed, std::uint64_t epoch);

/// `wanted` different members of `from`, or all of them when there are not so many, in the order drawn.
std::vector<std::int32_t> draw_some(std::span<const std::int32_t> from, std::size_t wanted, Draws& draws);

} // namespace cameo
