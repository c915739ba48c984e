#include "core/model/cpu/kernels.hpp"
#include "core/model/cpu/rows.hpp"

#define LANES 4
#define ROWS 2
#define WIDE 1
#include "core/model/cpu/kernels.inl"

namespace cameo {

const CpuKernels& portable_kernels() {
    static constexpr CpuKernels kernels{"portable", gemm, max_product, layer_norm, softmax, activate, log1p_relu};
    return kernels;
}

} // namespace cameo
