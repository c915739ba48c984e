#include "core/text/analyzer.hpp"
#include "core/text/words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> out;
    for (WordReader reader(text); reader.next();)
        out.emplace_back(reader.word());
    return out;
}

std::vector<std::string> stems(std::string_view text) {
    std::vector<std::string> out;
    for (const auto& term : analyze(text))
        out.push_back(term.stem);
    return out;
}

// Expected: re.findall(r"(?u)\b\w\w+\b", text.lower()) of Python 3.11.
TEST(Words, AreThoseOfThePattern) {
    EXPECT_THAT(words("A quick, b_c 3D x 42 don't"), ElementsAre("quick", "b_c", "3d", "42", "don"));
    EXPECT_THAT(words(""), ElementsAre());
    EXPECT_THAT(words("a b c"), ElementsAre());
    EXPECT_THAT(words("_ __ C++20"), ElementsAre("__", "20"));
    EXPECT_THAT(words("CAFÉ naïve Ёлка 世界和平 東 한국어"),
                ElementsAre("café", "naïve", "ёлка", "世界和平", "한국어"));
    EXPECT_THAT(words("cafe\u0301s"), ElementsAre("cafe")); // a combining accent is no word character
    EXPECT_THAT(words("İstanbul xİy"), ElementsAre("stanbul", "xi"));
    EXPECT_THAT(words("½ x² ⅷ٣٤"), ElementsAre("x²", "ⅷ٣٤"));
    EXPECT_THAT(words("नमस्ते"), ElementsAre("नमस"));
    EXPECT_THAT(words("a\0bc"s), ElementsAre("bc"));
}

TEST(Words, FinalSigmaIsFinalInAWordOnly) {
    EXPECT_THAT(words("ΟΔΟΣ ΣΑΣ ΣΣ 2Σ Σ2 ΟΔΟΣ. ΟΔΟΣ'Α"),
                ElementsAre("οδος", "σας", "σς", "2σ", "σ2", "οδος", "οδοσ"));
}

TEST(Words, InvalidUtf8Separates) {
    EXPECT_THAT(words("ab\xFFgh \xC3xy"), ElementsAre("ab", "gh", "xy"));
}

TEST(Words, SpansAreThoseOfTheText) {
    const auto text = "Öl, İst und CAFÉ!"s;
    std::vector<std::string> found;
    for (WordReader reader(text); reader.next();)
        found.push_back(text.substr(reader.span().begin, reader.span().end - reader.span().begin));
    EXPECT_THAT(found, ElementsAre("Öl", "st", "und", "CAFÉ"));
}

TEST(Words, StopWords) {
    for (const auto* word : {"a", "an", "with", "their", "these", "will", "such", "no"})
        EXPECT_TRUE(is_stop_word(word));
    for (const auto* word : {"", "i", "from", "we", "The", "theirs", "zz"})
        EXPECT_FALSE(is_stop_word(word));
}

TEST(Analyzer, LeavesStopWordsOutAndStems) {
    EXPECT_THAT(stems("The players were playing musical instruments"),
                ElementsAre("player", "were", "play", "music", "instrument"));
    const auto terms = analyze("to the Terminals");
    ASSERT_EQ(terms.size(), 1u);
    EXPECT_EQ(terms[0].stem, "termin");
    EXPECT_EQ(terms[0].span, (TextSpan{7, 16}));
}

TEST(Analyzer, OverlapIsTheShareOfDistinctStems) {
    EXPECT_DOUBLE_EQ(overlap_share("play music in the terminal", "A terminal player. It plays."), 2.0 / 3);
    EXPECT_DOUBLE_EQ(overlap_share("running runs run", "run"), 1);
    EXPECT_DOUBLE_EQ(overlap_share("the of", "the of"), 0);
    EXPECT_DOUBLE_EQ(overlap_share("music", ""), 0);
}

} // namespace
} // namespace cameo
