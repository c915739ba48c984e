#pragma once

#include "core/data/collection.hpp"
#include "core/eval/evaluation.hpp"
#include "core/jobs/progress.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cameo {

/// What an encoder makes of a collection's documents and a split's judged queries, made once for many SB-MoE blocks behind
/// that encoder: a block over kept vectors is measured in seconds, exactly, over all documents. Immutable; thread-safe.
class PooledSplit {
public:
    /// @param sbmoe_model a model with that encoder, whose own block does not matter
    /// @throws Error as Model::load, and when the split has no judged queries; Cancelled.
    PooledSplit(const std::filesystem::path& sbmoe_model, std::shared_ptr<const Collection> collection, std::string split,
                Progress& progress);

    /// Tells encoders, pooling and how texts are cut apart: models with the same key have the same vectors here.
    static std::string key(const std::filesystem::path& sbmoe_model);

    /// Systems "encoder" (the vectors as they are), "gate", "expert 1", …, each with its measures of every query.
    /// @pre key(sbmoe_model) is that of the model given first   @throws Error as Model::load; Cancelled.
    Evaluation evaluate(const std::filesystem::path& sbmoe_model, Progress& progress) const;

private:
    SystemResult rank(std::string name, const std::vector<float>& queries, const std::vector<float>& documents,
                      Progress& progress) const;

    std::shared_ptr<const Collection> m_collection;
    std::string m_split, m_key;
    std::vector<std::string> m_documents; ///< [D] ids
    std::vector<Query> m_asked;           ///< [Q]
    Qrels m_qrels;
    std::size_t m_width = 0;
    std::vector<float> m_x_documents, m_x_queries; ///< [D, H], [Q, H]
};

} // namespace cameo
