#pragma once

#include "core/data/collection.hpp"
#include "core/index/bm25.hpp"
#include "core/jobs/progress.hpp"
#include "core/model/model.hpp"
#include "core/train/record/recorder.hpp"
#include "core/train/training_data.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cameo {

struct ValidationResult {
    std::vector<Metric> metrics; ///< "dev.lexical.MRR@10", "dev.fusion.MRR@10", "dev.fusion.MRR@10.semantic", …
    double value = 0;            ///< of the model's own fusion under the chosen measure
};

/// How well a model ranks the right documents of some dev queries among a few thousand: their own and the best of BM25
/// for each, which are the hard ones. The figures are higher than those over the whole collection, and serve to compare
/// steps of one training.
class Validation {
public:
    /// @param queries all are used   @param measure "MRR@10", …
    Validation(std::shared_ptr<const Collection> collection, std::vector<TrainingQuery> queries, const Bm25& bm25,
               std::string measure, Progress& progress);

    /// @throws Cancelled.
    ValidationResult measure(const Model& model, Progress& progress) const;
    std::size_t documents() const { return m_documents.size(); }

private:
    std::shared_ptr<const Collection> m_collection;
    std::vector<TrainingQuery> m_queries;
    std::string m_measure;
    std::vector<std::int32_t> m_documents; ///< by id ascending: positions are a tie order
    std::vector<std::string> m_ids;        ///< of m_documents
};

} // namespace cameo
