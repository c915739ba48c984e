#pragma once

#include "core/data/collection.hpp"
#include "core/index/bm25.hpp"
#include "core/jobs/progress.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cameo {

/// A query to train on and the documents that are right for it.
struct TrainingQuery {
    std::string id, text, category;
    std::vector<std::int32_t> positives; ///< ordinals, grade above 0, at least one
    std::vector<std::int32_t> negatives = {}; ///< ordinals that somebody has judged to be wrong: drawn before all others
};

/// The judged queries of a split whose right documents are in the collection, in stored order.
/// @throws Error(InvalidInput) naming the splits there are when this one has no such query.
std::vector<TrainingQuery> training_queries(const Collection& collection, const std::string& split);

/// A checksum of the collection's documents and of what it is asked: a training goes on with what it began with.
std::string training_data_sum(const Collection& collection, const std::vector<TrainingQuery>& queries);

/// For each query the `depth` best documents under BM25 without its right ones: what negatives are drawn from.
std::vector<std::vector<std::int32_t>> bm25_negatives(const Bm25& bm25, const std::vector<TrainingQuery>& queries,
                                                      std::int64_t depth, Progress& progress);

/// One step's texts. Documents stand once each; a query's columns are positions in `documents`.
struct TrainingBatch {
    std::vector<std::uint32_t> queries;   ///< [Q] positions among the training queries
    std::vector<std::int32_t> documents;  ///< [D] ordinals, each once
    std::vector<std::int64_t> positive;   ///< [Q] column of the right document that this step uses
    std::vector<std::uint8_t> counts;     ///< [Q, D] 0 where a document is another right one of that query
    std::vector<float> teacher;           ///< [Q, D] a teacher's scores, NaN where it has none; empty: no teacher
};

/// Which queries, positives and negatives make step `step`: a function of seed and step alone, so a resumed training
/// sees what it would have seen.
class BatchSampler {
public:
    /// @param candidates parallel to queries; kept by reference, like queries
    BatchSampler(const std::vector<TrainingQuery>& queries, std::uint64_t seed, std::int64_t batch_queries,
                 std::int64_t negatives);

    /// @param step from 0   @param candidates [queries] what negatives are drawn from
    TrainingBatch batch(std::int64_t step, const std::vector<std::vector<std::int32_t>>& candidates) const;
    /// The queries of the batches [first, last), ascending, each once.
    std::vector<std::uint32_t> queries_between(std::int64_t first, std::int64_t last) const;
    /// Steps that see every query once.
    std::int64_t steps_an_epoch() const;

private:
    std::vector<std::uint32_t> queries_of(std::int64_t step) const;

    const std::vector<TrainingQuery>& m_queries;
    std::uint64_t m_seed;
    std::int64_t m_batch_queries, m_negatives;
    mutable std::int64_t m_epoch = -1; ///< of m_order
    mutable std::vector<std::uint32_t> m_order;
};

} // namespace cameo
