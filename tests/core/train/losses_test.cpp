#include "core/train/losses.hpp"
#include "tests/support/broken_invariant.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cameo {
namespace {

double number(const at::Tensor& x) { return x.item<double>(); }
at::Tensor positives(std::vector<std::int64_t> columns) { return at::tensor(columns); }

TEST(CandidateLoss, KnowsAHandWorkedExample) {
    const auto scores = at::tensor({1.0, 2.0, 0.0, 3.0, 1.0, 1.0}).view({2, 3});
    const double a = std::log(std::exp(1.0) + std::exp(2.0) + 1) - 2, b = std::log(std::exp(3.0) + 2 * std::exp(1.0)) - 3;
    EXPECT_NEAR(number(candidate_loss(scores, positives({1, 0}))), (a + b) / 2, 1e-12);
    EXPECT_NEAR(number(candidate_loss(scores, positives({1, 0}), {}, at::tensor({2.0, 0.5}))), (2 * a + 0.5 * b) / 2, 1e-12);
}

TEST(CandidateLoss, TakesOutWhatDoesNotCountButNeverThePositive) {
    const auto scores = at::tensor({1.0, 2.0, 9.0}).view({1, 3});
    const auto counts = at::tensor({1, 0, 0}).to(at::kBool).view({1, 3});
    EXPECT_NEAR(number(candidate_loss(scores, positives({1}), counts)), std::log(std::exp(1.0) + std::exp(2.0)) - 2, 1e-12);
}

TEST(RankedFirst, ComparesOnlyWithWhatCounts) {
    const auto scores = at::tensor({1.0, 2.0, 9.0, 3.0, 1.0, 1.0}).view({2, 3});
    EXPECT_EQ(number(ranked_first(scores, positives({1, 0}))), 0.5);
    const auto counts = at::tensor({1, 1, 0, 1, 1, 1}).to(at::kBool).view({2, 3});
    EXPECT_EQ(number(ranked_first(scores, positives({1, 0}), counts)), 1);
}

TEST(CandidateLoss, LetsNoGradientThroughTheWeights) {
    // The competition's weights are made of ranks: a gradient through them would teach experts to lose on purpose.
    auto weights = at::ones({2}, at::kDouble).requires_grad_(true);
    const auto scores = at::rand({2, 4}, at::kDouble).requires_grad_(true);
    candidate_loss(scores, positives({0, 3}), {}, weights).backward();
    EXPECT_FALSE(weights.grad().defined());
    EXPECT_TRUE(scores.grad().defined());
}

TEST(CandidateLoss, RefusesAMaskOfAnotherShape) {
    EXPECT_BROKEN_INVARIANT(candidate_loss(at::rand({2, 3}), positives({0, 0}), at::ones({2, 2}, at::kBool)));
}

TEST(Flops, IsTheSquareOfTheMeanImpact) {
    EXPECT_NEAR(number(flops(at::tensor({1.0, 0.0, 4.0, 3.0, 0.0, 0.0}).view({2, 3}))), 4 + 0 + 4, 1e-12);
}

TEST(QuadraticRamp, RisesToOne) {
    EXPECT_EQ(quadratic_ramp(0, 150), 0);
    EXPECT_EQ(quadratic_ramp(75, 150), 0.25);
    EXPECT_EQ(quadratic_ramp(1000, 150), 1);
    EXPECT_EQ(quadratic_ramp(0, 0), 1);
}

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

TEST(MarginMse, ComparesMarginsOfThePairsThatTheTeacherKnows) {
    const auto scores = at::tensor({3.0, 1.0, 9.0, 1.0, 1.0, 4.0}).view({2, 3});
    const auto teacher = at::tensor({5.0, 4.0, kNone, 0.0, 2.0, kNone}).view({2, 3});
    // Query 0: margin 2 against 1. Query 1, whose positive is column 1: margin 0 against 2.
    EXPECT_NEAR(number(margin_mse(scores, teacher, positives({0, 1}))), (1.0 + 4.0) / 2, 1e-12);
    // A teacher that does not know the positive says nothing about its margins.
    EXPECT_NEAR(number(margin_mse(scores, teacher, positives({2, 1}))), 4.0, 1e-12);
    EXPECT_EQ(number(margin_mse(scores, at::full_like(scores, kNone), positives({0, 1}))), 0);
}

TEST(DistillationKl, IsZeroForTheSameScoresAndKnowsAHandWorkedExample) {
    const auto teacher = at::tensor({0.0, std::log(3.0)}).view({1, 2}); // 1/4, 3/4
    EXPECT_NEAR(number(distillation_kl(teacher + 7, teacher)), 0, 1e-12);
    const auto even = at::zeros({1, 2}, at::kDouble);
    const double expected = 0.25 * std::log(0.25 / 0.5) + 0.75 * std::log(0.75 / 0.5);
    EXPECT_NEAR(number(distillation_kl(even, teacher)), expected, 1e-12);
    // What the teacher has not scored plays no part, and neither do queries with a single score.
    const auto more = at::tensor({0.0, 50.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0}).view({3, 3});
    const auto partly = at::tensor({0.0, kNone, std::log(3.0), kNone, 1.0, kNone, kNone, kNone, kNone}).view({3, 3});
    EXPECT_NEAR(number(distillation_kl(more, partly)), expected, 1e-12);
}

TEST(Distillation, GivesNoGradientToWhatTheTeacherHasNotScored) {
    const auto teacher = at::tensor({0.0, kNone, 1.0, kNone, kNone, kNone}).view({2, 3});
    for (const bool margins : {true, false}) {
        auto scores = at::tensor({1.0, 2.0, 4.0, 3.0, 2.0, 1.0}).view({2, 3}).requires_grad_(true);
        (margins ? margin_mse(scores, teacher, positives({0, 0})) : distillation_kl(scores, teacher)).backward();
        const auto gradient = scores.grad();
        EXPECT_NE(number(gradient[0][0]), 0);
        EXPECT_NEAR(number(gradient[0][0]), -number(gradient[0][2]), 1e-12);
        EXPECT_EQ(number(gradient[0][1]), 0);
        EXPECT_EQ(number(gradient[1].abs().sum()), 0);
    }
}

} // namespace
} // namespace cameo
