#include "core/base/draws.hpp"

#include <cmath>
#include <gtest/gtest.h>

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
    // Changing this number changes every training that is to be resumed or repeated, and every model made from a seed.
    EXPECT_EQ(Draws(1, 2, 3, 4).next(), 9213248090315764232u);
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

} // namespace
} // namespace cameo
