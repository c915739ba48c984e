#include "core/train/fusion/fitted_sum.hpp"

#include "core/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace cameo {
namespace {

using testing::Each;

const auto kNothing = [] {};

double mrr(const std::vector<Measures>& all) {
    double sum = 0;
    for (const Measures& query : all)
        sum += query.mrr_10 / double(all.size());
    return sum;
}

/// The first expert knows the answer, the second one shouts at random.
FittedSum with_a_shouting_expert() {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    FittedSum sum(2);
    const std::vector<std::string> ids{"a", "b", "c", "d", "e", "f"};
    for (int query = 0; query < 60; ++query) {
        std::vector<float> raw;
        for (std::size_t document = 0; document < ids.size(); ++document) {
            raw.push_back(normal(random) + (document == 2 ? 3.0f : 0.0f));
            raw.push_back(10 * normal(random));
        }
        sum.add(ids, raw, {{"c", 1}});
    }
    return sum;
}

TEST(FittedSum, TrustsTheExpertThatKnows) {
    const FittedSum sum = with_a_shouting_expert();
    const auto weights = sum.fit(kNothing);
    EXPECT_GT(weights[0], 20 * weights[1]);
    const double plain = mrr(sum.measures(std::vector<double>{1, 1})), fitted = mrr(sum.measures(weights));
    EXPECT_LT(plain, 0.6);
    EXPECT_GT(fitted, 0.9);
    EXPECT_EQ(fitted, mrr(sum.measures(sum.fit(kNothing)))); // the same bits
}

TEST(FittedSum, MeasuresWhatCanBeWorkedOutByHand) {
    FittedSum sum(2);
    const std::vector<std::string> ids{"a", "b", "c"};
    sum.add(ids, std::vector<float>{3, 0, 2, 0, 1, 5}, {{"b", 1}});  // a 3, b 2, c 6
    sum.add(ids, std::vector<float>{3, 0, 2, 0, 1, 5}, {{"c", 2}});
    const auto plain = sum.measures(std::vector<double>{1, 1}), first = sum.measures(std::vector<double>{1, 0});
    EXPECT_DOUBLE_EQ(plain[0].mrr_10, 1.0 / 3);
    EXPECT_DOUBLE_EQ(plain[1].mrr_10, 1);
    EXPECT_DOUBLE_EQ(first[0].mrr_10, 0.5);
    EXPECT_DOUBLE_EQ(first[1].mrr_10, 1.0 / 3);
}

TEST(FittedSum, LeavesOutWhatNoExpertHasAmongItsBest) {
    FittedSum sum(2);
    std::vector<std::string> ids;
    std::vector<float> raw;
    for (int document = 0; document < 300; ++document) {
        ids.push_back("d" + std::to_string(document));
        raw.push_back(float(document));       // the best are the last hundred
        raw.push_back(float(document) - 0.5f);
    }
    sum.add(ids, raw, {{"d199", 1}});
    sum.add(ids, raw, {{"d200", 1}});
    const auto found = sum.measures(std::vector<double>{1, 1});
    EXPECT_EQ(found[0].map, 0); // of no expert's best
    EXPECT_DOUBLE_EQ(found[1].map, 0.01); // the hundredth
}

TEST(FittedSum, WithoutAnythingToLearnFromAllAreTrustedAlike) {
    FittedSum sum(3);
    EXPECT_THAT(sum.fit(kNothing), Each(1.0));
    EXPECT_TRUE(sum.measures(std::vector<double>{1, 1, 1}).empty());
    sum.add(std::vector<std::string>{"a", "b"}, std::vector<float>{1, 2, 3, 3, 2, 1}, {{"elsewhere", 1}});
    EXPECT_THAT(sum.fit(kNothing), Each(1.0));
    EXPECT_EQ(mrr(sum.measures(std::vector<double>{1, 1, 1})), 0);
}

TEST(FittedSum, ADamagedModelsScoresCountForNothing) {
    constexpr float kNot = std::numeric_limits<float>::quiet_NaN(), kMost = std::numeric_limits<float>::infinity();
    FittedSum sum(2);
    sum.add(std::vector<std::string>{"a", "b", "c"}, std::vector<float>{kNot, 1, kMost, 2, 5, 3}, {{"c", 1}});
    for (const double weight : sum.fit(kNothing))
        EXPECT_TRUE(std::isfinite(weight));
    EXPECT_EQ(mrr(sum.measures(std::vector<double>{1, 1})), 1);
}

TEST(FittedSum, CanBeCancelled) {
    const FittedSum sum = with_a_shouting_expert();
    EXPECT_THROW(sum.fit([] { throw Error(ErrorKind::InvalidInput, "stopped"); }), Error);
}

TEST(FittedSum, WhoeverMixesUpSizesIsTold) {
    FittedSum sum(2);
    EXPECT_ANY_THROW(sum.add(std::vector<std::string>{"a"}, std::vector<float>{1}, {}));
    EXPECT_ANY_THROW(sum.measures(std::vector<double>{1}));
}

} // namespace
} // namespace cameo
