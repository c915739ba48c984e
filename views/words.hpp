#pragma once

#include "core/search/trace.hpp"

#include <string>
#include <string_view>

namespace cameo {

/// An expert in words that need no introduction, and in those that do.
struct ExpertWords {
    std::string title;     ///< "Lexical"
    std::string plain;     ///< "words that match"
    std::string technical; ///< one sentence
    std::string formula;
};
ExpertWords expert_words(std::string_view name, ExpertKind kind);

struct FusionWords {
    std::string_view title;   ///< "Z-score sum": in choosers
    std::string_view plain;   ///< "each expert's scores on one scale, then added"
    std::string_view formula; ///< what one expert adds: "weight × (raw − mean) ÷ standard deviation"
};
const FusionWords& fusion_words(FusionMethod method);

/// "sum of 3 experts", "z-score sum of 3 experts, weights 1 : 2 : 0.5": with k and weights where they matter.
std::string describe_fusion(const FusionSpec& spec, std::size_t experts);

} // namespace cameo
