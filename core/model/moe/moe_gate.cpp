#include "core/model/moe/moe_gate.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cameo {

namespace {

/// exp of each, the largest brought to 1.
std::vector<double> powers_of(std::span<const float> logits) {
    const float largest = logits.empty() ? 0.0f : *std::ranges::max_element(logits);
    std::vector<double> powers;
    for (const float logit : logits)
        powers.push_back(std::exp(double(logit) - largest));
    return powers;
}

} // namespace

std::vector<float> moe_weights(const MoeSpec& spec, std::span<const float> logits, std::span<const float> bias) {
    check(std::int64_t(logits.size()) == spec.experts && (bias.empty() || bias.size() == logits.size()) &&
              spec.chosen >= 1 && spec.chosen <= spec.experts,
          "moe_weights: one logit an expert");
    const auto probabilities = powers_of(logits);
    const double sum = std::accumulate(probabilities.begin(), probabilities.end(), 0.0);
    std::vector<std::size_t> order(logits.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto merit = [&](std::size_t expert) {
        return bias.empty() ? double(logits[expert]) : probabilities[expert] / sum + bias[expert];
    };
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return merit(a) > merit(b); });
    order.resize(std::size_t(spec.chosen));
    double total = sum;
    if (spec.form == MoeForm::Corrected && spec.chosen >= 2) {
        total = 0;
        for (const auto expert : order)
            total += probabilities[expert];
    }
    std::vector<float> weights(logits.size(), 0.0f);
    for (const auto expert : order)
        weights[expert] = float(probabilities[expert] / total);
    return weights;
}

std::vector<float> moe_probabilities(std::span<const float> logits) {
    const auto powers = powers_of(logits);
    const double sum = std::accumulate(powers.begin(), powers.end(), 0.0);
    std::vector<float> probabilities;
    for (const double power : powers)
        probabilities.push_back(float(power / sum));
    return probabilities;
}

std::vector<float> moe_output(const MoeSpec& spec, std::span<const float> pooled, std::span<const float> outputs,
                              std::span<const float> weights) {
    const std::size_t h = pooled.size();
    check(outputs.size() == weights.size() * h, "moe_output: one output an expert");
    const auto length = [](const auto& x) { return std::sqrt(std::inner_product(x.begin(), x.end(), x.begin(), 0.0)); };
    std::vector<double> sum(h, 0.0);
    for (std::size_t expert = 0; expert < weights.size(); ++expert) {
        const auto output = outputs.subspan(expert * h, h);
        const double unit = spec.form == MoeForm::Corrected ? 1 / std::max(length(output), kMoeEpsilon) : 1;
        for (std::size_t c = 0; c < h; ++c)
            sum[c] += weights[expert] * unit * output[c];
    }
    const double scale = spec.form == MoeForm::Reference ? 1 / std::max(length(sum), kMoeEpsilon) : 1;
    for (std::size_t c = 0; c < h; ++c)
        sum[c] = pooled[c] + scale * sum[c];
    const double unit = spec.normalise ? 1 / std::max(length(sum), 1e-12) : 1;
    std::vector<float> y(h);
    for (std::size_t c = 0; c < h; ++c)
        y[c] = float(unit * sum[c]);
    return y;
}

} // namespace cameo
