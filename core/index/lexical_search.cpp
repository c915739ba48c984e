#include "core/base/error.hpp"
#include "core/index/dense_query.hpp"
#include "core/index/lexical_structure.hpp"
#include "core/index/top_k.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace cameo {

namespace {

struct QueryTerm {
    std::size_t term;
    float weight;
};

struct WindowTerm {
    float weight;
    float bound; ///< most that the term adds to a document of this window
    std::uint32_t begin, count;
};

// Sums of n numbers above 0 in any two orders differ by less than this share; n is below 2^16 here by far.
float slack(std::size_t terms) {
    return 1.0f + static_cast<float>(terms + 2) * 2.4e-7f;
}

std::size_t count_above(std::span<const float> sums, float least) {
    int above = 0;
    for (const float sum : sums)
        above += sum > least ? 1 : 0;
    return static_cast<std::size_t>(above);
}

/// Where a window has many sums above the threshold, halves the distance to the best of them until about k
/// are left. Each is a document's score or a part of it, so at least k score that much, but for the order of
/// additions (`wider`).
void raise_threshold(std::span<const float> sums, float wider, TopK& best) {
    const std::size_t k = best.wanted();
    float low = std::max(best.threshold(), 0.0f);
    if (count_above(sums, low) < 2 * k) return;
    float high = *std::max_element(sums.begin(), sums.end());
    for (int step = 0; step < 12; ++step) {
        const float middle = low + (high - low) / 2;
        const std::size_t above = count_above(sums, middle);
        (above >= k ? low : high) = middle;
        if (above >= k && above < k + k / 4) break;
    }
    best.raise_threshold(low / wider);
}

} // namespace

std::vector<ScoredDocument> LexicalStructure::search(const SparseVector& query, std::size_t k, const OrdinalSet* hidden) const {
    TopK best(k);
    search(query, best, hidden);
    return best.take();
}

void LexicalStructure::search(const SparseVector& query, TopK& best, const OrdinalSet* hidden) const {
    check(query.terms.size() == query.weights.size(), "LexicalStructure::search: as many weights as terms");
    std::vector<QueryTerm> terms;
    for (std::size_t at = 0; at < query.terms.size(); ++at)
        if (const auto term = static_cast<std::size_t>(query.terms[at]);
            term < m_vocabulary && query.weights[at] > 0)
            terms.push_back({term, query.weights[at]});
    if (terms.empty() || best.wanted() == 0) return;
    const DenseQuery dense(query, m_vocabulary);
    const float wider = slack(terms.size());

    alignas(64) std::array<float, kWindow> sums{};
    std::vector<WindowTerm> here;
    std::vector<std::size_t> order;
    auto hide = hidden ? std::ranges::lower_bound(hidden->ordinals(), m_store->first()) : std::vector<DocumentOrdinal>::const_iterator{};
    for (std::size_t window = 0; window < windows(); ++window) {
        const auto entries = window_entries(window);
        const std::uint16_t* const documents = m_posting_documents.data() + m_window_begins[window];
        const float* const weights = m_posting_weights.data() + m_window_begins[window];
        const auto first = m_store->first() + static_cast<DocumentOrdinal>(window * kWindow);
        const std::size_t size = std::min(kWindow, static_cast<std::size_t>(m_documents) - window * kWindow);
        const auto hidden_here = [&] {
            if (!hidden) return std::span<const DocumentOrdinal>();
            const auto begin = hide;
            hide = std::lower_bound(begin, hidden->ordinals().end(), first + static_cast<DocumentOrdinal>(size));
            return std::span(begin, hide);
        }();
        // What was removed takes part in no threshold.
        const auto forget_hidden = [&] {
            for (const auto document : hidden_here)
                sums[static_cast<std::size_t>(document - first)] = 0;
        };
        here.clear();
        float bound = 0;
        std::size_t postings = 0;
        for (const auto& [term, weight] : terms) {
            const auto entry = entries[term];
            const std::uint32_t count = entries[term + 1].begin - entry.begin;
            if (count == 0) continue;
            here.push_back({weight, weight * entry.max, entry.begin, count});
            bound += here.back().bound;
            postings += count;
        }
        // Documents come in ascending order, so one that only ties with the k-th best has lost.
        const float threshold = best.threshold();
        if (here.empty() || bound * wider <= threshold) continue;

        const auto walk = [&](const WindowTerm& term) {
            const float weight = term.weight;
            for (std::uint32_t at = term.begin, end = term.begin + term.count; at < end; ++at)
                sums[documents[at]] += weight * weights[at];
        };

        // MaxScore's split: the weakest terms that together stay below the threshold need not be walked.
        order.resize(here.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::sort(order.begin(), order.end(),
                  [&](std::size_t a, std::size_t b) { return here[a].bound < here[b].bound; });
        std::size_t optional = 0, optional_postings = 0;
        float optional_bound = 0;
        while (optional < order.size() &&
               (optional_bound + here[order[optional]].bound) * wider <= threshold) {
            optional_bound += here[order[optional]].bound;
            optional_postings += here[order[optional]].count;
            ++optional;
        }
        // A document that survives is scored from the forward store, which costs as much as some 200
        // postings: the split has to save a good part of the walk to pay.
        constexpr std::size_t kLookUp = 200;
        const std::span<const float> in_window(sums.data(), size);
        if (optional_postings * 3 > postings) {
            for (std::size_t at = optional; at < order.size(); ++at)
                walk(here[order[at]]);
            forget_hidden();
            raise_threshold(in_window, wider, best);
            const float least = std::max(best.threshold() / wider - optional_bound, 0.0f);
            if (count_above(in_window, least) * kLookUp < postings) {
                for (std::size_t document = 0; document < size; ++document) {
                    if (sums[document] > 0 && (sums[document] + optional_bound) * wider > best.threshold()) {
                        const auto ordinal = first + static_cast<DocumentOrdinal>(document);
                        best.add(ordinal, dense.score(m_store->sparse(m_expert_idx, ordinal)));
                    }
                    sums[document] = 0;
                }
                continue;
            }
            std::fill_n(sums.begin(), size, 0.0f); // from the beginning, in the order that makes sums exact
        }
        for (const auto& term : here)
            walk(term);
        forget_hidden();
        raise_threshold(in_window, 1.0f, best);
        for (std::size_t document = 0; document < size; ++document) {
            if (sums[document] > 0 && sums[document] > best.threshold())
                best.add(first + static_cast<DocumentOrdinal>(document), sums[document]);
            sums[document] = 0;
        }
    }
}

void LexicalStructure::score(const SparseVector& query, std::span<const DocumentOrdinal> documents,
                             std::span<float> scores) const {
    check(documents.size() == scores.size(), "LexicalStructure::score: lengths differ");
    check(query.terms.size() == query.weights.size(), "LexicalStructure::score: as many weights as terms");
    const DenseQuery dense(query, m_vocabulary);
    for (std::size_t at = 0; at < documents.size(); ++at)
        scores[at] = dense.score(m_store->sparse(m_expert_idx, documents[at]));
}

} // namespace cameo
