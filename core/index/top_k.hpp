#pragma once

#include "core/index/index.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace cameo {

/// Keeps the k best of many scored documents, ties by ordinal (`better`). Amortised O(1) a document: twice k
/// are gathered, then the worse half is dropped.
class TopK {
public:
    explicit TopK(std::size_t k) : m_k(k), m_room(k + std::max<std::size_t>(k, 64)) {
        m_kept.reserve(std::min<std::size_t>(m_room, 1u << 16));
    }

    /// A document below this cannot be among the k best; one that ties with it only if its ordinal is smaller
    /// than those of k documents that were added before. Never falls.
    float threshold() const { return m_threshold; }

    /// @pre k documents that are still to be added score at least this
    void raise_threshold(float score) { m_threshold = std::max(m_threshold, score); }
    std::size_t wanted() const { return m_k; }

    void add(DocumentOrdinal document, float score) {
        if (score < m_threshold) return;
        m_kept.push_back({document, score});
        if (m_kept.size() >= m_room) shrink();
    }

    /// Best first, at most k.
    std::vector<ScoredDocument> take() {
        shrink();
        std::sort(m_kept.begin(), m_kept.end(), kBetter);
        return std::move(m_kept);
    }

    /// Drops what is not among the k best so far, which raises the threshold.
    void shrink() {
        if (m_kept.size() < m_k || m_k == 0) {
            if (m_k == 0) m_kept.clear();
            return;
        }
        const auto last = m_kept.begin() + static_cast<std::ptrdiff_t>(m_k - 1);
        std::nth_element(m_kept.begin(), last, m_kept.end(), kBetter);
        m_threshold = std::max(m_threshold, last->score);
        m_kept.resize(m_k);
    }

private:
    /// An object instead of a function's address, so that its comparisons are compiled into the sorting.
    static constexpr auto kBetter = [](const ScoredDocument& a, const ScoredDocument& b) { return better(a, b); };

    std::size_t m_k;
    std::size_t m_room;
    float m_threshold = -std::numeric_limits<float>::infinity();
    std::vector<ScoredDocument> m_kept;
};

} // namespace cameo
