#include "core/index/global_product.hpp"

#include <cstddef>

namespace cameo {

float global_product(std::span<const float> a, std::span<const float> b) {
    float sums[8] = {};
    std::size_t at = 0;
    for (; at + 8 <= a.size(); at += 8)
        for (std::size_t lane = 0; lane < 8; ++lane)
            sums[lane] += a[at + lane] * b[at + lane];
    float rest = 0;
    for (; at < a.size(); ++at)
        rest += a[at] * b[at];
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7])) + rest;
}

} // namespace cameo
