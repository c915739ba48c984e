#pragma once

#include "core/eval/judged_scores.hpp"

#include <array>
#include <cstddef>
#include <vector>

namespace cameo {

struct FusionFieldOptions {
    FusionMethod method = FusionMethod::ZScore; ///< what is weighed: Sum, MinMax, ZScore, Rrf or ReciprocalRank
    double rrf_k = 60;
    std::size_t steps = 42; ///< weights are multiples of 1 / steps, with halves and thirds among them: equal weights are one of the mixes
    std::size_t folds = 5;  ///< of the cross-validation
    bool operator==(const FusionFieldOptions&) const = default;
};

/// One mix of the experts and what it comes to.
struct FusionPoint {
    std::vector<double> weights; ///< [E], sum 1
    Measures mean;
};

/// The best mix by one measure, and what of it can be expected of queries that it was not chosen on.
struct BestMix {
    std::size_t point = 0;     ///< into FusionField::points: the best over all queries
    double cross_validated = 0; ///< mean over queries of the mix that is best for the other folds
    double plain = 0;           ///< of equal weights
    double low = 0, high = 0;   ///< 95 % bootstrap interval of cross_validated - plain over the queries
    std::vector<std::size_t> chosen; ///< [folds] the mix chosen without each fold: how sure the choice is
};

/// Place of the mix (first, second, rest), multiples of 1 / steps, on the grid of three experts: rows of steps + 1, steps, …
/// points. @pre first + second <= steps
inline std::size_t triangle_index(std::size_t steps, std::size_t first, std::size_t second) {
    return first * (2 * steps + 3 - first) / 2 + second;
}

/// Every mix of two or three experts on a grid, measured on the judged queries: what the fusion triangle is painted by.
struct FusionField {
    FusionFieldOptions options;
    std::size_t experts = 0;
    std::vector<FusionPoint> points; ///< two experts: steps + 1 of them; three: row by row of the first weight, then the second
    std::array<BestMix, kMeasureCount> best;
    /// Where the model's query-adaptive fusion puts each query, as weights of sum 1: [Q, E]; empty where nothing was learned.
    std::vector<double> adaptive;

    /// Place of the point with these multiples of 1 / steps. @pre they are within the grid
    std::size_t at(std::size_t first, std::size_t second) const;
    /// Of any weights that are not negative (their sum does not matter), between the points around them; equal weights where
    /// all are 0.
    double value_at(std::span<const double> weights, int measure_idx) const;
};

/// Documents that one relevant document can never, or must always, lose against under any mix are counted once, so that a
/// mix costs only what is open.
/// @pre steps is a multiple of the number of experts
/// @throws Error(InvalidInput) for other than two or three experts; Cancelled.
FusionField fusion_field(const JudgedScores& scores, const FusionFieldOptions& options, Progress& progress);

} // namespace cameo
