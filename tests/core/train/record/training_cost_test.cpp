#include "core/train/record/training_cost.hpp"

#include "core/base/error.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <gtest/gtest.h>

namespace cameo {
namespace {

TEST(TrainingCost, ComesBackAsItWasWritten) {
    const TrainingCost cost{.seconds = 61.25, .memory_bytes = 5'000'000'000, .disk_bytes = 17};
    EXPECT_EQ(cost_from_json(to_json(cost), "here"), cost);
    EXPECT_THROW(cost_from_json("{}", "here"), Error);
    EXPECT_THROW(cost_from_json("no", "here"), Error);
}

TEST(TrainingCost, OfAFolderIsWorthNoMoreThanARemark) {
    const TemporaryFolder folder;
    EXPECT_FALSE(read_estimate(folder / "nowhere"));
    const TrainingCost cost{.seconds = 1, .memory_bytes = 2, .disk_bytes = 3};
    std::ofstream(folder / kEstimateFile) << to_json(cost);
    EXPECT_EQ(read_estimate(folder / "."), cost);
    std::ofstream(folder / kEstimateFile) << "damaged";
    EXPECT_FALSE(read_estimate(folder / "."));
}

} // namespace
} // namespace cameo
