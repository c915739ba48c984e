#include "core/index/local_search.hpp"

#include "core/base/error.hpp"
#include "core/index/coded_max_sim.hpp"
#include "core/index/max_sim.hpp"
#include "core/index/top_k.hpp"
#include "core/jobs/parallel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numeric>

namespace cameo {

namespace {

constexpr std::size_t kLanes = 32;
using HalfOfLanes [[gnu::vector_size(16)]] = std::uint8_t; // a maximum is one instruction on any processor of today
constexpr std::size_t kMostCodes = 65536; // whatever a damaged shard says, a code finds its place in a table

using Segments = std::span<const LocalStructure* const>;

/// Similarities of up to 32 query tokens with every centroid, in one byte: u_ic = lowest_i + scale * byte. Lanes beyond the
/// last token are 0. The lowest of a token is the same for all documents and left out of their sums.
struct Table {
    std::vector<std::uint8_t> bytes; ///< [kMostCodes, 32]
};

/// A document and what it is thought to be worth.
struct Nominee {
    float worth;
    DocumentOrdinal document;
};
bool worth_more(const Nominee& a, const Nominee& b) {
    return a.worth != b.worth ? a.worth > b.worth : a.document < b.document;
}

void keep_best(std::vector<Nominee>& nominees, std::size_t count) {
    if (count >= nominees.size()) return;
    std::nth_element(nominees.begin(), nominees.begin() + static_cast<std::ptrdiff_t>(count), nominees.end(), worth_more);
    nominees.resize(count);
}

/// How many come before the document, itself counted; 0: it is not there.
std::size_t place_of(const std::vector<Nominee>& nominees, DocumentOrdinal document) {
    const auto own = std::ranges::find(nominees, document, &Nominee::document);
    if (own == nominees.end()) return 0;
    return 1 + static_cast<std::size_t>(std::ranges::count_if(nominees, [&](const Nominee& other) { return worth_more(other, *own); }));
}

/// The stages before the exact one, for one query.
class Stages {
public:
    Stages(Segments segments, const TokenVectors& query, const OrdinalSet* hidden)
        : m_segments(segments), m_query(query), m_hidden(hidden), m_centroids(segments.front()->codec()->centroids()) {
        const MaxSimQuery rows(query.rows, query.width);
        m_tokens = rows.tokens();
        m_similarities.resize(m_centroids * m_tokens + CodedMaxSim::kLanes);
        rows.similarities(segments.front()->codec()->centroid_rows(), std::span(m_similarities).first(m_centroids * m_tokens));
    }

    std::vector<Nominee> everything() const {
        std::vector<Nominee> all;
        for (const auto* segment : m_segments) {
            const auto first = segment->store().first(), end = first + segment->store().documents();
            for (auto document = first; document < end; ++document)
                if (!hidden(document)) all.push_back({0, document});
        }
        return all;
    }

    std::vector<Nominee> probe(std::size_t probes) const {
        const auto nearest = nearest_centroids(std::min(probes, m_centroids));
        std::vector<std::vector<Nominee>> found(m_segments.size());
        parallel_for(m_segments.size(), 1, [&](std::size_t segment, std::size_t) { found[segment] = probe(*m_segments[segment], nearest); });
        std::vector<Nominee> all;
        for (const auto& here : found)
            all.insert(all.end(), here.begin(), here.end());
        return all;
    }

    void compare_centroids(std::vector<Nominee>& nominees) {
        make_tables();
        weigh(nominees, 4096, [&](const LocalStructure& segment, DocumentOrdinal document) { return static_cast<float>(worth_of(segment.codes(document))); });
    }

    void compare_codes(std::vector<Nominee>& nominees) const {
        const CodedMaxSim query(*m_segments.front()->codec(), m_query.rows, m_similarities);
        weigh(nominees, 256, [&](const LocalStructure& segment, DocumentOrdinal document) { return query.score(segment.store().coded(segment.expert_idx(), document)); });
    }

private:
    struct Probe {
        std::uint32_t centroid;
        float above; ///< its similarity above that of the first centroid that is not probed
    };

