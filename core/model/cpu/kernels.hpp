#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cameo {

/// Columns of a packed matrix's panel, the same for every instruction set, so that one packing serves all.
inline constexpr std::size_t kPanel = 16;

enum class Activation { None, Gelu, GeluTanh, Relu };

/// W [N, K] row-major (a linear layer's weight: y = x W^T + b) laid out for the kernels: panel after panel of 16
/// output columns, each [K, 16], the last one filled with zeros.
struct PackedMatrix {
    std::size_t n = 0, k = 0;
    std::vector<float> data;
    std::vector<float> bias; ///< [panels * 16], zeros where the layer has none

    std::size_t panels() const { return (n + kPanel - 1) / kPanel; }
    const float* panel(std::size_t panel_idx) const { return data.data() + panel_idx * k * kPanel; }
};

/// @param weight [n, k] row-major   @param bias [n] or empty
PackedMatrix pack(std::span<const float> weight, std::span<const float> bias, std::size_t n, std::size_t k);

/// C[r, c] = act(sum over i of A[r, i] * B[c, i] + bias[c]) for all rows and the columns of `panels` panels.
/// Each element adds up in the order of i whatever the shapes, so a text's numbers do not depend on its batch.
struct GemmCall {
    const float* a = nullptr; ///< [m, k], rows `lda` apart
    std::size_t lda = 0, m = 0, k = 0;
    const float* b = nullptr; ///< `panels` panels of [k, 16]
    std::size_t panels = 0;
    const float* bias = nullptr; ///< [panels * 16], or null
    float* c = nullptr;          ///< [m, n], rows `ldc` apart
    std::size_t ldc = 0, n = 0;  ///< n <= panels * 16
    Activation activation = Activation::None;
};

/// The inner loops, compiled once for each instruction set from one source (kernels.inl). All float32; no function
/// allocates or keeps state.
struct CpuKernels {
    const char* name; ///< "AVX2", "AVX512", "portable"

    void (*gemm)(const GemmCall& call);

    /// out[c] = max over rows r of sum over i of A[r, i] * B[c, i]: a decoder's largest logits without the logits.
    /// @param a [m, k], m >= 1   @param b `panels` panels of [k, 16]   @param out [panels * 16]
    void (*max_product)(const float* a, std::size_t lda, std::size_t m, std::size_t k, const float* b,
                        std::size_t panels, float* out);

    /// out = (v - mean) / sqrt(var + eps) * gamma + beta over each row of v = x (+ residual), Ba et al. 2016
    /// (arXiv 1607.06450, eq. 4); variance without Bessel's correction.
    /// @param x, residual, out [m, width], rows `stride` apart; residual may be null, out may be x
    void (*layer_norm)(const float* x, const float* residual, const float* gamma, const float* beta, float eps,
                       std::size_t m, std::size_t width, std::size_t stride, float* out);

    /// Each row becomes softmax(scale * row), in place. @param x [m, n], rows `stride` apart
    void (*softmax)(float* x, std::size_t m, std::size_t n, std::size_t stride, float scale);

    /// In place over a flat array.
    void (*activate)(float* x, std::size_t n, Activation activation);

    /// weight = log(1 + max(logit, 0)), in place.
    void (*log1p_relu)(float* x, std::size_t n);
};

/// The widest set that this processor has. CAMEO_ISA=portable|avx2|avx512 names another one, for tests and doubts.
const CpuKernels& cpu_kernels();

const CpuKernels& portable_kernels();
/// Null where the processor or the build does not have the instructions.
const CpuKernels* avx2_kernels();
const CpuKernels* avx512_kernels();

} // namespace cameo
