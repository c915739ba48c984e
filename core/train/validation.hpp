#pragma once

#include "core/data/collection.hpp"
#include "core/eval/block_evaluation.hpp"
#include "core/eval/measures.hpp"
#include "core/index/bm25.hpp"
#include "core/jobs/progress.hpp"
#include "core/model/model.hpp"
#include "core/train/frozen_memory.hpp"
#include "core/train/recipe/recipe.hpp"
#include "core/train/record/recorder.hpp"
#include "core/train/training_data.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cameo {

/// What makes one step's model better than another's.
struct Better {
    std::string measure = "MRR@10"; ///< "nDCG@10", …
    bool weighted = false; ///< of the experts' raw scores with weights fitted on the same queries (FittedSum), under the name
                           ///< "weighted", instead of the model's own fusion
};
/// As the recipe says it.
Better better(const Recipe& recipe);

struct ValidationResult {
    std::vector<Metric> metrics; ///< "dev.lexical.MRR@10", "dev.fusion.MRR@10", "dev.fusion.MRR@10.semantic", …
    double value = 0;            ///< what is to be as high as can be
    std::vector<std::string> systems; ///< [S] the experts, and "fusion" behind them: the probes'
    std::vector<ProbeRecord> probes;  ///< [Q]
};

/// How well a model ranks the right documents of some dev queries among a few thousand: their own and the best of BM25
/// for each, which are the hard ones. The figures are higher than those over the whole collection, and serve to compare
/// steps of one training.
class Validation {
public:
    /// @param queries all are used   @param memory what trainings share; null: its own
    Validation(std::shared_ptr<const Collection> collection, std::vector<TrainingQuery> queries, const Bm25& bm25,
               Better better, Progress& progress, std::shared_ptr<FrozenMemory> memory = nullptr);

    /// @throws Cancelled.
    ValidationResult measure(const Model& model, Progress& progress) const;
    /// The same of a model's folder. Where it has an SB-MoE block behind an encoder that was not trained, what that makes of
    /// the documents is kept from one time to the next.   @throws Error as Model::load; Cancelled.
    ValidationResult measure(const std::filesystem::path& model, Progress& progress) const;
    std::size_t documents() const { return m_documents.size(); }
    /// What a training is watched by, for systems of these names.
    ProbeSet probe_set(std::vector<std::string> systems) const;

private:
    struct Ranked {
        std::vector<Measures> measures;  ///< [Q]
        std::vector<std::int32_t> ranks; ///< [Q] of the best right document
        std::vector<std::int32_t> top;   ///< [Q, min(kProbeDepth, D)] positions in m_documents
    };
    /// @param ranked [S]   @param weighted [Q]; empty: the last system's measure decides
    ValidationResult summary(std::vector<std::string> systems, const std::vector<Ranked>& ranked,
                             std::span<const Measures> weighted = {}) const;
    std::int32_t right_one(const TrainingQuery& query) const; ///< position in m_documents of the first
    std::shared_ptr<const PooledSplit> pooled(const std::filesystem::path& model, Progress& progress) const;

    std::shared_ptr<const Collection> m_collection;
    std::vector<TrainingQuery> m_queries;
    Better m_better;
    std::vector<std::int32_t> m_documents; ///< by id ascending: positions are a tie order
    std::vector<std::string> m_ids;        ///< of m_documents
    std::shared_ptr<FrozenMemory> m_memory;
};

} // namespace cameo
