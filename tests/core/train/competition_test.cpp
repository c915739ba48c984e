#include "core/base/error.hpp"
#include "core/train/competition/competition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

namespace cameo {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr RankGain kForms[] = {RankGain::Reciprocal, RankGain::NegativeLog, RankGain::Negative};

std::vector<double> weights(RankGain form, double tau, const std::vector<double>& ranks) {
    std::vector<double> result(ranks.size());
    competitive_weights({form, tau}, ranks, result);
    return result;
}

TEST(RankOf, CountsFromOneAndSharesTies) {
    const std::vector<float> scores{3, 5, 5, 1, 5};
    EXPECT_EQ(rank_of(scores, 1), 2); // ranks 1, 2 and 3 are shared
    EXPECT_EQ(rank_of(scores, 0), 4);
    EXPECT_EQ(rank_of(scores, 3), 5);
    EXPECT_EQ(rank_of(std::vector<float>{7}, 0), 1);
}

TEST(RankOf, PutsWhatIsNoNumberLast) {
    const std::vector<float> scores{std::nanf(""), 1, std::nanf(""), -2};
    EXPECT_EQ(rank_of(scores, 1), 1);
    EXPECT_EQ(rank_of(scores, 3), 2);
    EXPECT_EQ(rank_of(scores, 0), 3.5);
}

TEST(CompetitiveWeights, KnowsAHandWorkedExample) {
    // g = 1/r = (1, 1/2, 1/4); tau = 1/2: exponents (2, 1, 1/2); softmax times 3.
    const double a = std::exp(2.0), b = std::exp(1.0), c = std::exp(0.5), sum = a + b + c;
    EXPECT_THAT(weights(RankGain::Reciprocal, 0.5, {1, 2, 4}),
                Pointwise(DoubleNear(1e-12), {3 * a / sum, 3 * b / sum, 3 * c / sum}));
    // g = -ln r at tau = 1 is weight in proportion to 1/r.
    EXPECT_THAT(weights(RankGain::NegativeLog, 1, {1, 2, 4}), Pointwise(DoubleNear(1e-12), {12.0 / 7, 6.0 / 7, 3.0 / 7}));
    const double d = std::exp(-1.0), e = std::exp(-3.0);
    EXPECT_THAT(weights(RankGain::Negative, 1, {1, 2, 4}),
                Pointwise(DoubleNear(1e-12), {3 / (1 + d + e), 3 * d / (1 + d + e), 3 * e / (1 + d + e)}));
}

TEST(CompetitiveWeights, AnInfiniteTemperatureIsTheStandardizedStageExactly) {
    for (const RankGain form : kForms)
        EXPECT_THAT(weights(form, kInfinity, {1, 17, 1000}), ElementsAre(1.0, 1.0, 1.0));
}

TEST(CompetitiveWeights, ATemperatureOfZeroIsWinnerTakesAll) {
    for (const RankGain form : kForms) {
        EXPECT_THAT(weights(form, 0, {3, 2, 9}), ElementsAre(0.0, 3.0, 0.0));
        EXPECT_THAT(weights(form, 0, {2, 2, 9}), ElementsAre(1.5, 1.5, 0.0));
    }
}

TEST(CompetitiveWeights, AreAPropertyOfTheRanksAlone) {
    std::mt19937 random(5);
    std::uniform_real_distribution<double> rank(1, 300), temperature(0.01, 10);
    for (int round = 0; round < 300; ++round) {
        const std::vector<double> ranks{rank(random), rank(random), rank(random), rank(random)};
        const double tau = temperature(random);
        for (const RankGain form : kForms) {
            const auto w = weights(form, tau, ranks);
            EXPECT_NEAR(std::accumulate(w.begin(), w.end(), 0.0), 4, 1e-9);
            for (std::size_t a = 0; a < 4; ++a) {
                EXPECT_TRUE(std::isfinite(w[a]) && w[a] >= 0);
                for (std::size_t b = 0; b < 4; ++b) {
                    EXPECT_TRUE(ranks[a] >= ranks[b] || w[a] >= w[b]);
                }
            }
            // Hotter is nearer to uniform.
            const auto hotter = weights(form, 2 * tau, ranks);
            EXPECT_LE(*std::ranges::max_element(hotter), *std::ranges::max_element(w) + 1e-12);
        }
    }
}

TEST(CompetitiveWeights, RefusesATemperatureThatIsNone) {
    EXPECT_THROW(weights(RankGain::Reciprocal, -1, {1, 2}), Error);
    EXPECT_THROW(weights(RankGain::Reciprocal, std::nan(""), {1, 2}), Error);
}

} // namespace
} // namespace cameo
