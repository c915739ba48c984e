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

TEST(MarginMse, ComparesMargins) {
    const auto loss = margin_mse(at::tensor({3.0, 1.0}), at::tensor({1.0, 1.0}), at::tensor({5.0, 2.0}), at::tensor({4.0, 0.0}));
    EXPECT_NEAR(number(loss), ((2 - 1) * (2 - 1) + (0 - 2) * (0 - 2)) / 2.0, 1e-12);
}

TEST(DistillationKl, IsZeroForTheSameScoresAndKnowsAHandWorkedExample) {
    const auto teacher = at::tensor({0.0, std::log(3.0)}).view({1, 2}); // 1/4, 3/4
    EXPECT_NEAR(number(distillation_kl(teacher + 7, teacher)), 0, 1e-12);
    const auto even = at::zeros({1, 2}, at::kDouble);
    EXPECT_NEAR(number(distillation_kl(even, teacher)), 0.25 * std::log(0.25 / 0.5) + 0.75 * std::log(0.75 / 0.5), 1e-12);
}

} // namespace
} // namespace cameo
