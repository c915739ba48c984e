#pragma once

#include "core/model/encoder/precision.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace cameo {

/// Where encoders run and in what, decided by what is really there. On a processor queries are always encoded in float32
/// by our own kernels: a query took 4.2 ms so, and 12.0 ms in bf16 through ATen (AVX512-BF16, two cores).
struct DeviceChoice {
    bool cuda = false;
    Precision precision = Precision::Fp32; ///< of everything on a GPU, of documents on a processor
    std::int64_t from_width = 0;           ///< encoders that are narrower stay in float32
    std::string instructions; ///< what makes the precision fast: "AMX-BF16", "AVX512-BF16", or the kernels' own
    std::string remark;       ///< why not CUDA, why not half precision

    /// @param hidden H of the encoder
    Precision documents_in(std::int64_t hidden) const { return hidden >= from_width ? precision : Precision::Fp32; }
};

/// $CAMEO_DEVICE=cpu keeps away from a GPU, $CAMEO_PRECISION=fp32 from half precision.
DeviceChoice choose_device();

/// The width from which bf16 pays on a processor with these instructions. With AVX512-BF16 documents were encoded 1.3
/// times as fast at H = 384 and 1.4 times slower at H = 128; AMX, several times as fast again, is taken to pay always.
std::int64_t bf16_pays_from(std::string_view instructions);

/// What the driver calls the GPU in use. @pre load_cuda() was successful
std::string gpu_name();

/// Loads libtorch_cuda.so and its own libraries into the process, once, when there is a driver.
/// @returns an empty text, or why CUDA is not to be had.
std::string load_cuda();

} // namespace cameo
