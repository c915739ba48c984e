#pragma once

#include "core/search/trace.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// An expert in words that need no introduction, and in those that do.
struct ExpertWords {
    std::string title;     ///< "Lexical"
    std::string plain;     ///< "words that match"
    std::string technical; ///< one sentence
    std::string formula;
};
ExpertWords expert_words(std::string_view name, ExpertKind kind);

/// " or Alt+2", for hover texts; nothing for those that no digit is left for.
std::string alone_key(std::size_t expert_idx);

/// What makes the scale of fused scores, for ViewTable::scales: under another model or fusion they are not subtracted.
std::string fused_scale(const Trace& trace);

struct FusionWords {
    std::string_view title;   ///< "Z-score sum": in choosers
    std::string_view plain;   ///< "each expert's scores on one scale, then added"
    std::string_view formula; ///< what one expert adds: "weight × (raw − mean) ÷ standard deviation"
};
const FusionWords& fusion_words(FusionMethod method);

/// What each expert's score is multiplied by: the fusion's weights, and where it is adaptive the query's as well, as
/// core's for_query() has it; empty: all 1.
std::vector<double> weights_used(const FusionSpec& spec, std::span<const double> query_weights);

/// Whether `part` stands somewhere in it, in capitals or not: for filters. An empty one stands in everything.
bool mentions(std::string_view text, std::string_view part);

/// A system of an evaluation for people: "Z-score sum", "Lexical", "BM25".
std::string system_title(const std::string& name);

/// "sum of 3 experts", "z-score sum of 3 experts, weights 1 : 2 : 0.5": with k and weights where they matter; "adaptive, 0.40 : 1.09".
/// @param query_weights of the trace: what an adaptive fusion weighs by
std::string describe_fusion(const FusionSpec& spec, std::size_t experts, std::span<const double> query_weights = {});

} // namespace cameo
