#include "views/words.hpp"

#include "views/format.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace cameo {

ExpertWords expert_words(std::string_view name, ExpertKind kind) {
    ExpertWords words;
    words.title = heading(name);
    switch (kind) {
    case ExpertKind::Lexical:
        words.plain = "words that match";
        words.technical = "Weighs each term of the vocabulary, also terms that the text only implies, and adds up those "
                          "that query and document share.";
        words.formula = "score = Σ over shared terms of  w(term, query) × w(term, document)";
        break;
    case ExpertKind::Local:
        words.plain = "phrases that align";
        words.technical = "Turns every token into a vector; each query token takes the document token that is nearest "
                          "to it (MaxSim).";
        words.formula = "score = Σ over query tokens of  max over document tokens of  ⟨query token, document token⟩";
        break;
    case ExpertKind::Global:
        words.plain = "meaning as a whole";
        words.technical = "Turns the whole text into one vector and compares the two vectors.";
        words.formula = "score = ⟨vector of the query, vector of the document⟩";
        break;
    }
    return words;
}

const FusionWords& fusion_words(FusionMethod method) {
    static constexpr std::array<FusionWords, 7> kWords{{
        {"Sum", "scores added as they are", "weight × raw score"},
        {"Min–max sum", "each expert's scores stretched to 0 … 1, then added", "weight × (raw − lowest) ÷ (highest − lowest)"},
        {"Z-score sum", "each expert's scores on one scale, then added", "weight × (raw − mean) ÷ standard deviation"},
        {"Rank fusion (RRF)", "ranks count, scores do not; k softens the top", "weight ÷ (k + rank)"},
        {"Reciprocal rank", "ranks count, the first places most of all", "weight ÷ rank"},
        {"Weighted sum", "scores added with a weight for each expert", "weight × raw score"},
        {"Adaptive", "weights that the model has learned to choose for each query",
         "weight for this query × (raw − mean) ÷ standard deviation"},
    }};
    return kWords[static_cast<std::size_t>(method)];
}

std::vector<double> weights_used(const FusionSpec& spec, std::span<const double> query_weights) {
    if (spec.method != FusionMethod::Adaptive) return spec.weights;
    std::vector<double> weights(query_weights.begin(), query_weights.end());
    for (std::size_t expert_idx = 0; expert_idx < std::min(weights.size(), spec.weights.size()); ++expert_idx)
        weights[expert_idx] *= spec.weights[expert_idx];
    return weights;
}

std::string alone_key(std::size_t expert_idx) {
    return expert_idx < 9 ? std::string(" or Alt+").append(1, static_cast<char>('1' + expert_idx)) : std::string();
}

std::string fused_scale(const Trace& trace) { return trace.model_version + to_string(trace.fusion); }

bool mentions(std::string_view text, std::string_view part) {
    const auto lower = [](unsigned char letter) { return std::tolower(letter); };
    return part.empty() || !std::ranges::search(text, part, {}, lower, lower).empty();
}

std::string system_title(const std::string& name) {
    constexpr std::string_view kFusion = "fusion:";
    if (name == "bm25") return "BM25";
    if (name == "oracle") return "Best expert of every query";
    if (!name.starts_with(kFusion)) return heading(name);
    const FusionSpec spec = parse_fusion(std::string_view(name).substr(kFusion.size()));
    std::string title(fusion_words(spec.method).title);
    if (!spec.weights.empty()) title += ", learned weights";
    return title;
}

std::string describe_fusion(const FusionSpec& spec, std::size_t experts, std::span<const double> query_weights) {
    const std::vector<double> weights = weights_used(spec, query_weights);
    if (spec.method == FusionMethod::Adaptive && !weights.empty()) {
        // Weights that nobody has typed have as many digits as a double; a part's hover has them all.
        std::string text = "adaptive";
        for (std::size_t expert_idx = 0; expert_idx < weights.size(); ++expert_idx)
            text += (expert_idx > 0 ? " : " : ", ") + format_score(weights[expert_idx], 2);
        return text;
    }
    static constexpr std::array<std::string_view, 7> kShort{"sum",          "min–max sum",      "z-score sum",
                                                            "rank fusion",  "reciprocal ranks", "weighted sum",
                                                            "adaptive sum"};
    std::string text(kShort[static_cast<std::size_t>(spec.method)]);
    if (spec.method == FusionMethod::Rrf) text += " (k " + format_score(spec.rrf_k, 0) + ")";
    text += " of " + std::to_string(experts) + (experts == 1 ? " expert" : " experts");
    const bool weighed = std::any_of(weights.begin(), weights.end(), [](double weight) { return weight != 1; });
    if (!weighed) return text;
    text += ", weights ";
    for (std::size_t expert_idx = 0; expert_idx < weights.size(); ++expert_idx)
        text += (expert_idx > 0 ? " : " : "") + format_exact(weights[expert_idx]);
    return text;
}

} // namespace cameo
