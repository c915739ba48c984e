#include "core/base/error.hpp"
#include "core/train/adamw.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cameo {
namespace {

at::Tensor leaf(std::vector<double> values) { return at::tensor(values).requires_grad_(true); }

TEST(AdamW, KnowsAHandWorkedStep) {
    // The first step moves by rate * g / (|g| + eps) whatever the size of g, after the decay rate * decay * x.
    AdamW optimiser({{.name = "all", .rate = 0.1, .decay = 0.01, .parameters = {{"x", leaf({2, -3})}}}});
    auto& x = optimiser.groups()[0].parameters[0].second;
    (x * at::tensor({5.0, -0.002})).sum().backward();
    optimiser.step(0.5); // a factor of 0.5: rate 0.05
    EXPECT_NEAR(x[0].item<double>(), 2 * (1 - 0.05 * 0.01) - 0.05, 1e-6);
    EXPECT_NEAR(x[1].item<double>(), -3 * (1 - 0.05 * 0.01) + 0.05, 1e-6);
}

TEST(AdamW, IsThePlainAlgorithmOverManySteps) {
    AdamW optimiser({{.name = "all", .rate = 0.01, .decay = 0.1, .parameters = {{"x", leaf({1.5})}}}});
    auto& x = optimiser.groups()[0].parameters[0].second;
    double plain = 1.5, m = 0, v = 0;
    for (int t = 1; t <= 50; ++t) {
        (x.square() * std::sin(t)).sum().backward();
        const double g = 2 * plain * std::sin(t);
        m = 0.9 * m + 0.1 * g;
        v = 0.999 * v + 0.001 * g * g;
        plain -= 0.01 * 0.1 * plain;
        plain -= 0.01 * (m / (1 - std::pow(0.9, t))) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
        optimiser.step(1);
        optimiser.forget_gradients();
        ASSERT_NEAR(x.item<double>(), plain, 1e-9) << t;
    }
}

TEST(AdamW, LeavesWhatNoGradientHasReached) {
    AdamW optimiser({{.name = "all", .rate = 0.1, .decay = 0.5, .parameters = {{"x", leaf({1})}, {"unused", leaf({4})}}}});
    optimiser.groups()[0].parameters[0].second.sum().backward();
    optimiser.step(1);
    EXPECT_EQ(optimiser.groups()[0].parameters[1].second.item<double>(), 4);
}

TEST(AdamW, ReportsNormsByGroupAndClipsThemTogether) {
    AdamW optimiser({{.name = "a", .parameters = {{"x", leaf({1, 1})}}},
                     {.name = "b", .parameters = {{"y", leaf({1})}}},
                     {.name = "c", .parameters = {{"z", leaf({1})}}}});
    auto& groups = optimiser.groups();
    (groups[0].parameters[0].second * at::tensor({0.0, 3.0})).sum().backward();
    (groups[1].parameters[0].second * 4).sum().backward();
    EXPECT_THAT(optimiser.gradient_norms(), testing::ElementsAre(3.0, 4.0, 0.0));
    EXPECT_NEAR(optimiser.clip(10), 5, 1e-12);
    EXPECT_THAT(optimiser.gradient_norms(), testing::ElementsAre(3.0, 4.0, 0.0));
    EXPECT_NEAR(optimiser.clip(1), 5, 1e-12);
    EXPECT_NEAR(optimiser.gradient_norms()[1], 0.8, 1e-6);
    optimiser.forget_gradients();
    EXPECT_THAT(optimiser.gradient_norms(), testing::ElementsAre(0.0, 0.0, 0.0));
}

TEST(AdamW, GoesOnFromItsStateAsIfItHadNeverStopped) {
    const auto train = [](AdamW& optimiser, int from, int to) {
        for (int t = from; t < to; ++t) {
            (optimiser.groups()[0].parameters[0].second.square() * (t % 3 - 1.2)).sum().backward();
            optimiser.step(1);
            optimiser.forget_gradients();
        }
    };
    AdamW whole({{.name = "all", .rate = 0.01, .parameters = {{"x", leaf({1.5, 2})}}}});
    train(whole, 0, 20);
    AdamW first({{.name = "all", .rate = 0.01, .parameters = {{"x", leaf({1.5, 2})}}}});
    train(first, 0, 11);
    NamedTensors saved;
    for (const auto& [name, tensor] : first.state()) saved.emplace_back(name, tensor.clone());
    const auto x = first.groups()[0].parameters[0].second.detach().clone().requires_grad_(true);
    AdamW second({{.name = "all", .rate = 0.01, .parameters = {{"x", x}}}});
    second.load_state(saved);
    train(second, 11, 20);
    EXPECT_TRUE(at::equal(second.groups()[0].parameters[0].second, whole.groups()[0].parameters[0].second));
}

TEST(AdamW, NamesWhatItsStateLacks) {
    AdamW optimiser({{.name = "all", .parameters = {{"x", leaf({1, 2})}}}});
    try {
        optimiser.load_state({{"x.first_moment", at::zeros({3}, at::kDouble)}});
        FAIL();
    } catch (const Error& error) {
        EXPECT_STREQ(error.what(), "the optimiser's state: x.first_moment has the shape [3], expected [2]");
    }
    EXPECT_THROW(optimiser.load_state({}), Error);
}

} // namespace
} // namespace cameo
