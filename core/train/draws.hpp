#pragma once

#include "core/base/draws.hpp"

#include <span>
#include <vector>

namespace cameo {

/// 0 .. count - 1 in the order of an epoch.
std::vector<std::uint32_t> shuffled(std::uint32_t count, std::uint64_t seed, std::uint64_t epoch);

/// `wanted` different members of `from`, or all of them when there are not so many, in the order drawn.
std::vector<std::int32_t> draw_some(std::span<const std::int32_t> from, std::size_t wanted, Draws& draws);

} // namespace cameo
