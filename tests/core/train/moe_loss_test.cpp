#include "core/train/balance.hpp"
#include "core/train/moe_loss.hpp"
#include "tests/support/broken_invariant.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

/// Two queries that share a document, one of them with a second right one; three documents.
const TrainingBatch kBatch{.queries = {0, 1}, .documents = {7, 8, 9}, .positive = {0, 0}, .counts = {1, 1, 1, 1, 0, 1}};

/// A pass with outputs of width 2 and the gate's numbers of three experts.
MoePass pass() {
    MoePass pass;
    pass.output = at::tensor({1.0, 0.5, -0.3, 0.8, 0.6, 0.1, 0.2, -0.9, 0.4, 0.4}).view({5, 2});
    pass.logits = pass.noisy = at::tensor({0.3, -0.2, 0.9, 1.2, 0.1, 0.0, -0.4, 0.6, 0.2, 0.0, 0.0, 1.0, 0.7, -0.7, 0.1}).view({5, 3});
    pass.probabilities = pass.weights = at::softmax(pass.noisy, 1);
    return pass;
}

double log_sum(std::vector<double> scores) {
    double sum = 0;
    for (const double score : scores) sum += std::exp(score);
    return std::log(sum);
}

double number(const at::Tensor& x) { return x.item<double>(); }

Recipe plain() {
    Recipe recipe;
    recipe.temperature = 0.5;
    return recipe;
}

TEST(MoeLoss, CorrectedTakesOutAQuerysOtherRightDocuments) {
    const auto loss = moe_loss(pass(), {.form = MoeForm::Corrected, .experts = 3, .chosen = 3}, kBatch, plain());
    const double a = 2 * 0.65, b = 2 * (0.2 - 0.45), c = 2 * 0.6;               // of the first query
    const double d = 2 * (-0.18 + 0.08), f = 2 * (-0.12 + 0.32);                // of the second, without document 8
    EXPECT_NEAR(number(loss.total), (log_sum({a, b, c}) - a + log_sum({d, f}) - d) / 2, 1e-12);
    ASSERT_EQ(loss.terms.size(), 1u);
    EXPECT_EQ(loss.terms[0].first, "ranking");
}

TEST(MoeLoss, ReferenceHasEveryQuerysDocumentAsACandidateAndTakesNothingOut) {
    const auto loss = moe_loss(pass(), {.form = MoeForm::Reference, .experts = 3, .chosen = 1}, kBatch, plain());
    const double a = 2 * 0.65, b = 2 * (0.2 - 0.45), c = 2 * 0.6;
    const double d = 2 * (-0.18 + 0.08), e = 2 * (-0.06 - 0.72), f = 2 * (-0.12 + 0.32);
    EXPECT_NEAR(number(loss.total), (log_sum({a, a, b, c}) - a + log_sum({d, d, e, f}) - d) / 2, 1e-12);
}

TEST(MoeLoss, LearnsFromATeacher) {
    auto recipe = plain();
    recipe.distillation = 2, recipe.margin_mse = 0.5, recipe.teacher_temperature = 4;
    auto batch = kBatch;
    batch.teacher = {4, 8, std::nanf(""), 4, std::nanf(""), 0};
    const auto loss = moe_loss(pass(), {.form = MoeForm::Corrected, .experts = 3, .chosen = 1}, batch, recipe);
    ASSERT_EQ(loss.terms.size(), 3u);
    const double a = 2 * 0.65, b = 2 * (0.2 - 0.45), d = 2 * (-0.18 + 0.08), f = 2 * (-0.12 + 0.32); // teacher: 1, 2 and 1, 0
    EXPECT_EQ(loss.terms[1].first, "margin_mse");
    EXPECT_NEAR(number(loss.terms[1].second), 0.5 * (std::pow(a - b + 1, 2) + std::pow(d - f - 1, 2)) / 2, 1e-6);
    const auto kl = [](double s, double t, double first, double second) {
        const double p = std::exp(first) / (std::exp(first) + std::exp(second));
        return p * (std::log(p) - (s - log_sum({s, t}))) + (1 - p) * (std::log(1 - p) - (t - log_sum({s, t})));
    };
    EXPECT_NEAR(number(loss.terms[2].second), 2 * (kl(a, b, 1, 2) + kl(d, f, 1, 0)) / 2, 1e-6);
    recipe.distillation = recipe.margin_mse = 0;
    EXPECT_EQ(moe_loss(pass(), {.form = MoeForm::Corrected, .experts = 3, .chosen = 1}, batch, recipe).terms.size(), 1u);
}

TEST(MoeLoss, IsTheSumOfItsTermsWithTheirWeights) {
    auto recipe = plain();
    recipe.importance = 0.5, recipe.switch_balance = 0.25, recipe.z_loss = 0.125, recipe.agreement = 2;
    const auto own = pass();
    const auto loss = moe_loss(own, {.form = MoeForm::Corrected, .experts = 3, .chosen = 1}, kBatch, recipe);
    std::vector<std::string> names;
    double sum = 0;
    for (const auto& [name, term] : loss.terms) names.push_back(name), sum += number(term);
    EXPECT_THAT(names, testing::ElementsAre("ranking", "importance", "switch", "z_loss", "agreement"));
    EXPECT_NEAR(number(loss.total), sum, 1e-12);
    EXPECT_NEAR(number(loss.terms[1].second), 0.5 * number(importance_cv2(own.weights)), 1e-12);
    EXPECT_NEAR(number(loss.terms[2].second), 0.25 * number(switch_balance(own.probabilities)), 1e-12);
    EXPECT_NEAR(number(loss.terms[3].second), 0.125 * number(z_loss(own.logits)), 1e-12);
    const auto p = own.probabilities; // without noise they are the clean ones
    EXPECT_NEAR(number(loss.terms[4].second), 2 * number(disagreement(p.narrow(0, 0, 2), p.narrow(0, 2, 1).expand({2, 3}))), 1e-12);
}

TEST(MoeLoss, LoadCountsOnlyWhereThereIsNoiseAndAChoice) {
    auto recipe = plain();
    recipe.load = 1;
    auto own = pass();
    const auto terms = [&](std::int64_t chosen) { return moe_loss(own, {.experts = 3, .chosen = chosen}, kBatch, recipe).terms.size(); };
    EXPECT_EQ(terms(1), 1u);
    own.deviation = at::full({5, 3}, 0.5, at::kDouble);
    EXPECT_EQ(terms(1), 2u);
    EXPECT_EQ(terms(3), 1u);
}

TEST(MoeLoss, RefusesAPassOfAnotherBatch) {
    auto own = pass();
    own.output = own.output.narrow(0, 0, 4);
    EXPECT_BROKEN_INVARIANT(moe_loss(own, {.experts = 3}, kBatch, plain()));
}

} // namespace
} // namespace cameo
