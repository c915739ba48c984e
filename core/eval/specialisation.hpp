#pragma once

#include "core/eval/judged_scores.hpp"
#include "core/eval/significance.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace cameo {

/// One part of the queries, such as those of the category "semantic".
struct QuerySlice {
    std::string name;
    std::vector<std::size_t> queries; ///< positions in JudgedScores::queries
    std::vector<MeanInterval> experts; ///< [E]
    MeanInterval fusion, oracle;
    std::vector<double> sole_best; ///< [E] share of queries on which this expert alone is the best
    double all_equal = 0;          ///< share on which no expert is better than another
    std::size_t best = 0;          ///< the expert with the largest mean
    double p = 1;                  ///< of the paired randomisation test of it against the next one, Holm-corrected over the parts of this cut
};

/// What an expert does to a fusion: the fusion without it, query by query.
struct Contribution {
    std::vector<std::size_t> saves; ///< queries that are worse without it, those that lose most first
    std::vector<std::size_t> ruins; ///< queries that are better without it, those that gain most first
    std::vector<std::size_t> only;  ///< queries that no other expert serves at all (their measure is 0), and this one does
    double mean = 0;                ///< measure of the fusion minus that of the fusion without it
};

/// How alike two experts are, over the queries.
struct ExpertPair {
    double jaccard = 0;     ///< of their first ten: common documents over all of both
    double rbo = 0;         ///< rank-biased overlap at p = 0.9 of their first hundred (Webber et al. 2010), extrapolated
    double correlation = 0; ///< of their measures, query by query (Pearson); NaN where one of them does not vary
};

/// Which expert serves what, under one measure and one fusion.
struct Specialisation {
    FusionSpec fusion;
    int measure = 0;
    std::map<std::string, std::vector<QuerySlice>> slices; ///< "category", "section", "length", kOwnSlices: by name; "all": one slice of all
    std::vector<Contribution> contributions;               ///< [E]
    std::vector<ExpertPair> pairs;                         ///< [E, E] row-major, 1 on the diagonal
    std::vector<double> found;                             ///< [E] share of relevant documents among its first 100
    double found_by_any = 0;                               ///< and of the union of those
    std::vector<std::vector<double>> per_query;            ///< [E][Q] the measure, for lists of queries
    std::vector<double> fused;                             ///< [Q] the same of the fusion

    const ExpertPair& pair(std::size_t one, std::size_t other) const { return pairs[one * contributions.size() + other]; }
};

inline constexpr const char* kOwnSlices = "your slices";

/// @param own of each query its part in the slices that somebody has made (own_parts()); empty: there are none
/// @throws Error(InvalidInput) as measure_fusion(); Cancelled.
Specialisation specialise(const JudgedScores& scores, const FusionSpec& fusion, int measure_idx, Progress& progress, const std::vector<std::string>& own = {});

/// Rank-biased overlap of two ranked lists, extrapolated to their common depth (Webber, Moffat and Zobel 2010, eq. 23, for
/// lists of equal length). 1 for equal lists, 0 for lists without a common document; 1 for two empty ones.
double rank_biased_overlap(std::span<const std::int32_t> one, std::span<const std::int32_t> other, double p);

} // namespace cameo
