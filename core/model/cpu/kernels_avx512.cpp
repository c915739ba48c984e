#include "core/model/cpu/kernels.hpp"
#include "core/model/cpu/rows.hpp"

// This file alone is compiled with AVX512's instructions (core/model/CMakeLists.txt); where the compiler has none, the
// set is simply not there.
#ifdef __AVX512F__

#define LANES 16
#define ROWS 12
#define WIDE 2
#include "core/model/cpu/kernels.inl"

namespace cameo {

const CpuKernels* avx512_kernels() {
    static constexpr CpuKernels kernels{"AVX512", gemm, max_product, layer_norm, softmax, activate, log1p_relu};
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") ? &kernels : nullptr;
}

} // namespace cameo

#else

namespace cameo {
const CpuKernels* avx512_kernels() { return nullptr; }
} // namespace cameo

#endif