    /// @param least so many are worth another thread
    template <class Worth>
    void weigh(std::vector<Nominee>& nominees, std::size_t least, const Worth& worth) const {
        std::ranges::sort(nominees, {}, &Nominee::document); // neighbours lie beside each other in the file
        parallel_for(nominees.size(), std::max(least, nominees.size() / 16 + 1), [&](std::size_t begin, std::size_t end) {
            std::size_t at = 0;
            for (std::size_t nominee = begin; nominee < end; ++nominee) {
                const auto document = nominees[nominee].document;
                while (document >= m_segments[at]->store().first() + m_segments[at]->store().documents())
                    ++at;
                nominees[nominee].worth = worth(*m_segments[at], document);
            }
        });
    }

    bool hidden(DocumentOrdinal document) const { return m_hidden && m_hidden->contains(document); }

    // [T][probes], most similar first.
    std::vector<std::vector<Probe>> nearest_centroids(std::size_t probes) const {
        std::vector<std::vector<Probe>> nearest(m_tokens);
        parallel_for(m_tokens, std::max<std::size_t>(1, m_tokens / 4), [&](std::size_t begin, std::size_t end) {
            std::vector<std::uint32_t> order(m_centroids);
            for (std::size_t token = begin; token < end; ++token) {
                const auto similarity = [&](std::uint32_t centroid) { return m_similarities[centroid * m_tokens + token]; };
                std::iota(order.begin(), order.end(), 0u);
                const std::size_t sorted = std::min(probes + 1, m_centroids);
                std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(sorted), order.end(), [&](std::uint32_t a, std::uint32_t b) {
                    return similarity(a) != similarity(b) ? similarity(a) > similarity(b) : a < b;
                });
                const float next = similarity(order[sorted - 1]);
                for (std::size_t at = 0; at < probes; ++at)
                    nearest[token].push_back({order[at], similarity(order[at]) - next});
            }
        });
        return nearest;
    }

    std::vector<Nominee> probe(const LocalStructure& segment, const std::vector<std::vector<Probe>>& nearest) const {
        const auto documents = static_cast<std::size_t>(segment.store().documents());
        const auto first = segment.store().first();
        std::vector<float> worth(documents, 0.0f);
        std::vector<std::uint16_t> last(documents, 0); // the query token that was here last, from 1 on
        std::vector<std::uint32_t> touched;
        for (std::size_t token = 0; token < nearest.size(); ++token) {
            const auto stamp = static_cast<std::uint16_t>(token + 1);
            for (const auto& [centroid, above] : nearest[token])
                for (const auto document : segment.documents_of(centroid)) {
                    if (document >= documents || last[document] == stamp) continue; // this token has had a nearer centroid there
                    if (last[document] == 0) touched.push_back(document);
                    last[document] = stamp;
                    worth[document] += above;
                }
        }
        std::vector<Nominee> found;
        found.reserve(touched.size());
        for (const auto document : touched)
            if (!hidden(first + document)) found.push_back({worth[document], first + document});
        return found;
    }

    void make_tables() {
        std::vector<float> lowest(m_tokens, 0.0f);
        float range = 0;
        for (std::size_t token = 0; token < m_tokens; ++token) {
            float low = m_similarities[token], high = low;
            for (std::size_t centroid = 0; centroid < m_centroids; ++centroid) {
                low = std::min(low, m_similarities[centroid * m_tokens + token]);
                high = std::max(high, m_similarities[centroid * m_tokens + token]);
            }
            lowest[token] = low;
            range = std::max(range, high - low);
        }
        const float per_unit = range > 0 ? 255.0f / range : 0.0f;
        m_tables.resize((m_tokens + kLanes - 1) / kLanes);
        for (std::size_t tile = 0; tile < m_tables.size(); ++tile) {
            auto& bytes = m_tables[tile].bytes;
            bytes.assign(kMostCodes * kLanes, 0);
            const std::size_t begin = tile * kLanes, here = std::min(kLanes, m_tokens - begin);
            for (std::size_t centroid = 0; centroid < m_centroids; ++centroid)
                for (std::size_t lane = 0; lane < here; ++lane) {
                    const float above = m_similarities[centroid * m_tokens + begin + lane] - lowest[begin + lane];
                    bytes[centroid * kLanes + lane] = static_cast<std::uint8_t>(above * per_unit + 0.5f);
                }
        }
    }

