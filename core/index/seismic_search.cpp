#include "core/index/dense_query.hpp"
#include "core/index/seismic_lists.hpp"

#include <algorithm>
#include <functional>
#include <limits>

namespace cameo {

namespace {

/// Documents that are scored together, so that memory is waited for less often.
constexpr std::size_t kScoredTogether = 32;

/// The places of the query's heaviest terms.
std::vector<std::size_t> heaviest(const SparseVector& query, std::size_t most) {
    std::vector<std::size_t> places;
    for (std::size_t at = 0; at < query.terms.size(); ++at)
        if (query.weights[at] > 0) places.push_back(at);
    const auto kept = static_cast<std::ptrdiff_t>(std::min(most, places.size()));
    std::partial_sort(places.begin(), places.begin() + kept, places.end(),
                      [&](std::size_t a, std::size_t b) { return query.weights[a] != query.weights[b] ? query.weights[a] > query.weights[b] : a < b; });
    places.resize(static_cast<std::size_t>(kept));
    return places;
}

/// The k-th best of the scores so far.
class LeastOfBest {
public:
    explicit LeastOfBest(std::size_t k) : m_k(k) {}
    void add(float score) {
        if (m_heap.size() == m_k && score <= m_heap.front()) return;
        if (m_heap.size() == m_k) {
            std::ranges::pop_heap(m_heap, std::greater());
            m_heap.pop_back();
        }
        m_heap.push_back(score);
        std::ranges::push_heap(m_heap, std::greater());
    }
    float get() const { return m_heap.size() < m_k ? -std::numeric_limits<float>::infinity() : m_heap.front(); }

private:
    std::size_t m_k;
    std::vector<float> m_heap; ///< the least in front
};

/// Which documents were looked at, kept between calls of a thread because clearing a few costs less than a new vector.
class LookedAt {
public:
    explicit LookedAt(std::size_t documents) : m_flags(room()) {
        if (m_flags.size() < documents) m_flags.resize(documents, 0);
    }
    ~LookedAt() {
        for (const auto document : m_set)
            m_flags[document] = 0;
    }
    LookedAt(const LookedAt&) = delete;
    LookedAt& operator=(const LookedAt&) = delete;

    /// @return whether it was not yet
    bool add(std::uint32_t document) {
        if (m_flags[document]) return false;
        m_flags[document] = 1;
        m_set.push_back(document);
        return true;
    }

private:
    static std::vector<std::uint8_t>& room() {
        thread_local std::vector<std::uint8_t> flags;
        return flags;
    }
    std::vector<std::uint8_t>& m_flags;
    std::vector<std::uint32_t> m_set;
};

} // namespace

void SeismicLists::compare(std::size_t term, const SparseVector& query, std::vector<Block>& blocks) const {
    const std::size_t first = m_list_blocks[term], begin = blocks.size();
    for (std::size_t block = first; block < m_list_blocks[term + 1]; ++block)
        blocks.push_back({0, static_cast<std::uint32_t>(block)});
    Block* const of_list = blocks.data() + begin;
    const auto terms = m_terms.subspan(m_list_terms[term], m_list_terms[term + 1] - m_list_terms[term]);
    for (std::size_t at = 0; at < query.terms.size(); ++at) {
        const auto found = std::lower_bound(terms.begin(), terms.end(), static_cast<std::uint32_t>(query.terms[at]));
        if (found == terms.end() || *found != static_cast<std::uint32_t>(query.terms[at])) continue;
        const auto place = m_list_terms[term] + static_cast<std::size_t>(found - terms.begin());
        for (std::size_t value = m_term_begins[place]; value < m_term_begins[place + 1]; ++value)
            of_list[m_value_blocks[value]].summary += query.weights[at] * m_values[value];
    }
    for (std::size_t at = begin; at < blocks.size(); ++at)
        blocks[at].summary *= m_scales[blocks[at].block];
}

void SeismicLists::search(const ForwardStore& store, std::size_t expert_idx, const SparseVector& query, const LexicalEffort& effort, TopK& best,
                          const OrdinalSet* hidden) const {
    const std::size_t vocabulary = m_list_blocks.size() - 1;
    std::vector<Block> blocks;
    for (const auto place : heaviest(query, effort.query_cut > 0 ? effort.query_cut : kQueryCut))
        if (const auto term = static_cast<std::size_t>(query.terms[place]); term < vocabulary) compare(term, query, blocks);
    const auto worse = [](const Block& a, const Block& b) { return a.summary != b.summary ? a.summary < b.summary : a.block > b.block; };
    std::ranges::make_heap(blocks, worse);

    const float factor = effort.heap_factor > 0 ? effort.heap_factor : kHeapFactor;
    const DenseQuery dense(query, vocabulary);
    LeastOfBest least(best.wanted());
    LookedAt looked_at(static_cast<std::size_t>(store.documents()));
    std::vector<DocumentOrdinal> together;
    std::vector<SparseView> views;
    std::vector<float> scores;
    while (!blocks.empty()) {
        together.clear();
        views.clear();
        const float threshold = std::max(least.get(), best.threshold());
        while (!blocks.empty() && together.size() < kScoredTogether && blocks.front().summary * factor >= threshold) {
            const auto block = blocks.front().block;
            std::ranges::pop_heap(blocks, worse);
            blocks.pop_back();
            for (const auto document : m_documents.subspan(m_block_begins[block], m_block_begins[block + 1] - m_block_begins[block])) {
                const auto ordinal = store.first() + DocumentOrdinal{document};
                if (!looked_at.add(document) || (hidden && hidden->contains(ordinal))) continue;
                together.push_back(ordinal);
                views.push_back(store.sparse(expert_idx, ordinal));
            }
        }
        if (together.empty() && (blocks.empty() || blocks.front().summary * factor < threshold)) break;
        scores.resize(views.size());
        dense.score(views, scores);
        for (std::size_t at = 0; at < together.size(); ++at)
            if (scores[at] > 0) {
                best.add(together[at], scores[at]);
                least.add(scores[at]);
            }
    }
    best.shrink();
}

} // namespace cameo
