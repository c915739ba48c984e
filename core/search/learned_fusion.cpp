#include "core/search/learned_fusion.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {

namespace {

constexpr std::size_t kMarginDepth = 20, kAgreementDepth = 10;
constexpr double kMostDeviations = 4, kMostExponent = 10;

/// The documents of an expert's best scores, best first; ties stand by their position.
std::vector<std::size_t> best_documents(std::span<const float> raw, std::size_t experts, std::size_t expert_idx) {
    std::vector<std::size_t> documents;
    for (std::size_t document = 0; document < raw.size() / experts; ++document)
        if (std::isfinite(raw[document * experts + expert_idx])) documents.push_back(document);
    const auto kept = static_cast<std::ptrdiff_t>(std::min(documents.size(), kMarginDepth));
    std::partial_sort(documents.begin(), documents.begin() + kept, documents.end(),
                      [&](std::size_t a, std::size_t b) {
                          const float score_a = raw[a * experts + expert_idx],
                                      score_b = raw[b * experts + expert_idx];
                          return score_a != score_b ? score_a > score_b : a < b;
                      });
    documents.resize(static_cast<std::size_t>(kept));
    return documents;
}

/// log(1 + (s1 - s2) / sd) of the best scores of one expert.
double margin(const std::vector<double>& scores) {
    const auto count = static_cast<double>(scores.size());
    double mean = 0, squares = 0;
    for (const double score : scores)
        mean += score / count;
    for (const double score : scores)
        squares += (score - mean) * (score - mean) / count;
    return scores.size() < 2 || scores.front() == scores.back()
               ? 0
               : std::log1p((scores[0] - scores[1]) / std::sqrt(squares));
}

/// The share of documents that two lists have in common among their best.
double agreement(std::span<const std::size_t> one, std::span<const std::size_t> other) {
    const auto best = one.first(std::min(one.size(), kAgreementDepth));
    const auto among = other.first(std::min(other.size(), kAgreementDepth));
    const auto common = std::count_if(best.begin(), best.end(), [&](std::size_t document) {
        return std::find(among.begin(), among.end(), document) != among.end();
    });
    return static_cast<double>(common) / static_cast<double>(kAgreementDepth);
}

} // namespace

std::vector<double> gate_features(std::span<const float> raw, std::size_t experts) {
    check(experts > 0 && raw.size() % experts == 0, "gate_features: raw is [D, E]");
    std::vector<std::vector<std::size_t>> best;
    std::vector<double> features(3 * experts, 0.0);
    const std::vector<FusionLine> lines = fusion_lines({.method = FusionMethod::ZScore}, raw, experts);
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx)
        if (lines[expert_idx].divisor > 0) features[2 * experts + expert_idx] = std::log(lines[expert_idx].divisor);
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
        std::vector<double> scores;
        for (const std::size_t document : best.emplace_back(best_documents(raw, experts, expert_idx)))
            scores.push_back(raw[document * experts + expert_idx]);
        features[expert_idx] = margin(scores);
    }
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx)
        for (std::size_t other = 0; other < experts; ++other)
            if (other != expert_idx)
                features[experts + expert_idx] +=
                    agreement(best[expert_idx], best[other]) / static_cast<double>(experts - 1);
    return features;
}

std::vector<double> standardised(const FusionGate& gate, std::span<const double> features) {
    check(features.size() == gate.mean.size() && features.size() == gate.deviation.size(),
          "standardised: features and gate differ in number");
    std::vector<double> x;
    for (std::size_t feature = 0; feature < features.size(); ++feature)
        x.push_back(std::clamp((features[feature] - gate.mean[feature]) / gate.deviation[feature],
                               -kMostDeviations, kMostDeviations));
    return x;
}

std::vector<double> predicted_weights(const FusionGate& gate, std::span<const double> features) {
    const std::size_t experts = gate.base.size(), with_effects = 2 * experts;
    check(features.size() == with_effects + experts && gate.effects.size() == experts * with_effects,
          "predicted_weights: features are [F + E], effects [E, F]");
    const std::vector<double> x = standardised(gate, features);
    std::vector<double> weights;
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
        const std::size_t own = with_effects + expert_idx;
        double exponent = gate.base[expert_idx] + gate.spread * (features[own] - gate.mean[own]);
        for (std::size_t feature = 0; feature < with_effects; ++feature)
            exponent += gate.effects[expert_idx * with_effects + feature] * x[feature];
        weights.push_back(weight_on_grid(std::exp(std::clamp(exponent, -kMostExponent, kMostExponent))));
    }
    return weights;
}

double weight_on_grid(double weight) {
    return std::round(weight * 1e4) / 1e4;
}

FusionSpec linear_fusion(const LearnedFusion& learned) {
    return {.method = FusionMethod::ZScore, .weights = learned.linear};
}

} // namespace cameo
