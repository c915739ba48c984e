#pragma once

#include "core/data/run_file.hpp"

#include <string>
#include <vector>

namespace cameo {

/// One query's figures, as trec_eval computes them: documents sorted by score descending, then id by byte order
/// DESCENDING (trec_eval's tie rule); grades > 0 are relevant; nDCG with linear gain and log2(rank + 1).
struct Measures {
    double mrr_10 = 0, ndcg_10 = 0, recall_100 = 0, recall_1000 = 0, map = 0;
};

inline constexpr int kMeasureCount = 5;
/// "MRR@10", "nDCG@10", "Recall@100", "Recall@1000", "MAP", in the order of the struct.
const char* measure_name(int measure_idx);
double value(const Measures& measures, int measure_idx);

Measures measure(std::vector<RankedDocument> ranking, const Grades& grades);

} // namespace cameo
