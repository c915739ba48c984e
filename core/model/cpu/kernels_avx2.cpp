#include "core/model/cpu/kernels.hpp"
#include "core/model/cpu/rows.hpp"

// This file alone is compiled with AVX2's instructions (core/model/CMakeLists.txt); where the compiler has none, the
// set is simply not there.
#ifdef __AVX2__

#define LANES 8
#define ROWS 6
#define WIDE 1
#include "core/model/cpu/kernels.inl"

namespace cameo {

const CpuKernels* avx2_kernels() {
    static constexpr CpuKernels kernels{"AVX2", gemm, max_product, layer_norm, softmax, activate, log1p_relu};
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kernels : nullptr;
}

} // namespace cameo

#else

namespace cameo {
const CpuKernels* avx2_kernels() { return nullptr; }
} // namespace cameo

#endif
