#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

enum class FusionMethod { Sum, MinMax, ZScore, Rrf, ReciprocalRank, Weighted, Adaptive };

/// All that need nothing but the scores, in the order in which a person is offered them. Adaptive comes last, where the
/// model has a learned fusion (core/search/learned_fusion.hpp).
inline constexpr FusionMethod kFusionMethods[] = {
    FusionMethod::Sum, FusionMethod::MinMax,         FusionMethod::ZScore,
    FusionMethod::Rrf, FusionMethod::ReciprocalRank, FusionMethod::Weighted};

/// Weights and k of a fusion go no further from 0, so that no sum of scores leaves double's range.
inline constexpr double kLargestFusionNumber = 1e12;

struct FusionSpec {
    FusionMethod method = FusionMethod::Sum;
    double rrf_k = 60;           ///< Rrf: 1 / (k + rank)
    std::vector<double> weights; ///< one an expert, applied after normalisation by every method; empty:
                                 ///< all 1. Weighted is a weighted plain sum. Adaptive multiplies them with the query's.
    bool operator==(const FusionSpec&) const = default;
};

/// "sum", "minmax", "zscore", "rrf", "rank", "weighted", "adaptive": the names of the command line and of files.
std::string_view name(FusionMethod method);
/// "rrf", "rrf:k=20", "weighted:0.2,0.5,0.3", "zscore:1,2,1", "rrf:k=20,1,2,1"; without weights all are 1.
/// @throws Error listing the names there are.
FusionSpec parse_fusion(std::string_view text);
/// What parse_fusion reads back as the same spec.
std::string to_string(const FusionSpec& spec);
/// For people: "z-score sum", "reciprocal ranks, 1 / (60 + rank)", "weighted sum (0.2, 0.5, 0.3)"; with the weights of
/// a query, "adaptive z-score sum, weights for this query 0.38 : 1.05 : 0.71".
std::string describe(const FusionSpec& spec, std::span<const double> query_weights = {});

/// The same fusion for so many experts: weights that were made for another number of them are left out. Where there is
/// no learned fusion, Adaptive is the z-score sum that it would have weighed.
FusionSpec fitted(FusionSpec spec, std::size_t experts, bool learned = true);

/// What Adaptive comes to for one query: the z-score sum with the weights that the learned fusion predicts for it, times
/// the spec's own if there are any. Other methods stay as they are.
/// @param query_weights [E], or empty where nothing was predicted
/// @throws Error(InvalidInput) when the spec is Adaptive and there are none.
FusionSpec for_query(const FusionSpec& spec, std::span<const double> query_weights);

/// How a fusion makes its part of an expert's raw score, over one union. The methods that count ranks draw no line: what
/// they add depends on the other documents' scores.
struct FusionLine {
    bool straight = true; ///< used = weight * (raw - offset) / divisor; false: of the rank, and only `weight` is set
    double weight = 1;
    double offset = 0;  ///< MinMax: the lowest score; ZScore: the mean
    double divisor = 1; ///< MinMax: highest - lowest; ZScore: the standard deviation; 0: a flat list, which adds 0

    /// What one unit of raw score adds; 0 where there is no line, or a flat one.
    double slope() const { return straight && divisor != 0 ? weight / divisor : 0; }
    /// @pre straight
    double used(double raw) const { return divisor != 0 ? weight * ((raw - offset) / divisor) : 0; }
};

/// [E] of a spec that is not Adaptive, as fuse() uses them.
/// @param raw [D, E] row-major   @throws Error(InvalidInput) when there are weights and not one an expert.
std::vector<FusionLine> fusion_lines(const FusionSpec& spec, std::span<const float> raw, std::size_t experts);

/// What each method adds up: used[d, e] such that fused[d] = sum over e of used[d, e], exactly in double
/// precision and in expert order. Every expert scores every document of the union, so nothing is missing.
/// With w_e the weight of expert e and its scores s over the union:
///   Sum, Weighted   w_e s
///   MinMax          w_e (s - min) / (max - min);   a flat list becomes 0
///   ZScore          w_e (s - mean) / sd, population sd;   a flat list becomes 0
///   Rrf             w_e / (k + rank)
///   ReciprocalRank  w_e / rank
/// A score that is not finite (a damaged model) ranks last, adds 0 and does not enter min, max, mean or sd.
/// @param raw   [D, E] row-major   @param used [D, E]   @param fused [D]
/// @param ranks [D, E] rank of the document under the expert within the union, from 1, ties by the given
/// order
///              `tie_order` ([D], position of the document's id among the union's ids, ascending).
/// @pre the method is not Adaptive, which for_query() makes a z-score sum of
/// @throws Error(InvalidInput) when there are weights and not one an expert. Thread-safe, O(D E log D).
void fuse(const FusionSpec& spec, std::span<const float> raw, std::size_t experts,
          std::span<const std::size_t> tie_order, std::span<double> used, std::span<double> fused,
          std::span<std::int32_t> ranks);

/// [D, E] what a method adds for each expert with a weight of 1: what mixes of experts are made of, since a fused score is
/// their sum with the weights. Shapes, ties and scores that are not finite as in fuse().   @pre the method is not Adaptive
std::vector<double> unweighted_parts(const FusionSpec& spec, std::span<const float> raw, std::size_t experts,
                                     std::span<const std::size_t> tie_order);
/// The method that a fusion is a mix under: Weighted mixes raw scores, Adaptive z-scores.
FusionMethod mixing_method(FusionMethod method);

/// The same fusion written in one way: weights of 1 are left out, so is a k that does not count, and Weighted without weights
/// is Sum. Two fusions that do the same are equal then.
FusionSpec simplified(FusionSpec spec);

} // namespace cameo