    std::uint32_t worth_of(std::span<const std::uint16_t> codes) const {
        std::uint32_t sum = 0;
        for (const auto& table : m_tables) {
            HalfOfLanes low{}, high{};
            for (const auto code : codes) {
                std::array<HalfOfLanes, 2> row;
                std::memcpy(row.data(), table.bytes.data() + std::size_t{code} * kLanes, kLanes);
                low = row[0] > low ? row[0] : low;
                high = row[1] > high ? row[1] : high;
            }
            for (std::size_t lane = 0; lane < kLanes / 2; ++lane)
                sum += std::uint32_t{low[lane]} + high[lane];
        }
        return sum;
    }

    Segments m_segments;
    const TokenVectors& m_query;
    const OrdinalSet* m_hidden;
    std::size_t m_centroids, m_tokens = 0;
    std::vector<float> m_similarities; ///< [K, T], and room behind it
    std::vector<Table> m_tables;
};

std::size_t documents_of(Segments segments) {
    std::size_t documents = 0;
    for (const auto* segment : segments)
        documents += static_cast<std::size_t>(segment->store().documents());
    return documents;
}

/// Whether tokens are kept as a codec's: the codec may be there for its centroids alone.
bool has_codes(Segments segments) {
    const auto* first = segments.front();
    return first->store().experts()[first->expert_idx()].codec != 0;
}

// With every 0 replaced by what is good for k candidates (docs/scale.md): what is looked at grows as the square root of the documents
// does, and with it the time of a search. Without codes nothing lies between centroids and exact scores: refined is rescored.
LocalEffort effort_for(Segments segments, std::size_t k, const LocalEffort& wanted) {
    const auto of_root = static_cast<std::size_t>(static_cast<double>(k) * std::sqrt(static_cast<double>(documents_of(segments))) / 5);
    const std::size_t some = std::max(4 * k, std::size_t{256});
    const bool coded = has_codes(segments);
    LocalEffort effort = wanted;
    if (effort.probes == 0) effort.probes = 8;
    if (effort.rescored == 0) effort.rescored = coded ? some : std::max(some, of_root);
    if (effort.refined == 0 || !coded) effort.refined = coded ? std::max(effort.rescored, of_root) : effort.rescored;
    if (effort.compared == 0) effort.compared = std::max(4 * effort.refined, std::size_t{4096});
    return effort;
}

bool scans(Segments segments, std::int64_t scan_tokens) {
    std::int64_t tokens = 0;
    for (const auto* segment : segments)
        tokens += segment->store().entries(segment->expert_idx());
    return tokens <= scan_tokens;
}

void check_query(Segments segments, const TokenVectors& query) {
    for (const auto* segment : segments) {
        check(query.rows.empty() || query.width == segment->store().experts()[segment->expert_idx()].width, "search_local: a query of another width");
        check(segment->codec() == segments.front()->codec(), "search_local: segments with different centroids");
    }
}

SearchLoss loss(const char* stage, const char* setting, std::size_t is, std::size_t needed) {
    return {stage, setting, static_cast<double>(is), static_cast<double>(needed)};
}

// Scored exactly, those without tokens left out. @pre documents ascend
std::vector<ScoredDocument> best_of(Segments segments, const TokenVectors& query, std::span<const DocumentOrdinal> documents, std::size_t k) {
    std::vector<float> scores(documents.size());
    TopK best(k);
    for (auto begin = documents.begin(); const auto* segment : segments) {
        const auto& store = segment->store();
        const auto end = std::lower_bound(begin, documents.end(), store.first() + store.documents());
        const std::span here(begin, end);
        scores.resize(here.size());
        score_local(*segment, query, here, scores);
        for (std::size_t at = 0; at < here.size(); ++at)
            if (store.token_count(segment->expert_idx(), here[at]) > 0) best.add(here[at], scores[at]);
        begin = end;
    }
    return best.take();
}

} // namespace

