#include "core/eval/routing.hpp"
#include "tests/support/broken_invariant.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

namespace cameo {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNan;

/// Logits whose softmax are these probabilities.
std::vector<float> logits_of(const std::vector<double>& probabilities) {
    std::vector<float> logits;
    for (const double p : probabilities)
        logits.push_back(static_cast<float>(std::log(p)));
    return logits;
}

/// TOP-1 weights: the largest probability of each input, 0 elsewhere.
std::vector<float> top_1(const std::vector<double>& probabilities, std::size_t experts) {
    std::vector<float> weights(probabilities.size(), 0);
    for (std::size_t at = 0; at < probabilities.size(); at += experts) {
        std::size_t first = at;
        for (std::size_t other = at; other < at + experts; ++other)
            if (probabilities[other] > probabilities[first]) first = other;
        weights[first] = static_cast<float>(probabilities[first]);
    }
    return weights;
}

RoutingSummary top_1_summary(const std::vector<double>& probabilities, std::size_t experts) {
    return summarise_routing(logits_of(probabilities), top_1(probabilities, experts), experts);
}

TEST(Routing, ABalancedGateThatKnowsItsInputs) {
    const RoutingSummary found = top_1_summary({0.75, 0.25, 0.25, 0.75}, 2);
    EXPECT_EQ(found.inputs, 2);
    EXPECT_THAT(found.load, ElementsAre(0.5, 0.5));
    EXPECT_THAT(found.chosen, ElementsAre(0.5, 0.5));
    EXPECT_THAT(found.importance, ElementsAre(DoubleNear(0.375, 1e-7), DoubleNear(0.375, 1e-7)));
    EXPECT_THAT(found.probability, ElementsAre(DoubleNear(0.5, 1e-7), DoubleNear(0.5, 1e-7)));
    EXPECT_EQ(found.load_ratio, 1);
    EXPECT_EQ(found.load_cv2, 0);
    EXPECT_NEAR(found.importance_cv2, 0, 1e-12);
    EXPECT_NEAR(found.effective_experts, 2, 1e-12);
    EXPECT_THAT(found.dead, IsEmpty());
    EXPECT_NEAR(found.entropy, 0.5623351446188083, 1e-7); // -(3/4 ln 3/4 + 1/4 ln 1/4)
    EXPECT_NEAR(found.entropy_share, 0.8112781244591328, 1e-7);
    EXPECT_NEAR(found.marginal_entropy, std::log(2), 1e-7);
    EXPECT_NEAR(found.marginal_entropy_share, 1, 1e-7);
    EXPECT_NEAR(found.information, std::log(2) - 0.5623351446188083, 1e-7);
    EXPECT_NEAR(found.margin.mean, 0.5, 1e-7);
}

TEST(Routing, ACollapsedGate) {
    // Three experts, the first has everything, and every input looks the same to the gate.
    const RoutingSummary found = top_1_summary({0.8, 0.1, 0.1, 0.8, 0.1, 0.1}, 3);
    EXPECT_THAT(found.load, ElementsAre(1, 0, 0));
    EXPECT_EQ(found.load_ratio, 3);
    EXPECT_NEAR(found.load_cv2, 2, 1e-12); // N - 1
    EXPECT_NEAR(found.importance_cv2, 2, 1e-12);
    EXPECT_EQ(found.effective_experts, 1);
    EXPECT_THAT(found.dead, ElementsAre(1, 2));
    EXPECT_NEAR(found.information, 0, 1e-12);
    EXPECT_NEAR(found.entropy, found.marginal_entropy, 1e-12);
}

TEST(Routing, OneDeadExpert) {
    // 200 inputs, 149 to expert 0, 50 to 1, one (0.5 %) to 2.
    std::vector<double> probabilities;
    for (int input = 0; input < 200; ++input) {
        const int first = input < 149 ? 0 : input < 199 ? 1 : 2;
        for (int expert = 0; expert < 3; ++expert)
            probabilities.push_back(expert == first ? 0.6 : 0.2);
    }
    const RoutingSummary found = top_1_summary(probabilities, 3);
    EXPECT_THAT(found.load, ElementsAre(0.745, 0.25, 0.005));
    EXPECT_THAT(found.dead, ElementsAre(2));
    EXPECT_NEAR(found.load_ratio, 2.235, 1e-12);
    EXPECT_NEAR(found.load_cv2, 3 * (0.745 * 0.745 + 0.25 * 0.25 + 0.005 * 0.005) - 1,
                1e-12); // N sum load^2 - 1
    EXPECT_NEAR(found.effective_experts,
                std::exp(-(0.745 * std::log(0.745) + 0.25 * std::log(0.25) + 0.005 * std::log(0.005))),
                1e-12);
    EXPECT_NEAR(found.margin.p5, 0.4, 1e-6);
    EXPECT_NEAR(found.margin.p95, 0.4, 1e-6);
}

TEST(Routing, WeightsSayWhoServesAndLogitsWhoIsFirst) {
    // ALL: everybody serves everything, so that nobody is dead, and first choices still tell the collapse.
    const std::vector<double> p = {0.9, 0.1, 0.6, 0.4};
    const RoutingSummary all = summarise_routing(logits_of(p), std::vector<float>(p.begin(), p.end()), 2);
    EXPECT_THAT(all.load, ElementsAre(1, 0));
    EXPECT_THAT(all.chosen, ElementsAre(1, 1));
    EXPECT_THAT(all.importance, ElementsAre(DoubleNear(0.75, 1e-7), DoubleNear(0.25, 1e-7)));
    EXPECT_NEAR(all.importance_cv2, 0.25, 1e-6);
    EXPECT_EQ(all.load_cv2, 1);
    EXPECT_THAT(all.dead, IsEmpty());
    // Margins 0.8 and 0.2: quantiles lie on the line between them.
    EXPECT_NEAR(all.margin.mean, 0.5, 1e-6);
    EXPECT_NEAR(all.margin.p5, 0.23, 1e-6);
    EXPECT_NEAR(all.margin.p25, 0.35, 1e-6);
    EXPECT_NEAR(all.margin.p50, 0.5, 1e-6);
    EXPECT_NEAR(all.margin.p75, 0.65, 1e-6);
    EXPECT_NEAR(all.margin.p95, 0.77, 1e-6);
    // TOP-2 of three: chosen shares sum to 2.
    const RoutingSummary two = summarise_routing(std::vector<float>{3, 2, 1, 1, 2, 3},
                                                 std::vector<float>{0.7f, 0.3f, 0, 0, 0.3f, 0.7f}, 3);
    EXPECT_THAT(two.chosen, ElementsAre(0.5, 1, 0.5));
    EXPECT_THAT(two.load, ElementsAre(0.5, 0, 0.5));
}

TEST(Routing, OneInputAndNone) {
    const RoutingSummary one = top_1_summary({0.7, 0.3}, 2);
    EXPECT_EQ(one.inputs, 1);
    EXPECT_THAT(one.load, ElementsAre(1, 0));
    EXPECT_NEAR(one.information, 0, 1e-12);
    EXPECT_NEAR(one.margin.p5, 0.4, 1e-6);
    EXPECT_NEAR(one.margin.p95, 0.4, 1e-6);

    const RoutingSummary none = summarise_routing({}, {}, 2);
    EXPECT_EQ(none.inputs, 0);
    EXPECT_THAT(none.load, ElementsAre(IsNan(), IsNan()));
    EXPECT_THAT(none.dead, IsEmpty());
    for (const double value :
         {none.load_ratio, none.entropy, none.information, none.importance_cv2, none.margin.mean})
        EXPECT_THAT(value, IsNan());
}

TEST(Routing, LogitsThatAreNotFiniteAreLeftOut) {
    const float infinite = std::numeric_limits<float>::infinity(), nan = std::nanf("");
    const std::vector<float> logits = {1, 0, nan, 0, 0, 1, 0, infinite, -infinite, 0};
    EXPECT_THAT(first_choices(logits, 2), ElementsAre(0, -1, 1, -1, -1));
    const RoutingSummary found =
        summarise_routing(logits, std::vector<float>{1, 0, nan, 0, 0, 1, 0, 1, 0, 1}, 2);
    EXPECT_EQ(found.inputs, 2);
    EXPECT_EQ(found.left_out, 3);
    EXPECT_THAT(found.importance, ElementsAre(0.5, 0.5));
    EXPECT_TRUE(std::isfinite(found.entropy));
    // Large ones are finite: nothing overflows.
    EXPECT_EQ(summarise_routing(std::vector<float>{3e38f, -3e38f}, std::vector<float>{1, 0}, 2).entropy, 0);
    EXPECT_EQ(first_choices(std::vector<float>{2, 2}, 2),
              std::vector<std::int32_t>{0}); // a tie: the lower number
}

TEST(Routing, NumbersKeepToTheirRanges) {
    std::mt19937 random(3);
    std::normal_distribution<float> normal;
    for (int trial = 0; trial < 200; ++trial) {
        const std::size_t experts = 2 + random() % 7, inputs = 1 + random() % 20;
        const float scale = static_cast<float>(random() % 100) / 10;
        std::vector<float> logits(inputs * experts);
        for (float& logit : logits)
            logit = scale * normal(random);
        const RoutingSummary found = summarise_routing(logits, std::vector<float>(logits.size(), 1), experts);
        const auto n = static_cast<double>(experts);
        EXPECT_NEAR(std::accumulate(found.load.begin(), found.load.end(), 0.0), 1, 1e-12);
        EXPECT_NEAR(std::accumulate(found.probability.begin(), found.probability.end(), 0.0), 1, 1e-12);
        EXPECT_GE(found.load_ratio, 1 - 1e-12);
        EXPECT_LE(found.load_ratio, n + 1e-12);
        EXPECT_LE(found.load_cv2, n - 1 + 1e-9);
        EXPECT_GE(found.effective_experts, 1 - 1e-12);
        EXPECT_LE(found.effective_experts, n + 1e-9);
        EXPECT_LE(found.entropy, found.marginal_entropy + 1e-12); // concave
        EXPECT_LE(found.marginal_entropy_share, 1 + 1e-12);
        EXPECT_GE(found.margin.p5, 0);
        EXPECT_LE(found.margin.p95, 1);
    }
}

TEST(Routing, AgreementBesideChance) {
    // Four pairs, three agree. Queries' load 3/4, 1/4; documents' 1/2, 1/2: chance 3/8 + 1/8.
    const RouteAgreement found = route_agreement(std::vector<std::int32_t>{0, 0, 0, 1, -1, 1},
                                                 std::vector<std::int32_t>{0, 0, 1, 1, 0, -1});
    EXPECT_EQ(found.pairs, 4);
    EXPECT_EQ(found.same, 0.75);
    EXPECT_EQ(found.chance, 0.5);
    // A collapsed gate agrees, and chance says that this is nothing.
    const RouteAgreement collapsed =
        route_agreement(std::vector<std::int32_t>{2, 2}, std::vector<std::int32_t>{2, 2});
    EXPECT_EQ(collapsed.same, 1);
    EXPECT_EQ(collapsed.chance, 1);
    EXPECT_THAT(route_agreement({}, {}).same, IsNan());
    EXPECT_BROKEN_INVARIANT(route_agreement(std::vector<std::int32_t>{1}, {}));
}

TEST(Routing, InformationOnCategories) {
    const std::vector<std::string> categories = {"a", "a", "b", "b"};
    const CategoryRouting told = route_categories(std::vector<std::int32_t>{0, 0, 1, 1}, categories, 3);
    EXPECT_EQ(told.inputs, 4);
    EXPECT_NEAR(told.information, std::log(2), 1e-12);
    EXPECT_THAT(told.load.at("a"), ElementsAre(1, 0, 0));
    EXPECT_THAT(told.load.at("b"), ElementsAre(0, 1, 0));
    // Of the 6 ways to lay two "a" on four places, 2 tell everything (ln 2) and 4 nothing.
    EXPECT_NEAR(told.shuffled, std::log(2) / 3, 1e-12);

    const CategoryRouting apart = route_categories(std::vector<std::int32_t>{0, 1, 0, 1}, categories, 2);
    EXPECT_NEAR(apart.information, 0, 1e-12);
    EXPECT_NEAR(apart.shuffled, std::log(2) / 3, 1e-12);

    // Without a category or a first choice: not counted. One category tells nothing.
    const std::vector<std::string> some = {"a", "", "a", "b"};
    const CategoryRouting few = route_categories(std::vector<std::int32_t>{0, 1, 1, -1}, some, 2);
    EXPECT_EQ(few.inputs, 2);
    EXPECT_NEAR(few.information, 0, 1e-12);
    EXPECT_NEAR(few.shuffled, 0, 1e-12);
    EXPECT_THAT(route_categories({}, {}, 2).information, IsNan());
}

TEST(Routing, TheShuffledBaselineIsTheMeanOfShuffles) {
    std::mt19937 random(11);
    std::vector<std::int32_t> first;
    std::vector<std::string> categories;
    for (int input = 0; input < 40; ++input) {
        first.push_back(static_cast<std::int32_t>(random() % 100 < 60 ? 0 : 1 + random() % 3));
        categories.push_back(std::string(1, static_cast<char>('a' + random() % 3)));
    }
    const double exact = route_categories(first, categories, 4).shuffled;
    double sum = 0;
    constexpr int kShuffles = 4000;
    for (int shuffle = 0; shuffle < kShuffles; ++shuffle) {
        std::ranges::shuffle(categories, random);
        sum += route_categories(first, categories, 4).information;
    }
    EXPECT_GT(exact, 0.05); // which is why it is told
    EXPECT_NEAR(sum / kShuffles, exact, 0.003);
}

} // namespace
} // namespace cameo
