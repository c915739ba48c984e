#pragma once

#include "core/data/run_file.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cameo {

/// One query's figures, as trec_eval computes them: documents sorted by score descending, then id by byte order
/// DESCENDING (trec_eval's tie rule); grades > 0 are relevant; nDCG with linear gain and log2(rank + 1), its ideal over
/// all judged documents. Scores are compared in single precision, as trec_eval stores them: what differs by less is a
/// tie. MRR@10 is recip_rank over the first ten (trec_eval -M 10), MAP goes over the whole list.
struct Measures {
    double mrr_10 = 0, ndcg_10 = 0, recall_100 = 0, recall_1000 = 0, map = 0;
};

/// Documents of a ranked list that are measured; what stands behind them is not found.
inline constexpr std::size_t kRunDepth = 1000;

inline constexpr int kMeasureCount = 5;
/// "MRR@10", "nDCG@10", "Recall@100", "Recall@1000", "MAP", in the order of the struct.
const char* measure_name(int measure_idx);
double value(const Measures& measures, int measure_idx);

/// A relevant document in a ranked list.
struct FoundDocument {
    std::size_t rank = 0; ///< from 1
    int grade = 1;        ///< above 0
};
/// Of a list as measure() sorts it, best first.
std::vector<FoundDocument> find_relevant(std::vector<RankedDocument> ranking, const Grades& grades);
/// The grades above 0.
std::vector<int> relevant_grades(const Grades& grades);
/// The rank of the best relevant document; 0: none was found.
std::int32_t first_rank(std::span<const FoundDocument> found);
/// What a list comes to by the places of its relevant documents.
/// @param found in any order   @param gains the grades of all relevant documents of the query, found or not
Measures measure_found(std::vector<FoundDocument> found, std::vector<int> gains);

/// @param ranking in any order, each document once. A query without relevant documents has 0 in everything.
Measures measure(std::vector<RankedDocument> ranking, const Grades& grades);

/// Each measure the larger one of the two.
Measures larger(const Measures& a, const Measures& b);

/// Of the queries at `places` of `per_query`; zeros when there are none.
Measures mean(std::span<const Measures> per_query, std::span<const std::size_t> places);

} // namespace cameo
