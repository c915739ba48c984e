#pragma once

#include "core/eval/evaluation.hpp"
#include "core/search/learned_fusion.hpp"
#include "core/train/fusion/gate_fit.hpp"

#include <cstdint>
#include <string>

namespace cameo {

struct FusionFitOptions {
    /// Queries that the experts have not been trained on: an expert knows the answers of its training queries, and would
    /// be trusted too much.
    std::string split = "dev";
    std::int32_t depth = 100; ///< candidates of each expert
    int folds = 5;            ///< of the cross-validation
    std::uint64_t seed = 1;   ///< which query falls into which fold
    FusionPrior prior;
};

struct FusionFit {
    LearnedFusion learned; ///< fitted on all queries of the split
    std::vector<double> weighted; ///< [E] weights of raw scores, the same for every query: FusionMethod::Weighted
    /// What it is worth: every expert, "fusion:sum", "fusion:zscore"; "fusion:weighted" (raw scores), "fusion:linear" and
    /// "fusion:adaptive" (z-scores), where every query is fused by what was fitted on the other folds; and "oracle", the best
    /// expert of every query, which nobody can know beforehand. `tests` has the weighted sum against the plain one, linear
    /// and adaptive against the z-score sum, and the learned ones against each other.
    Evaluation evaluation;
};

/// Retrieves the split's judged queries once and fits linear weights and the gate. Deterministic.
/// @throws Error(InvalidInput) when the model has one expert, or when fewer than 2 queries a fold have an answer among
/// their candidates; Error(NotFound) when there is no such split; Cancelled.
FusionFit learn_fusion(const SearchEngine& engine, const FusionFitOptions& options, Progress& progress);

} // namespace cameo
