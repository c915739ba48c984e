#pragma once

#include "core/search/trace.hpp"
#include "views/palette.hpp"
#include "views/widgets/score_bar.hpp"

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cameo {

/// How many of the best fused documents count as "the answer": measures, marks and the edge in the lists use it.
inline constexpr std::int32_t kTopK = 10;

/// One list of the bench: positions in Trace::documents, best first.
struct BenchList {
    std::vector<std::int32_t> order;
    std::vector<std::int32_t> rank; ///< [D] of each document in this list, from 1
    BarScale scale;
    int decimals = 2;
    int relevant_in_top = 0; ///< judged relevant among the first kTopK
};

/// What the bench draws of a trace, made once when the trace changes. It points into the trace and must not outlive it.
struct BenchRows {
    BenchList fused;
    std::vector<BenchList> experts; ///< [E] the union in the order of each expert's exact scores
    std::vector<std::int32_t> hit_of; ///< [D] position in Trace::fused
    std::vector<int> grade;           ///< [D]; kUnjudged where nobody judged it
    int relevant_total = 0;           ///< judged relevant of the query, in the union or not
    std::vector<ExpertStyle> styles;  ///< [E]
    std::unordered_map<std::string_view, std::int32_t> position; ///< document id to position in Trace::documents

    static constexpr int kUnjudged = -1000;
    bool is_relevant(std::int32_t document) const { return grade[static_cast<std::size_t>(document)] > 0; }
};

/// Tolerates traces that do not hold together (a rank out of range, a missing score): they are drawn, not trusted.
BenchRows make_bench_rows(const Trace& trace);

} // namespace cameo
