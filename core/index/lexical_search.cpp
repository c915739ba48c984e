#include "core/base/error.hpp"
#include "core/index/dense_query.hpp"
#include "core/index/impact_sums.hpp"
#include "core/index/lexical_structure.hpp"
#include "core/index/top_k.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace cameo {

namespace {

struct QueryTerm {
    std::size_t term;
    float weight;
};

/// Sums stay below this.
constexpr std::uint32_t kMostUnits = 65'535;
/// With more terms a unit would be too coarse to tell documents apart.
constexpr std::size_t kMostTerms = 16'384;
/// Postings that are added in the time in which one document is scored from the forward store (measured).
constexpr std::size_t kLookUp = 120;
/// As few documents are scored without a look at the threshold.
constexpr std::size_t kBatch = 24;
/// Documents of a block that are added in the time that a posting of a list takes.
constexpr std::size_t kBlockSpeed = 16;

// Sums of n numbers above 0 in fp32, and the rounding of the bounds themselves, differ by less than this share.
double slack(std::size_t terms) {
    return 1 + static_cast<double>(terms + 8) * 2.4e-7;
}

} // namespace

/// One search: what its windows share.
class LexicalStructure::WindowSearch {
public:
    WindowSearch(const LexicalStructure& structure, const SparseVector& query, std::span<const QueryTerm> terms, TopK& best)
        : m_structure(structure), m_terms(terms), m_best(best), m_dense(query, structure.m_vocabulary) {}

    /// @param hidden documents of this window that are not to be found
    void search(std::size_t window, std::span<const DocumentOrdinal> hidden) {
        m_first = m_structure.m_store->first() + static_cast<DocumentOrdinal>(window * kWindow);
        m_sums = std::span(m_room).first((m_structure.documents_of(window) + 31) / 32 * 32);
        m_hidden = hidden;
        gather(window);
        if (m_here.empty()) return;
        if (m_unit == 0)
            score_all(window);
        else if (m_rest >= least(0))
            add_up();
    }

private:
    struct Term {
        double bound; ///< most that it adds to a document of the window, and the same in units
        std::uint32_t units;
        std::uint16_t factor;
        std::size_t cost; ///< of walking it, in postings of a list
        Postings postings;
    };

    // The query's terms that the window has, those that can add most first, and the unit of sums.
    void gather(std::size_t window) {
        m_here.clear();
        const auto entries = m_structure.window_entries(window);
        if (window + 1 < m_structure.windows())
            for (const auto& [term, weight] : m_terms)
                __builtin_prefetch(&m_structure.window_entries(window + 1)[term]);
        double total = 0;
        for (const auto& [term, weight] : m_terms) {
            if (entries[term].begin == entries[term + 1].begin) continue;
            const auto postings = m_structure.postings_in(window, term);
            __builtin_prefetch(postings.documents.data());
            __builtin_prefetch(postings.impacts.data());
            const std::size_t cost = postings.documents.empty() ? postings.impacts.size() / kBlockSpeed : postings.documents.size();
            m_here.push_back({double{weight} * entries[term].max, 0, 0, cost, postings});
            total += m_here.back().bound;
        }
        m_wider = slack(m_here.size());
        // Scores beyond fp32 are infinite, and weights may be: no sum tells these apart.
        const bool tells = m_here.size() <= kMostTerms && total * m_wider < double{std::numeric_limits<float>::max()};
        // A factor may be a 255th larger than its share of the units, and 2 more for rounding it and what it adds.
        m_unit = tells ? total * (256.0 / 255) / static_cast<double>(kMostUnits - 2 * m_here.size()) : 0;
        m_rest = 0;
        m_cost = 0;
        for (auto& term : m_here) {
            if (m_unit == 0) break;
            term.factor = static_cast<std::uint16_t>(std::ceil(term.bound * (256.0 / 255) / m_unit));
            term.units = share(255, term.factor);
            m_rest += term.units;
            m_cost += term.cost;
        }
        std::ranges::sort(m_here, [](const Term& a, const Term& b) { return a.bound > b.bound; });
    }

    /// The least sum with which a document can be among the best when what is not added up brings it at most `rest`;
    /// above kMostUnits: no document can.
    std::uint32_t least(std::uint32_t rest) const {
        const double threshold = m_best.threshold();
        if (!(threshold > kTiny)) return 1;
        const double units = std::floor(threshold / (m_unit * m_wider)) - 1 - rest;
        return static_cast<std::uint32_t>(std::clamp(units, 1.0, kMostUnits + 1.0));
    }

    std::size_t in_the_race(std::uint32_t units) const {
        return units > kMostUnits ? 0 : count_at_least(m_sums, static_cast<std::uint16_t>(units));
    }

    void walk(const Term& term) {
        if (term.postings.documents.empty())
            add_block(m_sums, term.postings.impacts, term.factor);
        else
            add_list(m_sums, term.postings.documents, term.postings.impacts, term.factor);
        m_rest -= term.units;
        m_cost -= term.cost;
    }

    void add_up() {
        std::ranges::fill(m_sums, std::uint16_t{0});
        auto next = m_here.begin();
        // Without these terms no document reaches the threshold.
        const std::uint32_t needed = least(0);
        for (; next != m_here.end() && m_rest >= needed; ++next)
            walk(*next);
        // The others can be left out once few documents would have to be scored for it.
        while (next != m_here.end()) {
            forget_hidden();
            if (in_the_race(least(m_rest)) * kLookUp <= m_cost) break;
            for (const std::size_t enough = m_cost - m_cost / 3; next != m_here.end() && m_cost >= enough; ++next)
                walk(*next);
        }
        forget_hidden();
        settle();
    }

