#include "core/train/draws.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace cameo {
namespace {

TEST(Draws, AreAFunctionOfWhatTheyAreFor) {
    Draws a(1, 2, 3, 4), b(1, 2, 3, 4), other(1, 2, 4, 3);
    for (int i = 0; i < 10; ++i) {
        const auto x = a.next();
        EXPECT_EQ(x, b.next());
        EXPECT_NE(x, other.next());
    }
}

TEST(Draws, AreTheSameForEver) {
    // Changing these numbers changes every training that is to be resumed or repeated.
    Draws draws(1, 2, 3, 4);
    const std::uint64_t first = draws.next();
    EXPECT_EQ(first, Draws(1, 2, 3, 4).next());
    EXPECT_THAT(shuffled(8, 1, 0), testing::UnorderedElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
    EXPECT_NE(shuffled(8, 1, 0), shuffled(8, 1, 1));
    EXPECT_NE(shuffled(8, 1, 0), shuffled(8, 2, 0));
}

TEST(Draws, AreUniformAndNormal) {
    Draws draws(7, 1);
    int counts[5] = {};
    double sum = 0, squares = 0;
    constexpr int n = 100'000;
    for (int i = 0; i < n; ++i) {
        ++counts[draws.below(5)];
        const double x = draws.normal();
        ASSERT_TRUE(std::isfinite(x));
        sum += x;
        squares += x * x;
        const double u = draws.unit();
        ASSERT_TRUE(u >= 0 && u < 1);
    }
    for (const int count : counts) EXPECT_NEAR(count, n / 5, 600); // 4.7 standard deviations
    EXPECT_NEAR(sum / n, 0, 0.015);
    EXPECT_NEAR(squares / n, 1, 0.02);
}

TEST(DrawSome, TakesDifferentOnesAndNoMoreThanThereAre) {
    const std::vector<std::int32_t> from{3, 1, 4, 15, 9};
    Draws draws(1, 1);
    for (int round = 0; round < 50; ++round) {
        const auto drawn = draw_some(from, 3, draws);
        EXPECT_EQ(std::set(drawn.begin(), drawn.end()).size(), 3u);
        for (const auto each : drawn) EXPECT_NE(std::ranges::find(from, each), from.end());
    }
    EXPECT_THAT(draw_some(from, 9, draws), testing::UnorderedElementsAreArray(from));
    EXPECT_TRUE(draw_some({}, 9, draws).empty());
}

} // namespace
} // namespace cameo
