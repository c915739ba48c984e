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

/// A processor, as far as bf16 goes.
struct Bf16Support {
    bool amx = false, avx512 = false; ///< has the instructions
    bool half_rate = false;           ///< AVX512-BF16 multiplies half as many numbers a cycle as float32's instructions do
};
/// Asked of this processor. Intel's with AMX, from Sapphire Rapids on, have AVX512-BF16 at half rate; where a virtual machine
/// hides AMX, that is what is left: documents were encoded 1.8 times slower by it than in float32 (Emerald Rapids, two cores).
Bf16Support bf16_support();

/// The instructions by which bf16 is faster than float32, and the width from which it is taken to be; no name: it is not.
/// AVX512-BF16 at its full rate (Zen 4, Cooper Lake) makes up for what ATen costs beside our own kernels only where products
/// are large: with it encoders of H = 128 were 1.4 times slower.
struct FastBf16 {
    std::string instructions;
    std::int64_t from_width = 0;
};
FastBf16 fast_bf16(const Bf16Support& support);

/// What the driver calls the GPU in use. @pre load_cuda() was successful
std::string gpu_name();

/// Loads libtorch_cuda.so and its own libraries into the process, once, when there is a driver.
/// @returns an empty text, or why CUDA is not to be had.
std::string load_cuda();

} // namespace cameo
