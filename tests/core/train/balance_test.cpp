#include "core/model/aten/moe_tensors.hpp"
#include "core/train/balance.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cameo {
namespace {

double number(const at::Tensor& x) { return x.item<double>(); }

TEST(Balance, ImportanceIsTheSquaredCoefficientOfVariation) {
    EXPECT_NEAR(number(importance_cv2(at::tensor({0.5, 0.5, 0.5, 0.5}).view({2, 2}))), 0, 1e-12);
    // Sums 3 and 1: mean 2, variance 1.
    EXPECT_NEAR(number(importance_cv2(at::tensor({1.0, 0.0, 1.0, 0.0, 1.0, 1.0}).view({3, 2}))), 0.25, 1e-12);
}

TEST(Balance, SwitchIsOneAtBalanceAndNAtCollapse) {
    const auto balanced = at::tensor({0.6, 0.4, 0.4, 0.6}).view({2, 2});
    EXPECT_NEAR(number(switch_balance(balanced)), 1, 1e-12);
    const auto collapsed = at::tensor({1.0, 0.0, 1.0, 0.0}).view({2, 2});
    EXPECT_NEAR(number(switch_balance(collapsed)), 2, 1e-12);
}

TEST(Balance, TheZLossIsTheSquareOfTheLogSum) {
    EXPECT_NEAR(number(z_loss(at::zeros({3, 4}, at::kDouble))), std::pow(std::log(4.0), 2), 1e-12);
}

TEST(Balance, DisagreementIsZeroWhenBothAreSureOfTheSameExpert) {
    const auto one = at::tensor({1.0, 0.0}).view({1, 2}), even = at::tensor({0.5, 0.5}).view({1, 2});
    EXPECT_NEAR(number(disagreement(one, one)), 0, 1e-12);
    EXPECT_NEAR(number(disagreement(one, even)), std::log(2.0), 1e-12);
    EXPECT_GT(number(disagreement(one, 1 - one)), 20);
}

TEST(Balance, LoadIsTheChanceOfBeingChosenUnderFreshNoise) {
    // Two experts, k = 1, no noise drawn: P(b, i) = Phi((own logit - the other's) / deviation).
    MoePass pass;
    pass.logits = pass.noisy = at::tensor({1.0, 0.0, 2.0, 0.5}).view({2, 2});
    pass.deviation = at::full({2, 2}, 0.5, at::kDouble);
    const auto phi = [](double z) { return 0.5 * (1 + std::erf(z / std::sqrt(2.0))); };
    const double a = phi(2) + phi(3), b = phi(-2) + phi(-3), mean = (a + b) / 2;
    EXPECT_NEAR(number(load_cv2(pass, 1)), ((a - mean) * (a - mean) + (b - mean) * (b - mean)) / 2 / (mean * mean), 1e-9);
}

TEST(Balance, TheBiasRisesForThoseThatGotTooLittle) {
    auto bias = at::zeros({3}, at::kDouble);
    update_bias(at::tensor({1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0}).view({3, 3}), 0.001, bias);
    EXPECT_NEAR(number(bias[0]), -0.001, 1e-12); // 2 of 3 inputs, the mean is 1
    EXPECT_NEAR(number(bias[1]), 0, 1e-12);
    EXPECT_NEAR(number(bias[2]), 0.001, 1e-12);
}

} // namespace
} // namespace cameo
