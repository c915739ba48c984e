#include "core/eval/own_slices.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::ElementsAre;

const std::vector<Query> kQueries{{"q1", "Python bindings for X", ""}, {"q2", "a perl module", ""}, {"q3", "play music", ""}};

TEST(OwnSlices, AreFoundByTheirWordsOrOnTheirList) {
    EXPECT_TRUE(is_in({.name = "scripts", .words = "python|perl"}, kQueries[0]));
    EXPECT_TRUE(is_in({.name = "scripts", .words = "python|perl"}, kQueries[1]));
    EXPECT_FALSE(is_in({.name = "scripts", .words = "python|perl"}, kQueries[2]));
    EXPECT_TRUE(is_in({.name = "phrase", .words = "perl mod"}, kQueries[1])) << "words as they stand";
    EXPECT_FALSE(is_in({.name = "broken", .words = "||"}, kQueries[0]));
    EXPECT_TRUE(is_in({.name = "picked", .ids = {"q3"}}, kQueries[2]));
    EXPECT_FALSE(is_in({.name = "picked"}, kQueries[2]));
}

TEST(OwnSlices, AQueryIsInTheFirstThatTakesIt) {
    const std::vector<OwnSlice> slices{{.name = "music", .words = "music"}, {.name = "a", .words = "a"}};
    EXPECT_THAT(own_parts(slices, kQueries), ElementsAre("others", "a", "music"));
    EXPECT_TRUE(own_parts({}, kQueries).empty());
}

} // namespace
} // namespace cameo
