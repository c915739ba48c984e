#include "core/train/draws.hpp"

#include "core/base/error.hpp"

#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

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

std::vector<std::uint32_t> shuffled(std::uint32_t count, std::uint64_t seed, std::uint64_t epoch) {
    constexpr std::uint64_t kPurpose = 1;
    Draws draws(seed, kPurpose, epoch);
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0u);
    for (std::size_t left = count; left > 1; --left)
        std::swap(order[left - 1], order[draws.below(left)]);
    return order;
}

std::vector<std::int32_t> draw_some(std::span<const std::int32_t> from, std::size_t wanted, Draws& draws) {
    std::vector<std::int32_t> left(from.begin(), from.end()), drawn;
    while (drawn.size() < wanted && !left.empty()) {
        std::swap(left[draws.below(left.size())], left.back());
        drawn.push_back(left.back());
        left.pop_back();
    }
    return drawn;
}

} // namespace cameo
