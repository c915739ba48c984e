#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>

namespace cameo {

/// The draws of one case: its number and the seed of the run give the same ones again, on every machine.
class Dice {
public:
    Dice(std::uint64_t seed, std::uint64_t case_number) : m_engine(seed * 0x9e3779b97f4a7c15 + case_number) {}

    std::uint64_t bits() { return m_engine(); }
    /// 0 .. size - 1   @pre size > 0
    std::size_t below(std::size_t size) { return static_cast<std::size_t>(m_engine() % size); }
    bool one_in(std::size_t times) { return below(times) == 0; }
    template <typename List>
    auto& of(List&& list) {
        return list[below(std::size(list))];
    }

private:
    std::mt19937_64 m_engine;
};

} // namespace cameo
