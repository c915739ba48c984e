#pragma once

#include "core/eval/systems.hpp"
#include "core/index/bm25.hpp"
#include "core/search/engine.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace cameo {

struct EvaluationOptions {
    std::string split = "test";
    std::int32_t depth = 1000; ///< candidates of each expert
    std::vector<FusionSpec> fusions; ///< empty: sum, minmax, zscore, rrf, rank, and what the model has learned
    std::vector<RunFile> runs;       ///< of other systems, evaluated beside them as baselines
    bool keep_runs = false;          ///< fills SystemResult::run, some 50 MB a system for 1,000 queries
};

/// Runs every judged query of the split through the engine and BM25, several queries at a time.
/// @throws Error when the collection has no judgments in that split (naming those it has); Cancelled.
Evaluation evaluate(const SearchEngine& engine, const Bm25& bm25, const EvaluationOptions& options, Progress& progress);
/// A run file's measures over the judged queries, to the same depth as all others'; a query that it does not have counts 0.
SystemResult evaluate_run(const RunFile& run, const JudgedSplit& judged);
/// The same beside nothing else.
SystemResult evaluate_run(const RunFile& run, const Collection& collection, const std::string& split);

} // namespace cameo
