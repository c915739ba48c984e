#pragma once

#include <string>

namespace cameo {

enum class Precision { Fp32, Bf16, Fp16 };

/// Where encoders run and in what, decided by what is really there.
struct DeviceChoice {
    bool cuda = false;
    Precision precision = Precision::Fp32;
    std::string instructions; ///< what makes the precision fast: "AMX-BF16", "AVX512-BF16", or the kernels' own
    std::string remark;       ///< why not CUDA, why not half precision
};

/// $CAMEO_DEVICE=cpu keeps away from a GPU, $CAMEO_PRECISION=fp32 from half precision.
DeviceChoice choose_device();

/// Loads libtorch_cuda.so and its own libraries into the process, once, when there is a driver.
/// @returns an empty text, or why CUDA is not to be had.
std::string load_cuda();

} // namespace cameo
