#include "views/evaluation_words.hpp"
#include "views/rank_gallery.hpp"

#include <gtest/gtest.h>

#include <array>

namespace cameo {
namespace {

TEST(RankMoves, TheLargestOnALogarithmicScaleComeFirst) {
    SystemResult a, b;
    //              0   1    2  3  4    5  6
    a.first_right = {8, 100, 1, 0, 900, 3, 0};
    b.first_right = {1, 50,  2, 5, 0,   3, 0};
    const std::array<std::size_t, 7> all{0, 1, 2, 3, 4, 5, 6};
    const RankMoves moves = rank_moves(a, b, all);
    // Out of nowhere to 5; three doublings; one.
    EXPECT_EQ(moves.up, (std::vector<RankMove>{{3, 0, 5}, {0, 8, 1}, {1, 100, 50}}));
    EXPECT_EQ(moves.down, (std::vector<RankMove>{{4, 900, 0}, {2, 1, 2}})); // from 900 to nowhere is more than from 1 to 2
    EXPECT_EQ(moves.stayed, 2u);
    const std::array<std::size_t, 2> some{2, 5};
    EXPECT_EQ(rank_moves(a, b, some).up.size(), 0u);
    EXPECT_EQ(rank_moves(a, b, some).stayed, 1u);
}

TEST(EvaluationWords, NameSystemsFromElsewhere) {
    EXPECT_EQ(system_title(SystemResult{.name = "fusion:zscore", .kind = "fusion"}), "Z-score sum");
    EXPECT_EQ(system_title(SystemResult{.name = "sbmoe/global", .kind = "other model"}), "sbmoe: Global");
    // A tag comes from a stranger's file: it may look like a fusion and be none.
    EXPECT_EQ(system_title(SystemResult{.name = "fusion:sum 2", .kind = "run file"}), "fusion:sum 2");
    EXPECT_TRUE(has_run(SystemResult{.name = "bm25", .kind = "baseline"}));
    EXPECT_FALSE(has_run(SystemResult{.name = "oracle", .kind = "oracle"}));
    EXPECT_FALSE(has_run(SystemResult{.name = "bm25", .kind = "run file"}));
    EXPECT_EQ(rank_words(0), "not in its list");
}

} // namespace
} // namespace cameo
