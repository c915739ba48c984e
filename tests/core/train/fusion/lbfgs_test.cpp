#include "core/train/fusion/lbfgs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cameo {
namespace {

TEST(Lbfgs, FindsTheBottomOfABowl) {
    // Axes of very different steepness: what a plain descent is slow at.
    const auto bowl = [](std::span<const double> x, std::span<double> gradient) {
        double value = 0;
        for (std::size_t at = 0; at < x.size(); ++at) {
            const double steepness = std::pow(10, static_cast<double>(at)), target = static_cast<double>(at) - 2;
            value += steepness * (x[at] - target) * (x[at] - target);
            gradient[at] = 2 * steepness * (x[at] - target);
        }
        return value;
    };
    const auto found = minimise(bowl, std::vector<double>(5, 7.0), 300, 1e-10);
    for (std::size_t at = 0; at < 5; ++at)
        EXPECT_NEAR(found[at], static_cast<double>(at) - 2, 1e-6);
}

TEST(Lbfgs, FollowsABentValley) { // Rosenbrock's function
    int called = 0;
    const auto valley = [&](std::span<const double> x, std::span<double> gradient) {
        ++called;
        const double bend = x[1] - x[0] * x[0];
        gradient[0] = -400 * x[0] * bend - 2 * (1 - x[0]);
        gradient[1] = 200 * bend;
        return 100 * bend * bend + (1 - x[0]) * (1 - x[0]);
    };
    const auto found = minimise(valley, {-1.2, 1}, 500, 1e-10);
    EXPECT_NEAR(found[0], 1, 1e-5);
    EXPECT_NEAR(found[1], 1, 1e-5);
    EXPECT_LT(called, 200);
}

TEST(Lbfgs, StaysWhereNothingIsToBeGained) {
    const auto flat = [](std::span<const double>, std::span<double> gradient) {
        std::fill(gradient.begin(), gradient.end(), 0.0);
        return 3.0;
    };
    EXPECT_THAT(minimise(flat, {4, -5}), testing::ElementsAre(4, -5));
    EXPECT_TRUE(minimise(flat, {}).empty());
}

} // namespace
} // namespace cameo
