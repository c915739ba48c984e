#include "core/base/draws.hpp"

#include "core/base/error.hpp"

#include <cmath>
#include <numbers>

namespace cameo {

namespace {

/// SplitMix64 (Steele, Lea and Flood 2014): every input bit changes half of the output's.
std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

constexpr std::uint64_t kStride = 0x9e3779b97f4a7c15u;

} // namespace

Draws::Draws(std::uint64_t seed, std::uint64_t purpose, std::uint64_t a, std::uint64_t b)
    : m_state(mix(mix(mix(mix(seed + kStride) + purpose) + a) + b)) {}

std::uint64_t Draws::next() { return mix(m_state += kStride); }

std::uint64_t Draws::below(std::uint64_t below) {
    check(below >= 1, "Draws: nothing to draw from");
    // Without the incomplete last run of remainders, or small numbers would come up more often.
    const std::uint64_t end = ~std::uint64_t{0} - ~std::uint64_t{0} % below;
    std::uint64_t x = next();
    while (x >= end)
        x = next();
    return x % below;
}

double Draws::unit() { return double(next() >> 11) * 0x1p-53; }

double Draws::normal() {
    const double radius = std::sqrt(-2 * std::log(1 - unit()));
    return radius * std::cos(2 * std::numbers::pi * unit());
}

} // namespace cameo
