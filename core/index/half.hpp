#pragma once

#include "core/index/simd.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace cameo {

/// IEEE 754 binary16 as its bits. Token vectors are stored so: 11 significant bits, 2 bytes a value.
using Half = std::uint16_t;

/// Rounds to nearest, ties to even; beyond 65504 gives infinity. @pre to.size() == from.size()
void to_half(std::span<const float> from, std::span<Half> to, Simd simd = best_simd());
/// Exact. @pre to.size() == from.size()
void to_float(std::span<const Half> from, std::span<float> to, Simd simd = best_simd());

} // namespace cameo