    // Scores the documents that may be among the best, those with the largest sums first: they raise the threshold, and many
    // others need not be scored.
    void settle() {
        m_taken.clear();
        const std::size_t k = m_best.wanted();
        if (const auto units = least(m_rest); in_the_race(units) >= 2 * k) {
            take_at_least(m_sums, sum_of_best(m_sums, static_cast<std::uint16_t>(units), k), m_taken);
            score(m_taken);
            m_taken.clear();
        }
        if (const auto units = least(m_rest); units <= kMostUnits) take_at_least(m_sums, static_cast<std::uint16_t>(units), m_taken);
        std::span<Summed> left(m_taken);
        while (left.size() > kBatch) {
            const auto half = static_cast<std::ptrdiff_t>(left.size() / 2);
            std::ranges::nth_element(left, left.begin() + half, std::ranges::greater(), &Summed::sum);
            score(left.first(left.size() / 2));
            left = left.subspan(left.size() / 2);
            const auto lost = std::ranges::partition(left, [units = least(m_rest)](const Summed& one) { return one.sum >= units; });
            left = left.first(left.size() - lost.size());
        }
        score(left);
    }

    // What was removed takes part in no threshold.
    void forget_hidden() {
        for (const auto document : m_hidden)
            m_sums[static_cast<std::size_t>(document - m_first)] = 0;
    }

    void score_all(std::size_t window) {
        m_taken.clear();
        for (std::size_t document = 0; document < m_structure.documents_of(window); ++document)
            if (!std::ranges::binary_search(m_hidden, m_first + static_cast<DocumentOrdinal>(document))) m_taken.push_back({static_cast<std::uint16_t>(document), 0});
        score(m_taken);
    }

    void score(std::span<const Summed> taken) {
        m_views.clear();
        for (const auto& one : taken)
            m_views.push_back(m_structure.m_store->sparse(m_structure.m_expert_idx, m_first + DocumentOrdinal{one.document}));
        m_scores.resize(taken.size());
        m_dense.score(m_views, m_scores);
        for (std::size_t at = 0; at < taken.size(); ++at)
            if (m_scores[at] > 0) m_best.add(m_first + DocumentOrdinal{taken[at].document}, m_scores[at]);
        // A threshold that is late costs more than finding it, unless few came.
        if (taken.size() * 8 >= m_best.wanted()) m_best.shrink();
    }

    /// Below this, products in fp32 lose so many bits that bounds by shares do not hold.
    static constexpr double kTiny = 1e-30;

    const LexicalStructure& m_structure;
    std::span<const QueryTerm> m_terms;
    TopK& m_best;
    DenseQuery m_dense;

    DocumentOrdinal m_first = 0;
    std::span<const DocumentOrdinal> m_hidden;
    std::vector<Term> m_here;
    double m_unit = 0, m_wider = 1; ///< a unit of 0: sums cannot tell
    std::uint32_t m_rest = 0;       ///< units that the terms not yet walked may add to a document
    std::size_t m_cost = 0;         ///< of walking them
    alignas(64) std::array<std::uint16_t, kWindow> m_room;
    std::span<std::uint16_t> m_sums; ///< of the window's documents, and a few more, which stay 0
    std::vector<Summed> m_taken; ///< documents of the window that are scored exactly
    std::vector<SparseView> m_views;    ///< and what is stored of them
    std::vector<float> m_scores;
};

std::vector<ScoredDocument> LexicalStructure::search(const SparseVector& query, std::size_t k, const OrdinalSet* hidden) const {
    TopK best(k);
    search(query, best, hidden);
    return best.take();
}

void LexicalStructure::search(const SparseVector& query, TopK& best, const OrdinalSet* hidden, const LexicalEffort& effort) const {
    check(query.terms.size() == query.weights.size(), "LexicalStructure::search: as many weights as terms");
    std::vector<QueryTerm> terms;
    for (std::size_t at = 0; at < query.terms.size(); ++at)
        if (const auto term = static_cast<std::size_t>(query.terms[at]);
            term < m_vocabulary && query.weights[at] > 0)
            terms.push_back({term, query.weights[at]});
    if (terms.empty() || best.wanted() == 0) return;
    if (m_seismic) return m_seismic->search(*m_store, m_expert_idx, query, effort, best, hidden);
    WindowSearch search(*this, query, terms, best);
    auto hide = hidden ? std::ranges::lower_bound(hidden->ordinals(), m_store->first()) : std::vector<DocumentOrdinal>::const_iterator{};
    for (std::size_t window = 0; window < windows(); ++window) {
        std::span<const DocumentOrdinal> hidden_here;
        if (hidden) {
            const auto begin = hide;
            hide = std::lower_bound(begin, hidden->ordinals().end(), m_store->first() + static_cast<DocumentOrdinal>(window * kWindow + documents_of(window)));
            hidden_here = std::span(begin, hide);
        }
        search.search(window, hidden_here);
    }
}

void LexicalStructure::score(const SparseVector& query, std::span<const DocumentOrdinal> documents,
                             std::span<float> scores) const {
    check(documents.size() == scores.size(), "LexicalStructure::score: lengths differ");
    check(query.terms.size() == query.weights.size(), "LexicalStructure::score: as many weights as terms");
    std::vector<SparseView> views;
    for (const auto document : documents)
        views.push_back(m_store->sparse(m_expert_idx, document));
    DenseQuery(query, m_vocabulary).score(views, scores);
}

} // namespace cameo
