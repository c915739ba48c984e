#include "core/train/draws.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace cameo {
namespace {

TEST(Shuffled, IsAnOrderOfAllForSeedAndEpoch) {
    EXPECT_THAT(shuffled(8, 1, 0), testing::UnorderedElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
    EXPECT_NE(shuffled(8, 1, 0), shuffled(8, 1, 1));
    EXPECT_NE(shuffled(8, 1, 0), shuffled(8, 2, 0));
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
