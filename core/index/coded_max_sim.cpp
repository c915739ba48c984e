#include "core/index/coded_max_sim.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <limits>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace cameo {

namespace {

constexpr std::size_t kLanes = CodedMaxSim::kLanes, kDirections = TokenCodec::kDirections;

struct Lookup {
    const std::uint8_t* products; ///< [subspaces, 256, kLanes]
    std::size_t subspaces;
    const float* lowest;       ///< [kLanes]
    float step;
    const float* similarities; ///< [K, tokens] from the tile's first token on
    std::size_t tokens, centroids;
    const float* lengths; ///< [256]
};

// The best of every lane over a document's tokens.
using BestOfLanes = void (*)(const Lookup&, const std::uint16_t* codes, std::size_t count, const std::uint8_t* residuals, float* best);

void best_of_lanes_portable(const Lookup& in, const std::uint16_t* codes, std::size_t count, const std::uint8_t* residuals, float* best) {
    for (std::size_t token = 0; token < count; ++token, residuals += 1 + in.subspaces) {
        if (codes[token] >= in.centroids) continue;
        std::array<std::uint32_t, kLanes> sum{};
        for (std::size_t subspace = 0; subspace < in.subspaces; ++subspace) {
            const std::uint8_t* const products = in.products + (subspace * kDirections + residuals[1 + subspace]) * kLanes;
            for (std::size_t lane = 0; lane < kLanes; ++lane)
                sum[lane] += products[lane];
        }
        const float* const with_centroid = in.similarities + std::size_t{codes[token]} * in.tokens;
        const float length = in.lengths[residuals[0]];
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            best[lane] = std::max(best[lane], with_centroid[lane] + (static_cast<float>(sum[lane]) * in.step + in.lowest[lane]) * length);
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) void best_of_lanes_avx2(const Lookup& in, const std::uint16_t* codes, std::size_t count, const std::uint8_t* residuals, float* best) {
    constexpr int kRegisters = kLanes / 8;
    const __m256 step = _mm256_set1_ps(in.step);
    __m256 lowest[kRegisters], high[kRegisters];
    for (int eight = 0; eight < kRegisters; ++eight) {
        lowest[eight] = _mm256_loadu_ps(in.lowest + 8 * eight);
        high[eight] = _mm256_loadu_ps(best + 8 * eight);
    }
    for (std::size_t token = 0; token < count; ++token, residuals += 1 + in.subspaces) {
        if (codes[token] >= in.centroids) continue;
        __m256i first = _mm256_setzero_si256(), second = first; // sixteen sums of 16 bits each
        const std::uint8_t* row = in.products;
        for (std::size_t subspace = 0; subspace < in.subspaces; ++subspace, row += kDirections * kLanes) {
            const auto* const products = reinterpret_cast<const __m128i*>(row + residuals[1 + subspace] * kLanes);
            first = _mm256_add_epi16(first, _mm256_cvtepu8_epi16(_mm_loadu_si128(products)));
            second = _mm256_add_epi16(second, _mm256_cvtepu8_epi16(_mm_loadu_si128(products + 1)));
        }
        const __m128i sums[kRegisters] = {_mm256_castsi256_si128(first), _mm256_extracti128_si256(first, 1), _mm256_castsi256_si128(second),
                                          _mm256_extracti128_si256(second, 1)};
        const float* const with_centroid = in.similarities + std::size_t{codes[token]} * in.tokens;
        const __m256 length = _mm256_set1_ps(in.lengths[residuals[0]]);
        for (int eight = 0; eight < kRegisters; ++eight) {
            const __m256 of_residual = _mm256_fmadd_ps(_mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(sums[eight])), step, lowest[eight]);
            high[eight] = _mm256_max_ps(high[eight], _mm256_fmadd_ps(of_residual, length, _mm256_loadu_ps(with_centroid + 8 * eight)));
        }
    }
    for (int eight = 0; eight < kRegisters; ++eight)
        _mm256_storeu_ps(best + 8 * eight, high[eight]);
}
#endif

BestOfLanes kernel_for([[maybe_unused]] Simd simd) {
#if defined(__x86_64__)
    if (simd != Simd::Portable) return best_of_lanes_avx2;
#endif
    return best_of_lanes_portable;
}

} // namespace

CodedMaxSim::CodedMaxSim(const TokenCodec& codec, std::span<const float> rows, std::span<const float> similarities, Simd simd)
    : m_centroids(codec.centroids()), m_subspaces(codec.subspaces()), m_similarities(similarities), m_simd(simd) {
    const auto width = static_cast<std::size_t>(codec.width());
    m_tokens = rows.size() / width;
    check(similarities.size() >= m_centroids * m_tokens + kLanes, "CodedMaxSim: similarities of other tokens or centroids");
    for (std::size_t level = 0; level < m_lengths.size(); ++level)
        m_lengths[level] = codec.residual_length(static_cast<std::uint8_t>(level));
    std::vector<float> products(m_tokens * m_subspaces * kDirections), lowest(m_tokens * m_subspaces);
    float range = 0;
    for (std::size_t token = 0; token < m_tokens; ++token) {
        const auto own = std::span(products).subspan(token * m_subspaces * kDirections, m_subspaces * kDirections);
        codec.direction_products(rows.subspan(token * width, width), own);
        for (std::size_t subspace = 0; subspace < m_subspaces; ++subspace) {
            const auto [least, most] = std::ranges::minmax(own.subspan(subspace * kDirections, kDirections));
            lowest[token * m_subspaces + subspace] = least;
            range = std::max(range, most - least);
        }
    }
    const auto steps = static_cast<float>(std::min<std::size_t>(255, 65535 / m_subspaces)); // the sum fits 16 bits
    m_step = range / steps;
    const float per_step = range > 0 ? steps / range : 0;
    for (std::size_t first = 0; first < m_tokens; first += kLanes) {
        Tile& tile = m_tiles.emplace_back();
        tile.first = first;
        tile.tokens = std::min(kLanes, m_tokens - first);
        tile.products.assign(m_subspaces * kDirections * kLanes, 0);
        for (std::size_t lane = 0; lane < tile.tokens; ++lane)
            for (std::size_t subspace = 0; subspace < m_subspaces; ++subspace) {
                const float least = lowest[(first + lane) * m_subspaces + subspace];
                const float* const own = products.data() + ((first + lane) * m_subspaces + subspace) * kDirections;
                std::uint8_t* const to = tile.products.data() + subspace * kDirections * kLanes + lane;
                for (std::size_t direction = 0; direction < kDirections; ++direction)
                    to[direction * kLanes] = static_cast<std::uint8_t>((own[direction] - least) * per_step + 0.5f);
                tile.lowest[lane] += least;
            }
    }
}

float CodedMaxSim::score(const CodedTokens& document) const {
    if (document.codes.empty()) return 0;
    check(document.residuals.size() == document.codes.size() * (1 + m_subspaces), "CodedMaxSim: residuals of another codec");
    double sum = 0;
    for (const Tile& tile : m_tiles) {
        std::array<float, kLanes> best;
        best.fill(std::numeric_limits<float>::lowest());
        const Lookup in{tile.products.data(), m_subspaces, tile.lowest.data(), m_step, m_similarities.data() + tile.first, m_tokens, m_centroids, m_lengths.data()};
        kernel_for(m_simd)(in, document.codes.data(), document.codes.size(), document.residuals.data(), best.data());
        for (std::size_t lane = 0; lane < tile.tokens; ++lane)
            if (best[lane] > std::numeric_limits<float>::lowest()) sum += best[lane];
    }
    return static_cast<float>(sum);
}

} // namespace cameo
