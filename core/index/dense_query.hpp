#pragma once

#include "core/index/forward_store.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cameo {

/// A sparse query spread over the vocabulary, so that a stored document is scored by one look-up a term. Kept between
/// calls of a thread, because clearing what a query has set costs less than a new vector: one at a time in a thread.
class DenseQuery {
public:
    /// Terms outside of the vocabulary match nothing. @pre the query outlives this, with as many weights as terms
    DenseQuery(const SparseVector& query, std::size_t vocabulary);
    ~DenseQuery();
    DenseQuery(const DenseQuery&) = delete;
    DenseQuery& operator=(const DenseQuery&) = delete;

    /// s = sum_v w_v(q) w_v(d) in fp32 by ascending term.
    float score(const SparseView& document) const;
    /// Each of many, which are brought from memory while those before them are scored. @pre as many scores as documents
    void score(std::span<const SparseView> documents, std::span<float> scores) const;

private:
    const SparseVector& m_query;
    std::span<float> m_weights;
    std::span<std::uint8_t> m_has; ///< 1 for each term that the query has
};

} // namespace cameo
