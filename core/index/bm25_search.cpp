#include "core/index/bm25_postings.hpp"

#include <algorithm>
#include <limits>

namespace cameo {

namespace {

/// Documents that are scored together: their sums fit the first-level cache, or nearly so.
constexpr std::uint32_t kWindow = 8192;
/// Postings that can be added in the time that one takes to be looked up (measured).
constexpr std::size_t kLookUp = 32;

struct Candidate {
    std::uint64_t score;
    std::uint32_t document;
};

bool before(const Candidate& a, const Candidate& b) {
    return a.score != b.score ? a.score > b.score : a.document < b.document;
}

/// Keeps the k best of what comes in the order of documents. Cuts back only now and then: cheaper than a heap
/// when k is large.
class Best {
public:
    explicit Best(std::size_t k) : m_k(k) {}

    /// A score must be above this to matter: documents come in order, and a tie goes to the earlier one.
    std::uint64_t threshold() const { return m_threshold; }
    /// @pre k documents that are still to come have a higher score
    void raise_threshold(std::uint64_t score) { m_threshold = std::max(m_threshold, score); }
    std::size_t wanted() const { return m_k; }

    void add(Candidate candidate) {
        m_kept.push_back(candidate);
        if (m_kept.size() >= 2 * m_k + 32) cut();
    }

    std::vector<Candidate> take() {
        cut();
        std::sort(m_kept.begin(), m_kept.end(), before);
        return std::move(m_kept);
    }

private:
    void cut() {
        if (m_kept.size() < m_k) return;
        const auto last = m_kept.begin() + static_cast<std::ptrdiff_t>(m_k - 1);
        std::nth_element(m_kept.begin(), last, m_kept.end(), before);
        m_threshold = std::max(m_threshold, last->score);
        m_kept.resize(m_k);
    }

    std::size_t m_k;
    std::uint64_t m_threshold = 0;
    std::vector<Candidate> m_kept;
};

/// A query term's place in its postings. Moves forward only.
class Cursor {
public:
    Cursor(const Bm25Postings& postings, Bm25QueryTerm term) : m_weight(term.second) {
        const auto begin = postings.posting_begins[term.first], end = postings.posting_begins[term.first + 1];
        m_documents = postings.posting_documents.subspan(begin, end - begin);
        m_impacts = postings.impacts.subspan(begin, end - begin);
        const auto first = postings.block_begins[term.first], last = postings.block_begins[term.first + 1];
        m_blocks = postings.blocks.subspan(first, last - first);
    }

    std::uint64_t bound() const { return m_bound; }

    /// The most that the term can add to any document at all.
    std::uint64_t highest() const {
        Impact most = 0;
        for (const auto& block : m_blocks)
            most = std::max(most, block.max_impact);
        return most * m_weight;
    }

    /// Sets bound() to the most that the term can add to a document of [first, end), and postings() to about how many
    /// of these it has.
    void enter(std::uint32_t first, std::uint32_t end) {
        skip_blocks(first);
        Impact most = 0;
        auto block = m_block;
        for (; block < m_blocks.size() && m_documents[block * kBm25Block] < end; ++block)
            most = std::max(most, m_blocks[block].max_impact);
        m_bound = most * m_weight;
        m_postings = (block - m_block) * kBm25Block;
    }
    std::size_t postings() const { return m_postings; }

    /// Adds the impacts of the documents of [first, end) to their sums. @param sums [end - first]
    template <typename Sum>
    void add_to(Sum* sums, std::uint32_t first, std::uint32_t end) {
        move_to(first);
        const auto* documents = m_documents.data();
        const auto* impacts = m_impacts.data();
        const auto weight = static_cast<Sum>(m_weight);
        auto at = m_at;
        const auto add = [&] {
            sums[documents[at] - first] += static_cast<Sum>(impacts[at]) * weight;
            ++at;
        };
        for (; m_block < m_blocks.size() && m_blocks[m_block].last_document < end; ++m_block)
            for (const auto stop = std::min(m_documents.size(), (m_block + 1) * kBm25Block); at < stop;)
                add();
        if (m_block < m_blocks.size())
            while (documents[at] < end)
                add();
        m_at = at;
    }

    /// What the term adds to one document. @pre asked in the order of documents
    std::uint64_t score(std::uint32_t document) {
        move_to(document);
        return m_at < m_documents.size() && m_documents[m_at] == document ? m_impacts[m_at] * m_weight : 0;
    }

private:
    void skip_blocks(std::uint32_t document) {
        while (m_block < m_blocks.size() && m_blocks[m_block].last_document < document)
            ++m_block;
    }
    void move_to(std::uint32_t document) {
        skip_blocks(document);
        m_at = std::max(m_at, m_block * kBm25Block);
        const auto end = std::min(m_documents.size(), (m_block + 1) * kBm25Block);
        if (m_at < end)
            m_at = static_cast<std::size_t>(
                std::lower_bound(m_documents.begin() + static_cast<std::ptrdiff_t>(m_at),
                                 m_documents.begin() + static_cast<std::ptrdiff_t>(end), document) -
                m_documents.begin());
    }

    std::span<const std::uint32_t> m_documents;
    std::span<const Impact> m_impacts;
    std::span<const Bm25Block> m_blocks;
    std::uint64_t m_weight;
    std::uint64_t m_bound = 0;
    std::size_t m_postings = 0;
    std::size_t m_block = 0; ///< no posting before it matters any more
    std::size_t m_at = 0;
};

template <typename Sum>
class WindowSearch {
public:
    WindowSearch(std::vector<Cursor>& cursors, std::size_t k)
        : m_cursors(cursors), m_best(k), m_sums(kWindow) {}

