#include "core/train/pruning.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<MiningRound> kRounds{{6, 10, 20}, {16, 20, 30}, {26, 30, 40}};

TEST(Superfluous, AreCheckpointsThatNobodyGoesBackTo) {
    EXPECT_THAT(superfluous({{0, 3, 6, 9}, 2, 3, {}}, {}).checkpoints, ElementsAre(0));
    EXPECT_THAT(superfluous({{0, 3, 6, 9}, 2, 9, 0}, {}).checkpoints, ElementsAre(3)) << "a round still reads 0";
    EXPECT_THAT(superfluous({{0}, 2, -1, {}}, {}).checkpoints, IsEmpty());
    EXPECT_THAT(superfluous({{6, 8, 9}, 2, 9, {}}, kRounds).checkpoints, IsEmpty()) << "what 6 finds is used from 10 on, and might be made again";
    EXPECT_THAT(superfluous({{6, 12, 15}, 2, 15, {}}, kRounds).checkpoints, ElementsAre(6));
}

// The best one was kept, and could not be gone on from: what its steps are trained with had gone.
TEST(Superfluous, IsWhatNeitherTheLatestNorTheBestIsTrainedWith) {
    EXPECT_THAT(superfluous({{31, 32}, 2, 32, {}}, kRounds).mined, ElementsAre(6, 16));
    EXPECT_THAT(superfluous({{12, 31, 32}, 2, 12, {}}, kRounds).mined, ElementsAre(16)) << "12 is trained with what 6 found";
    EXPECT_THAT(superfluous({{17, 31, 32}, 2, 17, {}}, kRounds).mined, IsEmpty()) << "and 17 soon with what 16 found";
    EXPECT_THAT(superfluous({{20, 31, 32}, 2, 20, {}}, kRounds).mined, ElementsAre(6));
    EXPECT_THAT(superfluous({{0, 31, 32}, 2, 0, {}}, kRounds).mined, ElementsAre(6, 16));
}

} // namespace
} // namespace cameo
