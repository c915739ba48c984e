#include "core/train/fusion/gate_fit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace cameo {
namespace {

using Lessons = std::vector<const FusionLesson*>;
const auto kNothing = [] {};

Lessons all_of(const std::vector<FusionLesson>& lessons) {
    Lessons pointers;
    for (const FusionLesson& lesson : lessons)
        pointers.push_back(&lesson);
    return pointers;
}

/// Queries whose answers are drawn from the very model: softmax of the weighted z-scores, with weights by the features.
std::vector<FusionLesson> lessons_of(const FusionGate& truth, std::size_t count, std::size_t documents,
                                     std::uint32_t seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    std::vector<FusionLesson> lessons(count);
    const std::size_t experts = truth.base.size();
    for (FusionLesson& lesson : lessons) {
        for (std::size_t feature = 0; feature < 3 * experts; ++feature)
            lesson.features.push_back(truth.mean[feature] + truth.deviation[feature] * normal(random));
        for (std::size_t at = 0; at < documents * experts; ++at)
            lesson.z.push_back(normal(random));
        const auto weights = predicted_weights(truth, lesson.features);
        std::vector<double> chances;
        for (std::size_t document = 0; document < documents; ++document) {
            double score = 0;
            for (std::size_t expert = 0; expert < experts; ++expert)
                score += weights[expert] * lesson.z[document * experts + expert];
            chances.push_back(std::exp(score));
        }
        lesson.target.assign(documents, 0.0);
        lesson.target[std::discrete_distribution<std::size_t>(chances.begin(), chances.end())(random)] = 1;
    }
    return lessons;
}

FusionGate gate_of(std::vector<double> base) {
    FusionGate gate;
    const std::size_t experts = base.size();
    gate.base = std::move(base);
    gate.mean.assign(3 * experts, 0.5);
    gate.deviation.assign(3 * experts, 2.0);
    gate.effects.assign(2 * experts * experts, 0.0);
    return gate;
}

TEST(FusionLoss, ByHand) {
    // Two documents on which two experts are at odds; the first is the answer.
    FusionLesson lesson{.z = {1, -1, -1, 1}, .target = {1, 0}, .features = {0, 0, 0, 0, 0, 0}};
    const Lessons lessons{&lesson};
    std::vector<double> gradient(2);
    EXPECT_NEAR(fusion_loss(lessons, gate_of({0, 0}), {}, std::vector<double>{0, 0}, gradient), std::log(2), 1e-12);
    EXPECT_NEAR(gradient[0], -1, 1e-12); // more weight for the first expert: the scores part by 2 w, p - t = -1/2
    EXPECT_NEAR(gradient[1], 1, 1e-12);
    // Weights 2 and 1/2: scores 1.5 and -1.5; the prior adds 0.1 (2 ln(2)^2).
    const double ln2 = std::log(2);
    EXPECT_NEAR(fusion_loss(lessons, gate_of({0, 0}), {}, std::vector<double>{ln2, -ln2}, gradient),
                std::log(1 + std::exp(-3)) + 0.2 * ln2 * ln2, 1e-12);
}

TEST(FusionLoss, AQueryWithoutAnAnswerTeachesNothing) {
    FusionLesson lesson{.z = {1, -1, -1, 1}, .target = {0, 0}, .features = {0, 0, 0, 0, 0, 0}};
    std::vector<double> gradient(2);
    EXPECT_EQ(fusion_loss(Lessons{&lesson}, gate_of({0, 0}), {}, std::vector<double>{0, 0}, gradient), 0);
    EXPECT_THAT(gradient, testing::Each(0));
}

TEST(FusionLoss, GradientAgreesWithFiniteDifferences) {
    FusionGate truth = gate_of({0.3, -0.2, 0.1});
    auto lessons = lessons_of(truth, 12, 9, 3);
    lessons[2].target = {0.5, 0, 0.25, 0.25, 0, 0, 0, 0, 0}; // graded
    const Lessons pointers = all_of(lessons);
    std::mt19937 random(8);
    std::normal_distribution<double> normal(0, 0.4);
    for (const std::size_t size : {std::size_t{3}, std::size_t{3 + 18 + 1}}) {
        std::vector<double> at(size), gradient(size), ignored(size);
        for (double& parameter : at)
            parameter = normal(random);
        const FusionPrior prior{.effects = 0.7, .base = 0.3, .spread = 0.2};
        fusion_loss(pointers, truth, prior, at, gradient);
        for (std::size_t parameter = 0; parameter < size; ++parameter) {
            constexpr double kStep = 1e-5;
            auto above = at, below = at;
            above[parameter] += kStep;
            below[parameter] -= kStep;
            const double slope = (fusion_loss(pointers, truth, prior, above, ignored) -
                                  fusion_loss(pointers, truth, prior, below, ignored)) /
                                 (2 * kStep);
            EXPECT_NEAR(gradient[parameter], slope, 1e-6 * (1 + std::fabs(slope))) << parameter << " of " << size;
        }
    }
}

TEST(FitLinear, RecoversTheWeightsThatMadeTheData) {
    const auto lessons = lessons_of(gate_of({std::log(2), std::log(0.5), std::log(1.2)}), 4000, 12, 5);
    const auto weights = fit_linear(all_of(lessons), 3, {}, kNothing);
    EXPECT_NEAR(weights[0], 2, 0.1);
    EXPECT_NEAR(weights[1], 0.5, 0.1);
    EXPECT_NEAR(weights[2], 1.2, 0.1);
}

TEST(FitGate, RecoversTheEffectsThatMadeTheData) {
    FusionGate truth = gate_of({0.4, -0.3});
    truth.effects[0 * 4 + 0] = 0.5;  // the first expert by its own margin
    truth.effects[1 * 4 + 3] = -0.4; // the second by its agreement
    truth.spread = 0.3;
    const auto lessons = lessons_of(truth, 6000, 12, 6);
    const FusionGate gate = fit_gate(all_of(lessons), 2, {.effects = 1, .base = 0.1}, kNothing);
    for (std::size_t expert = 0; expert < 2; ++expert)
        EXPECT_NEAR(gate.base[expert], truth.base[expert], 0.1);
    for (std::size_t effect = 0; effect < 8; ++effect)
        EXPECT_NEAR(gate.effects[effect], truth.effects[effect], 0.08) << effect;
    EXPECT_NEAR(gate.spread, 0.3, 0.03);
}

// The gate at rest is the linear fusion, so that a strong prior can only cost what adapting would have brought.
TEST(FitGate, HeldAtZeroItIsTheLinearFusion) {
    FusionGate truth = gate_of({0.4, -0.3});
    truth.effects[0] = 0.5;
    const auto lessons = lessons_of(truth, 300, 12, 7);
    const auto linear = fit_linear(all_of(lessons), 2, {}, kNothing);
    const FusionGate gate = fit_gate(all_of(lessons), 2, {.effects = 1e9, .base = 0.1, .spread = 1e9}, kNothing);
    for (const FusionLesson& lesson : lessons) {
        const auto weights = predicted_weights(gate, lesson.features);
        for (std::size_t expert = 0; expert < 2; ++expert)
            EXPECT_NEAR(weights[expert], linear[expert], 2e-4);
    }
}

TEST(FitGate, FewQueriesStayNearTheZScoreSum) {
    const auto lessons = lessons_of(gate_of({1.0, -1.0}), 3, 12, 9);
    const FusionGate gate = fit_gate(all_of(lessons), 2, {}, kNothing);
    for (const double effect : gate.effects)
        EXPECT_LT(std::fabs(effect), 0.1);
}

TEST(FitGate, AFeatureThatNeverChangesHasNoEffect) {
    auto lessons = lessons_of(gate_of({0.4, -0.3}), 100, 12, 10);
    for (FusionLesson& lesson : lessons)
        lesson.features[1] = 3;
    const FusionGate gate = fit_gate(all_of(lessons), 2, {}, kNothing);
    EXPECT_NEAR(gate.mean[1], 3, 1e-12);
    EXPECT_EQ(gate.deviation[1], 1);
    EXPECT_NEAR(gate.effects[1], 0, 1e-9);
    EXPECT_NEAR(gate.effects[4 + 1], 0, 1e-9);
}

} // namespace
} // namespace cameo
