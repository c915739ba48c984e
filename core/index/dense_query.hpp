#pragma once

#include "core/index/forward_store.hpp"

#include <cstddef>
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

    /// s = sum_v w_v(q) w_v(d) in fp32 by ascending term, as the accumulators of LexicalStructure add: terms that the
    /// query lacks add +0, which changes no bit.
    float score(const SparseView& document) const;

private:
    const SparseVector& m_query;
    std::span<float> m_weights;
};

} // namespace cameo
