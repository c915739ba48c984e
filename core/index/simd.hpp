#pragma once

#include <vector>

namespace cameo {

/// Which instructions the kernels of the index use. Each kernel exists for all three and gives the same
/// result up to float rounding; on one machine the choice never changes, so scores are reproducible.
enum class Simd { Portable, Avx2, Avx512 };

/// The best that this processor has. Avx2 stands for AVX2 with FMA and F16C, Avx512 for AVX512-F beside
/// those.
Simd best_simd();

/// All that this processor has, the portable one first: for tests and benchmarks.
std::vector<Simd> available_simd();

} // namespace cameo
