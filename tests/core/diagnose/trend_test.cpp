#include "core/diagnose/trend.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <vector>

namespace cameo {
namespace {

TEST(Trend, ByHand) {
    // Of 10 pairs all rise: S = 10, Var(S) = 5 * 4 * 15 / 18.
    const Trend rising = trend(std::vector<double>{1, 2, 3, 4, 5});
    EXPECT_DOUBLE_EQ(rising.tau, 1);
    EXPECT_NEAR(rising.p_rising, 0.5 * std::erfc(9 / std::sqrt(300.0 / 18) / std::sqrt(2.0)), 1e-12);
    EXPECT_GT(rising.p_falling, 0.98);
    // Two of the values are alike: S = 5 - 0, Var(S) = (4 * 3 * 13 - 2 * 1 * 9) / 18.
    const Trend tied = trend(std::vector<double>{1, 2, 2, 3});
    EXPECT_DOUBLE_EQ(tied.tau, 5.0 / 6);
    EXPECT_NEAR(tied.p_rising, 0.5 * std::erfc(4 / std::sqrt(138.0 / 18) / std::sqrt(2.0)), 1e-12);
}

TEST(Trend, KnowsWhenItCannotTell) {
    EXPECT_EQ(trend(std::vector<double>{3, 2, 1}).p_falling, 1);
    EXPECT_EQ(trend(std::vector<double>{2, 2, 2, 2, 2}).p_falling, 1);
    const double none = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(trend(std::vector<double>{4, none, 3, none, 2}).p_falling, 1);
    EXPECT_EQ(trend({}).p_rising, 1);
}

TEST(Decline, ByHand) {
    // Nothing rises first. Across the fourth place all 16 pairs fall: p = exp(-6 * 16^2 / (8^3 + 8^2)).
    const Decline fall = decline(std::vector<double>{5, 5, 5, 5, 1, 1, 1, 1});
    EXPECT_EQ(fall.begins, 3u);
    EXPECT_DOUBLE_EQ(fall.from, 5);
    EXPECT_DOUBLE_EQ(fall.to, 1);
    EXPECT_NEAR(fall.p, std::exp(-6.0 * 256 / 576), 1e-12);
}

TEST(Decline, LooksOnlyAtWhatFollowsTheRise) {
    std::vector<double> values;
    for (int step = 0; step < 20; ++step) values.push_back(step / 20.0);
    for (int step = 0; step < 15; ++step) values.push_back(1);
    for (int step = 0; step < 15; ++step) values.push_back(0.5);
    const Decline fall = decline(values);
    EXPECT_EQ(fall.begins, 34u);
    EXPECT_LT(fall.p, 0.01);
    EXPECT_NEAR(fall.from, 1, 0.05);
}

TEST(Decline, IsNotFoundInARiseNorInTooLittle) {
    std::vector<double> values;
    for (int step = 0; step < 50; ++step) values.push_back(step);
    EXPECT_EQ(decline(values).begins, values.size());
    EXPECT_EQ(decline(std::vector<double>{1, 2, 1}).begins, 3u);
    EXPECT_GT(decline(std::vector<double>{1, 2, 3, 2.5, 2.4}).p, 0.05) << "three values after the top";
}

// Where nothing changes it is said to at most as often as is asked for.
TEST(Decline, DoesNotCryWolf) {
    std::mt19937_64 random(7);
    std::normal_distribution<double> noise;
    int found = 0;
    for (int draw = 0; draw < 1000; ++draw) {
        std::vector<double> values(40);
        for (double& value : values) value = noise(random);
        found += decline(values).p < 0.05;
    }
    EXPECT_LE(found, 60);
}

} // namespace
} // namespace cameo
