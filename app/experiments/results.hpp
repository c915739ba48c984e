#pragma once

#include "core/eval/evaluation.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cameo {

/// What a system measured on each query of a collection.
struct MeasuredSystem {
    std::string name; ///< "lexical", "fusion:sum", "bm25", …
    std::vector<double> mrr_10, ndcg_10, recall_100; ///< [queries]
};

struct MeasuredCollection {
    std::vector<std::string> queries, categories; ///< [queries]
    std::vector<MeasuredSystem> systems;
};

/// One training of a plan with one seed, measured.
struct ExperimentResult {
    std::string training;
    std::int64_t seed = 0;
    std::int64_t steps = 0, best_step = 0;
    double seconds = 0;  ///< of the training
    double best_dev = 0; ///< the measure that chose the model
    /// Recorded numbers at the last validation and means over the last stage: "weight.away", "gate.information.query", …
    std::map<std::string, double> numbers;
    std::map<std::string, MeasuredCollection> collections; ///< by name
};

MeasuredCollection measured(const Evaluation& evaluation);

/// Whole or not at all.
void write_result(const std::filesystem::path& file, const ExperimentResult& result);
/// Nothing when there is no such file. @throws Error naming it when it is damaged.
std::optional<ExperimentResult> read_result(const std::filesystem::path& file);

} // namespace cameo
