#include "core/search/query_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::ElementsAre;
using enum WordState;

TEST(QueryWords, AreTheStretchesBetweenSpaces) {
    EXPECT_THAT(query_words("  play\tmusic,  now\n"), ElementsAre(QueryWord{"play"}, QueryWord{"music,"}, QueryWord{"now"}));
    EXPECT_TRUE(query_words(" \n ").empty());
    EXPECT_THAT(query_words("день"), ElementsAre(QueryWord{"день"}));
}

TEST(QueryWords, ComeBackFromTheTextThatTheyStandFor) {
    std::vector<QueryWord> words{{"play"}, {"music", Masked}, {"in", Dropped}, {"the", Dropped}, {"terminal"}};
    EXPECT_EQ(text_of(words), "play [MASK] terminal");
    EXPECT_EQ(text_of(query_words("play music in the terminal", "play [MASK] terminal")), "play [MASK] terminal");
    words = {{"play"}, {"music", Masked}, {"in"}, {"the"}, {"terminal", Dropped}};
    EXPECT_EQ(query_words("play music in the terminal", text_of(words)), words);
    EXPECT_EQ(text_of(query_words("a b")), "a b");
    EXPECT_EQ(text_of({{"a", Dropped}}), "");
}

// Of equal words, or of neighbours that were masked and left out, nobody can say which one it was; the text is the same whichever it was.
TEST(QueryWords, EqualWordsGiveTheSameText) {
    const auto words = query_words("to be or not to be", "to be");
    EXPECT_EQ(text_of(words), "to be");
    EXPECT_EQ(std::ranges::count(words, Kept, &QueryWord::state), 2);
}

TEST(QueryWords, OtherWordsAreNoChange) {
    EXPECT_THAT(query_words("play music", "edit music"), ElementsAre(QueryWord{"edit"}, QueryWord{"music"}));
    EXPECT_THAT(query_words("play music", "music play"), ElementsAre(QueryWord{"music"}, QueryWord{"play"}));
    EXPECT_THAT(query_words("", "a"), ElementsAre(QueryWord{"a"}));
}

} // namespace
} // namespace cameo
