#include "core/index/half.hpp"

#include "core/base/error.hpp"

#include <bit>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace cameo {

namespace {

Half half_of(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<Half>((bits >> 16) & 0x8000u);
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) return sign | 0x7e00u;  // not a number
    if (magnitude >= 0x477ff000u) return sign | 0x7c00u; // rounds to 65536 or more
    if (magnitude < 0x38800000u) {
        // Below 2^-14 the half is subnormal: adding 0.5 leaves its ten bits, rounded, at the end of the sum.
        const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
        return sign | static_cast<Half>(std::bit_cast<std::uint32_t>(shifted) - 0x3f000000u);
    }
    const std::uint32_t odd = (magnitude >> 13) & 1u;
    return sign | static_cast<Half>((magnitude - 0x38000000u + 0xfffu + odd) >> 13);
}

float float_of(Half half) {
    const std::uint32_t sign = (half & 0x8000u) << 16;
    const std::uint32_t magnitude = half & 0x7fffu;
    if (magnitude >= 0x7c00u) return std::bit_cast<float>(sign | 0x7f800000u | (magnitude & 0x3ffu) << 13);
    // The exponent's bias differs by 112; the product is exact for subnormal halves as well.
    const float value = std::bit_cast<float>(magnitude << 13) * 0x1p112f;
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(value) | sign);
}

#if defined(__x86_64__)
__attribute__((target("f16c,avx"))) std::size_t to_half_f16c(const float* from, Half* to, std::size_t count) {
    std::size_t at = 0;
    for (; at + 8 <= count; at += 8)
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to + at),
                         _mm256_cvtps_ph(_mm256_loadu_ps(from + at), _MM_FROUND_TO_NEAREST_INT));
    return at;
}

__attribute__((target("f16c,avx"))) std::size_t to_float_f16c(const Half* from, float* to,
                                                              std::size_t count) {
    std::size_t at = 0;
    for (; at + 8 <= count; at += 8)
        _mm256_storeu_ps(to + at,
                         _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from + at))));
    return at;
}
#endif

} // namespace

void to_half(std::span<const float> from, std::span<Half> to, [[maybe_unused]] Simd simd) {
    check(from.size() == to.size(), "to_half: lengths differ");
    std::size_t at = 0;
#if defined(__x86_64__)
    if (simd != Simd::Portable) at = to_half_f16c(from.data(), to.data(), from.size());
#endif
    for (; at < from.size(); ++at)
        to[at] = half_of(from[at]);
}

void to_float(std::span<const Half> from, std::span<float> to, [[maybe_unused]] Simd simd) {
    check(from.size() == to.size(), "to_float: lengths differ");
    std::size_t at = 0;
#if defined(__x86_64__)
    if (simd != Simd::Portable) at = to_float_f16c(from.data(), to.data(), from.size());
#endif
    for (; at < from.size(); ++at)
        to[at] = float_of(from[at]);
}

} // namespace cameo