std::vector<ScoredDocument> search_local(Segments segments, const TokenVectors& query, std::size_t k, const LocalEffort& wanted, const OrdinalSet* hidden,
                                         std::int64_t scan_tokens) {
    check_query(segments, query);
    if (k == 0 || query.rows.empty() || segments.empty()) return {};
    std::vector<DocumentOrdinal> documents;
    if (!segments.front()->codec()) {
        for (const auto* segment : segments)
            for (auto document = segment->store().first(), end = document + segment->store().documents(); document < end; ++document)
                if (!hidden || !hidden->contains(document)) documents.push_back(document);
        return best_of(segments, query, documents, k);
    }
    const LocalEffort effort = effort_for(segments, k, wanted);
    Stages stages(segments, query, hidden);
    std::vector<Nominee> nominees;
    if (scans(segments, scan_tokens)) {
        nominees = stages.everything();
    } else {
        nominees = stages.probe(effort.probes);
        keep_best(nominees, effort.compared);
    }
    stages.compare_centroids(nominees);
    keep_best(nominees, effort.refined);
    if (nominees.size() > effort.rescored) {
        stages.compare_codes(nominees);
        keep_best(nominees, effort.rescored);
    }
    for (const auto& nominee : nominees)
        documents.push_back(nominee.document);
    std::ranges::sort(documents);
    return best_of(segments, query, documents, k);
}

std::optional<SearchLoss> local_loss(Segments segments, const TokenVectors& query, std::size_t k, const LocalEffort& wanted, const OrdinalSet* hidden,
                                     DocumentOrdinal document, std::int64_t scan_tokens) {
    check_query(segments, query);
    if (query.rows.empty() || segments.empty() || !segments.front()->codec()) return {};
    const LocalEffort effort = effort_for(segments, k, wanted);
    Stages stages(segments, query, hidden);
    std::vector<Nominee> nominees;
    if (scans(segments, scan_tokens)) {
        nominees = stages.everything();
    } else {
        const std::size_t centroids = segments.front()->codec()->centroids();
        const auto passes = [&](std::size_t probes) {
            nominees = stages.probe(probes);
            const std::size_t place = place_of(nominees, document);
            keep_best(nominees, effort.compared);
            return place > 0 && place <= effort.compared;
        };
        if (!passes(effort.probes)) {
            for (std::size_t probes = effort.probes * 2;; probes *= 2) {
                if (passes(std::min(probes, centroids))) return loss("probing", "probes", effort.probes, std::min(probes, centroids));
                if (probes >= centroids) return loss("probing", "probes", effort.probes, 0);
            }
        }
    }
    stages.compare_centroids(nominees);
    std::size_t place = place_of(nominees, document);
    if (place > effort.refined) return loss("centroids", has_codes(segments) ? "refined" : "rescored", effort.refined, place);
    keep_best(nominees, effort.refined);
    if (nominees.size() <= effort.rescored) return {};
    stages.compare_codes(nominees);
    place = place_of(nominees, document);
    if (place > effort.rescored) return loss("codes", "rescored", effort.rescored, place);
    return {};
}

void score_local(const LocalStructure& segment, const TokenVectors& query, std::span<const DocumentOrdinal> documents, std::span<float> scores) {
    const auto& store = segment.store();
    const auto& expert = store.experts()[segment.expert_idx()];
    check(query.rows.empty() || query.width == expert.width, "score_local: a query of another width");
    std::size_t values = 0;
    for (const auto document : documents)
        values += store.token_count(segment.expert_idx(), document) * static_cast<std::size_t>(expert.width);
    MaxSimQuery(query.rows, expert.width)
        .score(documents.size(), values, [&](std::size_t at, std::vector<Half>& room) { return store.rows(segment.expert_idx(), documents[at], room); }, scores);
}

} // namespace cameo