    std::vector<Candidate> run(std::uint64_t documents) {
        for (std::uint64_t first = 0; first < documents; first += kWindow)
            search_window(static_cast<std::uint32_t>(first),
                          static_cast<std::uint32_t>(std::min<std::uint64_t>(first + kWindow, documents)));
        return m_best.take();
    }

private:
    void search_window(std::uint32_t first, std::uint32_t end) {
        m_active.clear();
        for (auto& cursor : m_cursors) {
            cursor.enter(first, end);
            if (cursor.bound() > 0) m_active.push_back(&cursor);
        }
        std::sort(m_active.begin(), m_active.end(),
                  [](const Cursor* a, const Cursor* b) { return a->bound() < b->bound(); });
        // The first `spared` terms together cannot lift a document over the threshold.
        std::size_t spared = 0;
        m_bounds.assign(1, 0);
        while (spared < m_active.size() && m_bounds.back() + m_active[spared]->bound() <= m_best.threshold())
            m_bounds.push_back(m_bounds.back() + m_active[spared++]->bound());
        if (spared == m_active.size()) return;
        for (auto cursor = spared; cursor < m_active.size(); ++cursor)
            m_active[cursor]->add_to(m_sums.data(), first, end);
        // Looking a term up for each candidate pays only where candidates are few beside its postings.
        raise_threshold(end - first);
        while (spared > 0 && count_candidates(end - first, spared) * kLookUp > m_active[spared - 1]->postings())
            m_active[--spared]->add_to(m_sums.data(), first, end);
        if (spared == 0) raise_threshold(end - first);
        take_candidates(first, end, spared);
        std::fill_n(m_sums.begin(), end - first, 0);
    }

    std::size_t count_above(std::uint32_t size, Sum least) const {
        Sum above = 0;
        for (std::uint32_t k = 0; k < size; ++k)
            above += m_sums[k] > least ? 1 : 0;
        return static_cast<std::size_t>(above);
    }
    std::size_t count_candidates(std::uint32_t size, std::size_t spared) const {
        return count_above(size, static_cast<Sum>(m_best.threshold() - m_bounds[spared]));
    }

    /// Where a window has many documents above the threshold, halves the distance to its best sum until about k are
    /// left: that many lie above, if not in full, so nothing below matters. Cheaper than to take them all in.
    void raise_threshold(std::uint32_t size) {
        const std::size_t k = m_best.wanted();
        auto low = static_cast<Sum>(m_best.threshold());
        if (count_above(size, low) < 2 * k) return;
        Sum high = *std::max_element(m_sums.begin(), m_sums.begin() + size);
        for (int step = 0; step < 12 && low + 1 < high; ++step) {
            const Sum middle = low + (high - low) / 2;
            const std::size_t above = count_above(size, middle);
            if (above >= k) low = middle;
            else high = middle;
            if (above >= k && above < k + k / 4) break;
        }
        m_best.raise_threshold(static_cast<std::uint64_t>(low));
    }

    void take_candidates(std::uint32_t first, std::uint32_t end, std::size_t spared) {
        constexpr std::uint32_t kStep = 16;
        for (std::uint32_t begin = 0; begin < end - first; begin += kStep) {
            const auto least = static_cast<Sum>(m_best.threshold() - m_bounds[spared]);
            Sum signs =
                0; // negative if any sum is above `least`; without branches the compiler takes many at once
            for (std::uint32_t k = begin; k < begin + kStep; ++k)
                signs |= least - m_sums[k];
            if (signs >= 0) continue;
            for (std::uint32_t k = begin; k < begin + kStep; ++k)
                if (m_sums[k] > least) complete(first + k, static_cast<std::uint64_t>(m_sums[k]), spared);
        }
    }

    void complete(std::uint32_t document, std::uint64_t score, std::size_t spared) {
        for (; spared > 0; --spared) {
            if (score + m_bounds[spared] <= m_best.threshold()) return;
            score += m_active[spared - 1]->score(document);
        }
        if (score > m_best.threshold()) m_best.add({score, document});
    }

    std::vector<Cursor>& m_cursors;
    Best m_best;
    std::vector<Sum> m_sums;             ///< [kWindow], all 0 between windows
    std::vector<Cursor*> m_active;       ///< by bound, ascending
    std::vector<std::uint64_t> m_bounds; ///< sums of the bounds of the first 0, 1, … spared terms
};

} // namespace

std::vector<ScoredDocument> bm25_search(const Bm25Postings& postings, std::span<const Bm25QueryTerm> query,
                                        std::size_t k) {
    std::vector<Cursor> cursors;
    std::uint64_t highest = 0;
    for (const auto& term : query) {
        cursors.emplace_back(postings, term);
        highest += cursors.back().highest();
    }
    if (k == 0 || cursors.empty()) return {};
    const auto documents = static_cast<std::uint64_t>(postings.documents);
    k = std::min<std::uint64_t>(k, documents);
    // Sums of 32 bits are twice as fast and enough for any query that a person types.
    const auto found = highest <= std::numeric_limits<std::int32_t>::max()
                           ? WindowSearch<std::int32_t>(cursors, k).run(documents)
                           : WindowSearch<std::int64_t>(cursors, k).run(documents);
    std::vector<ScoredDocument> out;
    out.reserve(found.size());
    for (const auto& candidate : found)
        out.push_back(
            {candidate.document, static_cast<float>(static_cast<double>(candidate.score) * kImpactUnit)});
    return out;
}

} // namespace cameo
