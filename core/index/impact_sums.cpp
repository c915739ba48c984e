#include "core/index/impact_sums.hpp"

#include <algorithm>
#include <bit>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace cameo {

namespace {

constexpr std::size_t kStep = 32; // bytes of an AVX2 register

void add_block_portable(std::span<std::uint16_t> sums, const std::uint8_t* impacts, std::uint16_t factor) {
    for (std::size_t document = 0; document < sums.size(); ++document)
        sums[document] = static_cast<std::uint16_t>(sums[document] + (impacts[document] * std::uint32_t{factor} >> 8) + (impacts[document] != 0 ? 1 : 0));
}

std::size_t count_portable(std::span<const std::uint16_t> sums, std::uint16_t least) {
    std::uint32_t count = 0;
    for (const auto sum : sums)
        count += sum >= least ? 1 : 0;
    return count;
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void add_block_avx2(std::span<std::uint16_t> sums, const std::uint8_t* impacts, std::uint16_t factor) {
    const __m256i times = _mm256_set1_epi16(static_cast<short>(factor)), one = _mm256_set1_epi16(1);
    for (std::size_t document = 0; document < sums.size(); document += kStep / 2) {
        const __m256i impact = _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(impacts + document)));
        // The upper half of (impact * 256) * factor, and 1 where there is a posting.
        const __m256i added = _mm256_add_epi16(_mm256_mulhi_epu16(_mm256_slli_epi16(impact, 8), times), _mm256_min_epu16(impact, one));
        auto* const to = reinterpret_cast<__m256i*>(sums.data() + document);
        _mm256_storeu_si256(to, _mm256_add_epi16(_mm256_loadu_si256(to), added));
    }
}

[[gnu::target("avx2")]] std::size_t count_avx2(std::span<const std::uint16_t> sums, std::uint16_t least) {
    const __m256i bound = _mm256_set1_epi16(static_cast<short>(least)), ones = _mm256_set1_epi16(1);
    __m256i total = _mm256_setzero_si256();
    for (std::size_t document = 0; document < sums.size(); document += kStep) {
        const auto* const from = reinterpret_cast<const __m256i*>(sums.data() + document);
        const __m256i first = _mm256_loadu_si256(from), second = _mm256_loadu_si256(from + 1);
        const __m256i reached = _mm256_add_epi16(_mm256_cmpeq_epi16(_mm256_max_epu16(first, bound), first),
                                                 _mm256_cmpeq_epi16(_mm256_max_epu16(second, bound), second)); // minus 1 for each
        total = _mm256_sub_epi32(total, _mm256_madd_epi16(reached, ones));
    }
    alignas(32) std::uint32_t lanes[8];
    _mm256_store_si256(reinterpret_cast<__m256i*>(lanes), total);
    std::size_t count = 0;
    for (const auto lane : lanes)
        count += lane;
    return count;
}

[[gnu::target("avx2")]] void take_avx2(std::span<std::uint16_t> sums, std::uint16_t least, std::vector<Summed>& taken) {
    const __m256i bound = _mm256_set1_epi16(static_cast<short>(least));
    for (std::size_t document = 0; document < sums.size(); document += kStep / 2) {
        auto* const from = reinterpret_cast<__m256i*>(sums.data() + document);
        const __m256i here = _mm256_loadu_si256(from);
        const __m256i reached = _mm256_cmpeq_epi16(_mm256_max_epu16(here, bound), here);
        auto bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(reached));
        if (bits == 0) continue;
        for (; bits != 0; bits &= bits - 1, bits &= bits - 1) { // two bits a document
            const std::size_t at = document + static_cast<std::size_t>(std::countr_zero(bits)) / 2;
            taken.push_back({static_cast<std::uint16_t>(at), sums[at]});
        }
        _mm256_storeu_si256(from, _mm256_andnot_si256(reached, here));
    }
}
#endif

} // namespace

void add_list(std::span<std::uint16_t> sums, std::span<const std::uint16_t> documents, std::span<const std::uint8_t> impacts, std::uint16_t factor) {
    std::uint16_t* const to = sums.data();
    for (std::size_t at = 0; at < documents.size(); ++at)
        to[documents[at]] = static_cast<std::uint16_t>(to[documents[at]] + share(impacts[at], factor));
}

void add_block(std::span<std::uint16_t> sums, std::span<const std::uint8_t> impacts, std::uint16_t factor, [[maybe_unused]] Simd simd) {
#if defined(__x86_64__)
    if (simd != Simd::Portable) return add_block_avx2(sums, impacts.data(), factor);
#endif
    add_block_portable(sums, impacts.data(), factor);
}

std::size_t count_at_least(std::span<const std::uint16_t> sums, std::uint16_t least, [[maybe_unused]] Simd simd) {
#if defined(__x86_64__)
    if (simd != Simd::Portable) return count_avx2(sums, least);
#endif
    return count_portable(sums, least);
}

void take_at_least(std::span<std::uint16_t> sums, std::uint16_t least, std::vector<Summed>& taken, [[maybe_unused]] Simd simd) {
#if defined(__x86_64__)
    if (simd != Simd::Portable) return take_avx2(sums, least, taken);
#endif
    for (std::size_t document = 0; document < sums.size(); ++document)
        if (sums[document] >= least) {
            taken.push_back({static_cast<std::uint16_t>(document), sums[document]});
            sums[document] = 0;
        }
}

std::uint16_t sum_of_best(std::span<const std::uint16_t> sums, std::uint16_t least, std::size_t wanted, Simd simd) {
    std::uint32_t low = least, high = std::uint32_t{*std::max_element(sums.begin(), sums.end())} + 1;
    while (high - low > 1) {
        const std::uint32_t middle = low + (high - low) / 2;
        const std::size_t reached = count_at_least(sums, static_cast<std::uint16_t>(middle), simd);
        (reached >= wanted ? low : high) = middle;
        if (reached >= wanted && reached <= wanted + wanted / 4) break;
    }
    return static_cast<std::uint16_t>(low);
}

} // namespace cameo
