#include "sessions/training_file.hpp"
#include "sessions/training_watch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <iostream>

namespace cameo {
namespace {

TEST(TrainingSize, AMillionMetricsTakeLessThanFortyBytesEach) {
    constexpr int kNames = 50, kSteps = 20'000;
    const TemporaryFolder folder;
    const auto file = folder / "training.db";
    std::vector<Metric> metrics(kNames);
    for (int number = 0; number < kNames; ++number)
        metrics[number].name = "a metric with a rather long name." + std::to_string(number);
    std::uintmax_t largest_log = 0;
    {
        TrainingFile training(file);
        for (int step = 1; step <= kSteps; ++step) {
            for (int number = 0; number < kNames; ++number)
                metrics[number].value = 1.0 / (step + number + 0.1); // no short form
            training.record(step, metrics, {});
            if (step % 100 == 0)
                largest_log = std::max(largest_log, std::filesystem::file_size(file.string() + "-wal"));
        }
    }
    const auto size = std::filesystem::file_size(file);
    std::cout << "a metric takes " << static_cast<double>(size) / (kNames * kSteps) << " bytes, the log "
              << largest_log << "\n";
    EXPECT_LT(size, 40u * kNames * kSteps);
    EXPECT_LT(largest_log, 16u << 20) << "it comes over into the file from time to time";
    const TrainingWatch watch(file);
    EXPECT_EQ(watch.metric_names().size(), static_cast<std::size_t>(kNames));
    const auto points = watch.metric(metrics[7].name, 101);
    ASSERT_EQ(points.size(), static_cast<std::size_t>(kSteps - 100));
    EXPECT_EQ(points.front().step, 101);
    EXPECT_EQ(points.front().value, 1.0 / (101 + 7 + 0.1));
}

} // namespace
} // namespace cameo
