#include "core/index/max_sim.hpp"

#include "core/base/error.hpp"
#include "core/jobs/parallel.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace cameo {

namespace {

// A tile of the query is at most 32 tokens wide. Document rows are taken kRows at a time and kChunk values at
// a time, so that the query's part (16 KiB), the rows in fp32 (6 KiB) and the partial sums stay in the
// first-level cache.
constexpr std::size_t kMaxLanes = 32;
constexpr std::size_t kRows = 12;
constexpr std::size_t kChunk = 128;

using Kernels = detail::MaxSimKernels;

namespace portable {
using Vector [[gnu::vector_size(16)]] = float;
void convert(const Half* from, float* to, std::size_t values) {
    to_float({from, values}, {to, values}, Simd::Portable);
}
#include "core/index/max_sim_kernel.inc"
} // namespace portable

#if defined(__x86_64__)
namespace avx2 {
#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c")
using Vector [[gnu::vector_size(32)]] = float;
void convert(const Half* from, float* to, std::size_t values) {
    std::size_t at = 0;
    for (; at + 8 <= values; at += 8)
        _mm256_storeu_ps(to + at,
                         _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from + at))));
    for (; at < values; ++at)
        to[at] = _cvtsh_ss(from[at]);
}
#include "core/index/max_sim_kernel.inc"
#pragma GCC pop_options
} // namespace avx2

namespace avx512 {
#pragma GCC push_options
#pragma GCC target("avx512f,avx2,fma,f16c")
using Vector [[gnu::vector_size(64)]] = float;
void convert(const Half* from, float* to, std::size_t values) {
    std::size_t at = 0;
    for (; at + 16 <= values; at += 16)
        _mm512_storeu_ps(
            to + at,
            _mm512_maskz_cvtph_ps(0xffff, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + at))));
    for (; at < values; ++at)
        to[at] = _cvtsh_ss(from[at]);
}
#include "core/index/max_sim_kernel.inc"
#pragma GCC pop_options
} // namespace avx512
#endif

} // namespace

MaxSimQuery::MaxSimQuery(std::span<const float> rows, std::int32_t width, Simd simd) : m_width(width) {
    check(width > 0 && rows.size() % static_cast<std::size_t>(width) == 0,
          "MaxSimQuery: rows are not [T, width]");
    const auto values = static_cast<std::size_t>(width);
    m_tokens = rows.size() / values;

    std::size_t lanes = 4;
    std::array<Kernels, 9> kernels = {Kernels{}, // by the number of vectors
                                      portable::kernels<1>(),
                                      portable::kernels<2>(),
                                      portable::kernels<3>(),
                                      portable::kernels<4>(),
                                      portable::kernels<5>(),
                                      portable::kernels<6>(),
                                      portable::kernels<7>(),
                                      portable::kernels<8>()};
#if defined(__x86_64__)
    if (simd == Simd::Avx2) {
        lanes = 8;
        kernels = {Kernels{}, avx2::kernels<1>(), avx2::kernels<2>(), avx2::kernels<3>(), avx2::kernels<4>()};
    } else if (simd == Simd::Avx512) {
        lanes = 16;
        kernels = {Kernels{}, avx512::kernels<1>(), avx512::kernels<2>()};
    }
#else
    check(simd == Simd::Portable, "MaxSimQuery: instructions of another processor");
#endif

    for (std::size_t first = 0; first < m_tokens; first += kMaxLanes) {
        Tile tile;
        tile.tokens = std::min(kMaxLanes, m_tokens - first);
        const std::size_t vectors = (tile.tokens + lanes - 1) / lanes;
        const std::size_t stride = vectors * lanes;
        tile.lanes = stride;
        tile.kernels = kernels[vectors];
        tile.packed.assign(values * stride, 0.0f);
        for (std::size_t token = 0; token < tile.tokens; ++token)
            for (std::size_t h = 0; h < values; ++h)
                tile.packed[h * stride + token] = rows[(first + token) * values + h];
        m_tiles.push_back(std::move(tile));
    }
}

float MaxSimQuery::score(std::span<const Half> rows) const {
    const auto width = static_cast<std::size_t>(m_width);
    const std::size_t count = rows.size() / width;
    if (count == 0) return 0;
    double sum = 0;
    float maxima[kMaxLanes];
    for (const auto& tile : m_tiles) {
        tile.kernels.maxima(tile.packed.data(), rows.data(), count, width, maxima);
        for (std::size_t token = 0; token < tile.tokens; ++token)
            sum += maxima[token];
    }
    return static_cast<float>(sum);
}

void MaxSimQuery::similarities(std::span<const Half> rows, std::span<float> to) const {
    const auto width = static_cast<std::size_t>(m_width);
    const std::size_t count = rows.size() / width;
    check(to.size() == count * m_tokens, "MaxSimQuery::similarities: not [S, T]");
    std::vector<float> padded(count * kMaxLanes);
    std::size_t first = 0;
    for (const auto& tile : m_tiles) {
        tile.kernels.similarities(tile.packed.data(), rows.data(), count, width, padded.data());
        for (std::size_t row = 0; row < count; ++row)
            std::copy_n(padded.data() + row * tile.lanes, tile.tokens, to.data() + row * m_tokens + first);
        first += tile.tokens;
    }
}

void MaxSimQuery::score(std::span<const std::span<const Half>> documents, std::span<float> scores) const {
    std::size_t values = 0;
    for (const auto& document : documents)
        values += document.size();
    score(documents.size(), values, [&](std::size_t document, std::vector<Half>&) { return documents[document]; }, scores);
}

void MaxSimQuery::score(std::size_t documents, std::size_t values,
                        const std::function<std::span<const Half>(std::size_t, std::vector<Half>&)>& rows_of,
                        std::span<float> scores) const {
    check(documents == scores.size(), "MaxSimQuery::score: lengths differ");
    // About 50 million products a piece: a millisecond, more or less, against 30 µs for starting a thread.
    constexpr std::size_t kPiece = 50'000'000;
    const std::size_t pieces = values * std::max<std::size_t>(m_tokens, 8) / kPiece + 1;
    const std::size_t grain = std::max<std::size_t>(1, (documents + pieces - 1) / pieces);
    parallel_for(documents, grain, [&](std::size_t begin, std::size_t end) {
        std::vector<Half> room;
        for (std::size_t document = begin; document < end; ++document)
            scores[document] = score(rows_of(document, room));
    });
}

} // namespace cameo
