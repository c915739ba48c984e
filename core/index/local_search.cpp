#include "core/base/error.hpp"
#include "core/index/local_structure.hpp"
#include "core/index/max_sim.hpp"
#include "core/jobs/parallel.hpp"
#include "core/index/top_k.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace cameo {

namespace {

constexpr std::size_t kLanes = 32;

// How many documents are scored exactly for k: see tests/core/index/local_structure_test.cpp for the recall.
std::size_t exactly_scored(std::size_t k) {
    return std::max<std::size_t>(4 * k, 256);
}

// Similarities of up to 32 query tokens with every centroid, in one byte: u_ic = lowest_i + scale * byte.
// Lanes beyond the last token are 0. The lowest of a token is the same for all documents and left out of
// their sums.
struct Table {
    std::vector<std::uint8_t> bytes; ///< [K, 32]
};

std::vector<Table> tables_of(std::span<const float> similarities, std::size_t centroids, std::size_t tokens) {
    std::vector<float> lowest(tokens, 0.0f);
    float range = 0;
    for (std::size_t token = 0; token < tokens; ++token) {
        float low = similarities[token], high = low;
        for (std::size_t centroid = 0; centroid < centroids; ++centroid) {
            low = std::min(low, similarities[centroid * tokens + token]);
            high = std::max(high, similarities[centroid * tokens + token]);
        }
        lowest[token] = low;
        range = std::max(range, high - low);
    }
    const float per_unit = range > 0 ? 255.0f / range : 0.0f;
    std::vector<Table> tables((tokens + kLanes - 1) / kLanes);
    for (std::size_t tile = 0; tile < tables.size(); ++tile) {
        auto& bytes = tables[tile].bytes;
        bytes.assign(centroids * kLanes, 0);
        const std::size_t first = tile * kLanes, here = std::min(kLanes, tokens - first);
        for (std::size_t centroid = 0; centroid < centroids; ++centroid)
            for (std::size_t lane = 0; lane < here; ++lane) {
                const float above = similarities[centroid * tokens + first + lane] - lowest[first + lane];
                bytes[centroid * kLanes + lane] = static_cast<std::uint8_t>(std::lround(above * per_unit));
            }
    }
    return tables;
}

std::uint32_t approximate(std::span<const std::uint16_t> codes, std::span<const Table> tables) {
    std::uint32_t sum = 0;
    for (const auto& table : tables) {
        std::array<std::uint8_t, kLanes> best{};
        for (const auto code : codes) {
            const std::uint8_t* const row = table.bytes.data() + std::size_t{code} * kLanes;
            for (std::size_t lane = 0; lane < kLanes; ++lane)
                best[lane] = std::max(best[lane], row[lane]);
        }
        for (const auto value : best)
            sum += value;
    }
    return sum;
}

} // namespace

std::vector<DocumentOrdinal> LocalStructure::nominate(std::span<const float> query_rows,
                                                      std::size_t count) const {
    const MaxSimQuery query(query_rows, m_width);
    const std::size_t tokens = query.tokens();
    std::vector<float> similarities(m_centroid_count * tokens);
    query.similarities(m_centroids, similarities);
    const auto tables = tables_of(similarities, m_centroid_count, tokens);

    // Which documents are looked at: all, or those in the lists of each query token's nearest centroids.
    const auto documents = static_cast<std::size_t>(m_store->documents());
    std::vector<std::uint32_t> pool;
    if (m_list_begins.empty()) {
        pool.resize(documents);
        std::iota(pool.begin(), pool.end(), 0u);
    } else {
        const std::size_t probes = std::min<std::size_t>(m_centroid_count, count > 1024 ? 8 : 4);
        std::vector<bool> seen(documents, false);
        std::vector<std::uint32_t> order(m_centroid_count);
        for (std::size_t token = 0; token < tokens; ++token) {
            std::iota(order.begin(), order.end(), 0u);
            std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(probes), order.end(),
                              [&](std::uint32_t a, std::uint32_t b) {
                                  return similarities[a * tokens + token] > similarities[b * tokens + token];
                              });
            for (std::size_t probe = 0; probe < probes; ++probe)
                for (auto at = m_list_begins[order[probe]]; at < m_list_begins[order[probe] + 1]; ++at)
                    if (!seen[m_list[at]]) {
                        seen[m_list[at]] = true;
                        pool.push_back(m_list[at]);
                    }
        }
        std::sort(pool.begin(), pool.end());
    }

    std::vector<std::uint32_t> worth(pool.size());
    parallel_for(pool.size(), std::max<std::size_t>(4096, pool.size() / 16 + 1),
                 [&](std::size_t begin, std::size_t end) {
                     for (std::size_t at = begin; at < end; ++at) {
                         const auto first = m_begins[pool[at]];
                         worth[at] =
                             approximate(m_codes.subspan(first, m_begins[pool[at] + 1] - first), tables);
                     }
                 });
    std::vector<std::uint32_t> order(pool.size());
    std::iota(order.begin(), order.end(), 0u);
    if (count < order.size()) {
        std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                         [&](std::uint32_t a, std::uint32_t b) {
                             return worth[a] != worth[b] ? worth[a] > worth[b] : a < b;
                         });
        order.resize(count);
        std::sort(order.begin(), order.end());
    }
    std::vector<DocumentOrdinal> nominated;
    nominated.reserve(order.size());
    for (const auto at : order)
        nominated.push_back(pool[at]);
    return nominated;
}

std::vector<ScoredDocument> LocalStructure::best_of(const TokenVectors& query,
                                                    std::span<const DocumentOrdinal> documents,
                                                    std::size_t k) const {
    std::vector<float> scores(documents.size());
    score(query, documents, scores);
    TopK best(k);
    for (std::size_t at = 0; at < documents.size(); ++at)
        if (!m_store->tokens(m_expert_idx, documents[at]).tokens.empty()) best.add(documents[at], scores[at]);
    return best.take();
}

std::vector<ScoredDocument> LocalStructure::search(const TokenVectors& query, std::size_t k) const {
    check(query.rows.empty() || query.width == m_width, "LocalStructure::search: a query of another width");
    if (k == 0 || query.rows.empty()) return {};
    if (!exact()) return best_of(query, nominate(query.rows, exactly_scored(k)), k);
    std::vector<DocumentOrdinal> all(static_cast<std::size_t>(m_store->documents()));
    std::iota(all.begin(), all.end(), DocumentOrdinal{0});
    return best_of(query, all, k);
}

void LocalStructure::score(const TokenVectors& query, std::span<const DocumentOrdinal> documents,
                           std::span<float> scores) const {
    check(query.rows.empty() || query.width == m_width, "LocalStructure::score: a query of another width");
    std::vector<std::span<const Half>> rows;
    rows.reserve(documents.size());
    for (const auto document : documents)
        rows.push_back(m_store->tokens(m_expert_idx, document).rows);
    MaxSimQuery(query.rows, m_width).score(rows, scores);
}

} // namespace cameo
