#include "core/eval/significance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace cameo {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

const std::vector<double> kA = {0.5, 0.25, 1, 0, 0.3, 0.9, 0.1, 0.7};
const std::vector<double> kB = {0.4, 0.25, 0.5, 0.1, 0.2, 0.5, 0.3, 0.2};

// scipy 1.17.1: stats.ttest_rel(a, b).pvalue
TEST(Significance, PairedTTestEqualsScipy) {
    EXPECT_NEAR(paired_t_test(kA, kB), 0.13519374881762417, 1e-12);
    EXPECT_NEAR(paired_t_test(std::vector{0.5, 0.25}, std::vector{0.1, 0.2}), 0.420833151678869, 1e-12);
    EXPECT_EQ(paired_t_test(kA, kA), 1);
    EXPECT_EQ(paired_t_test(std::vector{1.0, 2.0}, std::vector{0.0, 1.0}), 0); // a constant difference
    EXPECT_EQ(paired_t_test(std::vector{1.0}, std::vector{0.0}), 1);           // one query proves nothing
}

TEST(Significance, RandomisationComesNearTheExactTest) {
    // All 256 sign patterns: 48 reach the observed sum, 48 / 256 = 0.1875.
    EXPECT_NEAR(randomisation_test(kA, kB, 100000), 0.1875, 0.005);
    EXPECT_EQ(randomisation_test(kA, kB), randomisation_test(kA, kB));
    EXPECT_EQ(randomisation_test(kA, kA), 1);
    // never 0: (c + 1) / (n + 1)
    const std::vector<double> ones(200, 1), zeros(200, 0);
    EXPECT_EQ(randomisation_test(ones, zeros, 999), 1.0 / 1000);
}

TEST(Significance, HolmStepsDown) {
    EXPECT_THAT(holm(std::vector{0.01, 0.04, 0.03, 0.005}),
                ElementsAre(DoubleNear(0.03, 1e-15), DoubleNear(0.06, 1e-15), DoubleNear(0.06, 1e-15),
                            DoubleNear(0.02, 1e-15)));
    EXPECT_THAT(holm(std::vector{0.9, 0.8}), ElementsAre(1, 1));
    EXPECT_THAT(holm({}), ElementsAre());
}

TEST(Significance, BootstrapHoldsTheMean) {
    const Interval interval = bootstrap_interval(kA, kB);
    double mean = 0;
    for (std::size_t at = 0; at < kA.size(); ++at)
        mean += (kA[at] - kB[at]) / static_cast<double>(kA.size());
    EXPECT_LT(interval.low, mean);
    EXPECT_GT(interval.high, mean);
    // The normal approximation, mean -+ 1.96 standard errors, is near for a plain mean.
    double squares = 0;
    for (std::size_t at = 0; at < kA.size(); ++at)
        squares += std::pow(kA[at] - kB[at] - mean, 2) / static_cast<double>(kA.size());
    const double error = std::sqrt(squares / static_cast<double>(kA.size()));
    EXPECT_NEAR(interval.low, mean - 1.96 * error, 0.02);
    EXPECT_NEAR(interval.high, mean + 1.96 * error, 0.02);
    const std::vector<double> ones(5, 1), zeros(5, 0);
    EXPECT_EQ(bootstrap_interval(ones, zeros).low, 1);
}

} // namespace
} // namespace cameo
