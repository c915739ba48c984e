#include "core/train/schedule.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cameo {
namespace {

Recipe with(const std::string& schedule, std::int64_t warmup) {
    Recipe recipe;
    recipe.schedule = schedule;
    recipe.warmup_steps = warmup;
    return recipe;
}

TEST(RateFactor, RisesEvenlyThenFollowsItsSchedule) {
    for (const char* schedule : {"constant", "linear", "cosine"}) {
        const auto recipe = with(schedule, 4);
        for (std::int64_t step = 0; step < 4; ++step) EXPECT_EQ(rate_factor(recipe, step, 12), 0.25 * double(step + 1));
        EXPECT_EQ(rate_factor(recipe, 4, 12), 1) << schedule;
    }
    EXPECT_EQ(rate_factor(with("constant", 4), 11, 12), 1);
    EXPECT_EQ(rate_factor(with("linear", 4), 6, 12), 0.75);
    EXPECT_EQ(rate_factor(with("linear", 4), 11, 12), 0.125); // the last step still learns
    EXPECT_NEAR(rate_factor(with("cosine", 4), 8, 12), 0.5, 1e-15);
    EXPECT_NEAR(rate_factor(with("cosine", 4), 6, 12), 0.5 * (1 + std::sqrt(0.5)), 1e-15);
}

TEST(RateFactor, IsInItsRangeWhateverTheLengths) {
    for (const char* schedule : {"constant", "linear", "cosine"})
        for (const std::int64_t warmup : {0, 1, 5, 50})
            for (std::int64_t step = 0; step < 20; ++step) {
                const double factor = rate_factor(with(schedule, warmup), step, 20);
                EXPECT_GT(factor, 0) << schedule << " " << warmup << " " << step;
                EXPECT_LE(factor, 1);
            }
    EXPECT_EQ(rate_factor(with("linear", 0), 0, 1), 1);
    EXPECT_EQ(rate_factor(with("linear", 0), 25, 20), 0); // behind the end, as when a training is longer than it was
}

TEST(LeapWatch, KnowsALeapOnceItsMeanIsTrusted) {
    LeapWatch watch;
    for (std::int64_t step = 0; step < 40; ++step) {
        EXPECT_EQ(watch.leaps(31, 10, step), step >= 20) << step;
        EXPECT_FALSE(watch.leaps(29, 10, step)) << step;
        EXPECT_FALSE(watch.leaps(31, 0, step)); // a factor of 0: none is
        for (const double none : {std::nan(""), std::numeric_limits<double>::infinity()}) EXPECT_TRUE(watch.leaps(none, 0, step));
        watch.take(3);
    }
    EXPECT_NEAR(watch.mean(), 3, 1e-12);
    // It follows: 0.95 of what it was and 0.05 of the new one.
    watch.take(5);
    EXPECT_NEAR(watch.mean(), 3.1, 1e-12);
    EXPECT_EQ(LeapWatch(watch.mean()).leaps(32, 10, 41), watch.leaps(32, 10, 41)); // as after a checkpoint
}

TEST(LeapWatch, HasNoOpinionOnALossThatIsNoughtOrLess) {
    LeapWatch watch;
    for (std::int64_t step = 0; step < 30; ++step) watch.take(0);
    EXPECT_FALSE(watch.leaps(1, 10, 30));
}

TEST(GateWatch, TellsOnceAfterTwentyStepsWithoutGradient) {
    GateWatch watch;
    for (int step = 1; step <= 100; ++step) EXPECT_EQ(watch.take(1e-7, 0.1), step == 20) << step;
}

TEST(GateWatch, StartsAgainWhenTheGateLearnsInBetween) {
    GateWatch watch;
    for (int step = 1; step <= 19; ++step) EXPECT_FALSE(watch.take(0, 1));
    EXPECT_FALSE(watch.take(1e-2, 1)); // slowly, but it does
    for (int step = 1; step <= 19; ++step) EXPECT_FALSE(watch.take(0, 1));
    EXPECT_TRUE(watch.take(1e-4, 1)); // a ten thousandth is nothing as well
}

TEST(GateWatch, SaysNothingWhereNobodyLearns) {
    GateWatch watch;
    for (int step = 0; step < 100; ++step) EXPECT_FALSE(watch.take(0, 0));
}

} // namespace
} // namespace cameo
