#pragma once

#include <span>

namespace cameo {

/// s = <a, b> of two pooled vectors, in eight partial sums of a fixed order: the same bits wherever a score of a global
/// expert is computed.   @pre a.size() == b.size()
float global_product(std::span<const float> a, std::span<const float> b);

} // namespace cameo
