#include "core/train/fusion/gate_fit.hpp"

#include "core/base/error.hpp"
#include "core/train/fusion/lbfgs.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {

namespace {

constexpr double kMostExponent = 10; // as predicted_weights() cuts it

/// Mean and deviation of the features; one that never changes has deviation 1, and so no effect.
FusionGate measured_scale(std::span<const FusionLesson* const> lessons, std::size_t experts) {
    FusionGate gate;
    const std::size_t features = 3 * experts;
    const auto count = static_cast<double>(lessons.size());
    gate.base.assign(experts, 0.0);
    gate.mean.assign(features, 0.0);
    gate.deviation.assign(features, 0.0);
    gate.effects.assign(experts * 2 * experts, 0.0);
    for (std::size_t feature = 0; feature < features; ++feature) {
        for (const FusionLesson* lesson : lessons)
            gate.mean[feature] += lesson->features[feature] / count;
        double squares = 0;
        for (const FusionLesson* lesson : lessons)
            squares += std::pow(lesson->features[feature] - gate.mean[feature], 2) / count;
        gate.deviation[feature] = squares > 1e-18 ? std::sqrt(squares) : 1;
    }
    return gate;
}

/// One query's loss; adds its gradient by the weights' exponents.
double lesson_loss(const FusionLesson& lesson, std::span<const double> weights, std::vector<double>& scores,
                   std::span<double> by_weight) {
    const std::size_t experts = weights.size(), documents = lesson.target.size();
    scores.assign(documents, 0.0);
    double most = -INFINITY, total = 0, loss = 0;
    for (std::size_t document = 0; document < documents; ++document) {
        for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx)
            scores[document] += weights[expert_idx] * lesson.z[document * experts + expert_idx];
        most = std::max(most, scores[document]);
        loss -= lesson.target[document] * scores[document];
    }
    for (double& score : scores)
        total += score = std::exp(score - most);
    for (std::size_t document = 0; document < documents; ++document) {
        const double error = scores[document] / total - lesson.target[document];
        for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx)
            by_weight[expert_idx] += error * lesson.z[document * experts + expert_idx];
    }
    return loss + most + std::log(total);
}

} // namespace

bool FusionLesson::teaches() const {
    return std::any_of(target.begin(), target.end(), [](double share) { return share > 0; });
}

double fusion_loss(std::span<const FusionLesson* const> lessons, const FusionGate& scale, const FusionPrior& prior,
                   std::span<const double> parameters, std::span<double> gradient) {
    const std::size_t experts = scale.base.size();
    const bool adapts = parameters.size() != experts;
    const std::size_t features = adapts ? 2 * experts : 0, spread_at = experts * (1 + features);
    check(parameters.size() == spread_at + (adapts ? 1 : 0) && gradient.size() == parameters.size(),
          "fusion_loss: parameters are [E] or [E + E F + 1]");
    double loss = 0;
    for (std::size_t at = 0; at < parameters.size(); ++at) {
        const double strength = at < experts ? prior.base : at < spread_at ? prior.effects : prior.spread;
        loss += strength * parameters[at] * parameters[at];
        gradient[at] = 2 * strength * parameters[at];
    }
    std::vector<double> x, weights(experts), slopes(experts), by_weight(experts), scores;
    for (const FusionLesson* lesson : lessons) {
        if (!lesson->teaches()) continue;
        if (adapts) x = standardised(scale, lesson->features);
        const auto spread = [&](std::size_t expert_idx) {
            return adapts ? lesson->features[features + expert_idx] - scale.mean[features + expert_idx] : 0;
        };
        std::fill(by_weight.begin(), by_weight.end(), 0.0);
        for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
            const auto effects = parameters.subspan(experts + expert_idx * features, features);
            double exponent = parameters[expert_idx] + (adapts ? parameters[spread_at] * spread(expert_idx) : 0);
            for (std::size_t feature = 0; feature < features; ++feature)
                exponent += effects[feature] * x[feature];
            weights[expert_idx] = std::exp(std::clamp(exponent, -kMostExponent, kMostExponent));
            slopes[expert_idx] = std::fabs(exponent) < kMostExponent ? weights[expert_idx] : 0; // flat where it is cut
        }
        loss += lesson_loss(*lesson, weights, scores, by_weight);
        for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
            const double by_exponent = by_weight[expert_idx] * slopes[expert_idx];
            gradient[expert_idx] += by_exponent;
            for (std::size_t feature = 0; feature < features; ++feature)
                gradient[experts + expert_idx * features + feature] += by_exponent * x[feature];
            if (adapts) gradient[spread_at] += by_exponent * spread(expert_idx);
        }
    }
    return loss;
}

FusionGate fit_gate(std::span<const FusionLesson* const> lessons, std::size_t experts, const FusionPrior& prior,
                    const std::function<void()>& called) {
    FusionGate gate = measured_scale(lessons, experts);
    const auto fitted = minimise(
        [&](std::span<const double> parameters, std::span<double> gradient) {
            called();
            return fusion_loss(lessons, gate, prior, parameters, gradient);
        },
        std::vector<double>(experts + gate.effects.size() + 1, 0.0));
    const auto first_effect = fitted.begin() + static_cast<std::ptrdiff_t>(experts);
    gate.base.assign(fitted.begin(), first_effect);
    gate.effects.assign(first_effect, fitted.end() - 1);
    gate.spread = fitted.back();
    return gate;
}

std::vector<double> fit_linear(std::span<const FusionLesson* const> lessons, std::size_t experts,
                               const FusionPrior& prior, const std::function<void()>& called) {
    FusionGate scale; // without features
    scale.base.assign(experts, 0.0);
    auto weights = minimise(
        [&](std::span<const double> parameters, std::span<double> gradient) {
            called();
            return fusion_loss(lessons, scale, prior, parameters, gradient);
        },
        std::vector<double>(experts, 0.0));
    for (double& weight : weights)
        weight = weight_on_grid(std::exp(std::clamp(weight, -kMostExponent, kMostExponent)));
    return weights;
}

} // namespace cameo
