#include "core/index/simd.hpp"

namespace cameo {

std::vector<Simd> available_simd() {
    std::vector<Simd> found{Simd::Portable};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c")) {
        found.push_back(Simd::Avx2);
        if (__builtin_cpu_supports("avx512f")) found.push_back(Simd::Avx512);
    }
#endif
    return found;
}

Simd best_simd() {
    static const Simd best = available_simd().back();
    return best;
}

} // namespace cameo
