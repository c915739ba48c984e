#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

enum class FusionMethod { Sum, MinMax, ZScore, Rrf, ReciprocalRank, Weighted };

struct FusionSpec {
    FusionMethod method = FusionMethod::Sum;
    double rrf_k = 60;           ///< Rrf: 1 / (k + rank)
    std::vector<double> weights; ///< one an expert, applied after normalisation by every method; empty: all 1.
                                 ///< Weighted is a weighted plain sum.
};

/// "sum", "minmax", "zscore", "rrf", "rank", "weighted": the names of the command line and of files.
std::string_view name(FusionMethod method);
/// "rrf" or "weighted:0.2,0.5,0.3" or "zscore:1,2,1". @throws Error listing the names there are.
FusionSpec parse_fusion(std::string_view text);
std::string to_string(const FusionSpec& spec);

/// What each method adds up: used[d, e] such that fused[d] = sum over e of used[d, e], exactly in double precision and
/// in expert order. Every expert scores every document of the union, so nothing is missing. A flat list (max = min)
/// becomes 0 under min-max and z-score.
/// @param raw   [D, E] row-major   @param used [D, E]   @param fused [D]
/// @param ranks [D, E] rank of the document under the expert within the union, from 1, ties by the given order
///              `tie_order` ([D], position of the document's id among the union's ids, ascending).
void fuse(const FusionSpec& spec, std::span<const float> raw, std::size_t experts,
          std::span<const std::size_t> tie_order, std::span<double> used, std::span<double> fused,
          std::span<std::int32_t> ranks);

} // namespace cameo
