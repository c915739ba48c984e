#pragma once

#include "core/eval/measures.hpp"
#include "core/index/bm25.hpp"
#include "core/search/engine.hpp"

#include <map>
#include <string>
#include <vector>

namespace cameo {

struct SystemResult {
    std::string name; ///< an expert's name, "fusion:sum", …, "bm25", or a run file's tag
    std::string kind; ///< "expert", "fusion", "baseline"
    Measures mean;
    std::map<std::string, Measures> by_category;
    std::vector<Measures> per_query; ///< in the order of Evaluation::query_ids
    RunFile run;                     ///< top 1,000 a query
};

struct SignificanceResult {
    std::string a, b, measure;
    double difference = 0; ///< mean(a) - mean(b)
    double p = 1, p_holm = 1;
    double low = 0, high = 0; ///< 95 % bootstrap interval of the difference
};

struct Evaluation {
    std::string model, collection, split;
    std::vector<std::string> query_ids; ///< judged queries of the split
    std::vector<std::string> categories; ///< of each query
    std::vector<SystemResult> systems;
    std::vector<SignificanceResult> tests; ///< all pairs of systems on the primary measure (MRR@10, or nDCG@10 where grades differ)
};

struct EvaluationOptions {
    std::string split = "test";
    std::int32_t depth = 1000; ///< candidates of each expert
    std::vector<FusionSpec> fusions; ///< empty: sum, minmax, zscore, rrf, rank
};

/// Runs every judged query of the split through the engine and BM25.
Evaluation evaluate(const SearchEngine& engine, const Bm25& bm25, const EvaluationOptions& options, Progress& progress);
/// A run file beside nothing else.
SystemResult evaluate_run(const RunFile& run, const Collection& collection, const std::string& split);

std::string to_table(const Evaluation& evaluation); ///< for people
std::string to_json(const Evaluation& evaluation);  ///< design.md section 4

} // namespace cameo
