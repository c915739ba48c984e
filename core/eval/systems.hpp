#pragma once

#include "core/data/run_file.hpp"
#include "core/eval/measures.hpp"
#include "core/eval/significance.hpp"
#include "core/jobs/progress.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace cameo {

struct SystemResult {
    std::string name; ///< an expert's name, "fusion:sum", …, "bm25", or a run file's tag
    std::string kind; ///< "expert", "fusion", "baseline", "oracle"
    Measures mean;
    std::map<std::string, Measures> by_category;
    std::vector<Measures> per_query; ///< in the order of Evaluation::query_ids
    std::vector<std::int32_t> first_right; ///< [Q] rank of the best relevant document; 0: not in the list
    std::vector<std::int32_t> top;         ///< [Q, depth] the best documents' places; empty unless somebody has asked for them
    RunFile run;                     ///< top 1,000 a query; empty unless EvaluationOptions::keep_runs
};

struct SignificanceResult {
    std::string a, b, measure;
    double difference = 0; ///< mean(a) - mean(b)
    double p = 1, p_holm = 1;
    double low = 0, high = 0; ///< 95 % bootstrap interval of the difference
};

struct Evaluation {
    std::string model, collection, split;
    std::vector<std::string> query_ids; ///< judged queries of the split; one without results counts 0 (trec_eval -c)
    std::vector<std::string> categories; ///< of each query
    std::vector<SystemResult> systems;
    int primary = 0; ///< the measure that `tests` compare: MRR@10, or nDCG@10 where positive grades differ
    std::vector<SignificanceResult> tests; ///< all pairs of systems: randomisation test, Holm over all of them
};

struct JudgedSplit; ///< core/eval/judged_split.hpp

/// The means of what is in per_query.
void summarise(SystemResult& system, const JudgedSplit& judged);
/// Of each system the mean of each measure with its interval: [systems][kMeasureCount]. Parallel. @throws Cancelled.
std::vector<std::vector<MeanInterval>> mean_intervals(const Evaluation& evaluation, Progress& progress);
/// One pair of systems that were measured on the same queries; p_holm is left for correct().
SignificanceResult compare(const SystemResult& a, const SystemResult& b, int measure_idx);
/// All pairs of systems by the primary measure, corrected together. @throws Cancelled.
void compare_all(Evaluation& evaluation, Progress& progress);
/// Holm's correction over all of them.
void correct(std::vector<SignificanceResult>& tests);

std::string to_table(const Evaluation& evaluation); ///< for people
std::string to_json(const Evaluation& evaluation);  ///< design.md section 4

} // namespace cameo
