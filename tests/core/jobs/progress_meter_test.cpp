#include "core/jobs/progress_meter.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

using namespace std::chrono_literals;

const ProgressMeter::Clock::time_point kStart{};

TEST(ProgressMeter, SaysNothingTooEarly) {
    ProgressMeter meter;
    meter.restart(kStart, 0);
    meter.sample(kStart + 200ms, 10);
    EXPECT_EQ(meter.rate(), 0);
    meter.sample(kStart + 1s, 50);
    EXPECT_DOUBLE_EQ(meter.rate(), 50);
    EXPECT_FALSE(meter.remaining(100));
}

TEST(ProgressMeter, SteadyPaceGivesANarrowRange) {
    ProgressMeter meter;
    meter.restart(kStart, 0);
    for (int second = 1; second <= 20; ++second) meter.sample(kStart + second * 1s, second * 10);
    EXPECT_DOUBLE_EQ(meter.rate(), 10);
    const auto range = meter.remaining(300); // 100 left at 10/s
    ASSERT_TRUE(range);
    EXPECT_DOUBLE_EQ(range->low_s, 9);
    EXPECT_DOUBLE_EQ(range->high_s, 11);
}

TEST(ProgressMeter, SlowingDownWidensTheRange) {
    ProgressMeter meter;
    meter.restart(kStart, 0);
    std::int64_t done = 0;
    for (int second = 1; second <= 20; ++second) meter.sample(kStart + second * 1s, done += second <= 10 ? 20 : 5);
    EXPECT_DOUBLE_EQ(meter.rate(), 5);
    const auto range = meter.remaining(done + 125); // 25 s at the recent pace, 10 s at that of the whole stage
    ASSERT_TRUE(range);
    EXPECT_NEAR(range->low_s, 9, 1e-9);
    EXPECT_NEAR(range->high_s, 27.5, 1e-9);
}

TEST(ProgressMeter, ResumedWorkIsNotSpeed) {
    ProgressMeter meter;
    meter.restart(kStart, 1000);
    meter.sample(kStart + 2s, 1010);
    EXPECT_DOUBLE_EQ(meter.rate(), 5);
    EXPECT_NEAR(meter.remaining(1020)->low_s, 1.8, 1e-9);
}

TEST(ProgressMeter, AStandstillHasNoEstimate) {
    ProgressMeter meter;
    meter.restart(kStart, 0);
    meter.sample(kStart + 1s, 10);
    for (int second = 2; second <= 30; ++second) meter.sample(kStart + second * 1s, 10);
    EXPECT_EQ(meter.rate(), 0);
    EXPECT_FALSE(meter.remaining(100));
}

} // namespace
} // namespace cameo
