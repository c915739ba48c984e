#include "app/shell/fuzzy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

namespace cameo {
namespace {

using testing::ElementsAre;

int score(std::string_view pattern, std::string_view text) {
    const auto match = fuzzy_match(pattern, text);
    return match ? match->score : -1000;
}

TEST(Fuzzy, MatchesInOrderOnly) {
    EXPECT_TRUE(fuzzy_match("rl", "Reset the layout"));
    EXPECT_TRUE(fuzzy_match("RESET LAY", "Reset the layout"));
    EXPECT_FALSE(fuzzy_match("lr", "Reset it"));
    EXPECT_FALSE(fuzzy_match("resett", "Reset"));
}

TEST(Fuzzy, AnEmptyPatternMatchesEverything) {
    EXPECT_EQ(score("", "anything"), 0);
    EXPECT_EQ(score("  ", ""), 0);
    EXPECT_FALSE(fuzzy_match("a", ""));
}

TEST(Fuzzy, PrefersBeginningsOfWords) {
    EXPECT_THAT(fuzzy_match("tl", "Reset the layout")->positions, ElementsAre(6, 10));
    EXPECT_GT(score("dl", "Dark or light"), score("dl", "Middle"));
}

TEST(Fuzzy, PrefersRuns) {
    EXPECT_THAT(fuzzy_match("lay", "Local array, layout")->positions, ElementsAre(13, 14, 15));
    EXPECT_GT(score("undo", "Edit: Undo"), score("undo", "Open such nodes first or"));
}

TEST(Fuzzy, PrefersTheShorterOfTwoEqualTitles) { EXPECT_GT(score("smaller", "Smaller"), score("smaller", "Smaller than before it was")); }

TEST(Fuzzy, SurvivesAnyBytes) {
    const std::string odd("\xff\x00\xfe g\xc3\xa9n", 8);
    EXPECT_TRUE(fuzzy_match("g", odd));
    EXPECT_TRUE(fuzzy_match(std::string(3000, 'x'), std::string(100, 'x')) == std::nullopt);
    EXPECT_TRUE(fuzzy_match("x", std::string(100000, 'x')));
}

} // namespace
} // namespace cameo
