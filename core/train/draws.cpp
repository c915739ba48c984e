#include "core/train/draws.hpp"

#include <numeric>
#include <utility>

namespace cameo {

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
