#include "views/text_layout.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cameo {
namespace {

/// Every character is ten wide.
TextLayout lay_out(std::string_view text, float width) {
    return TextLayout(text, width, [](char32_t) { return 10.0f; });
}

std::vector<std::string> lines_of(std::string_view text, float width) {
    std::vector<std::string> lines;
    const auto layout = lay_out(text, width);
    for (const auto& line : layout.lines())
        lines.emplace_back(text.substr(line.begin, line.end - line.begin));
    return lines;
}

TEST(TextLayout, BreaksAtSpacesAndNewlines) {
    EXPECT_EQ(lines_of("play music in", 110), (std::vector<std::string>{"play music", "in"}));
    EXPECT_EQ(lines_of("play\n\nmusic", 500), (std::vector<std::string>{"play", "", "music"}));
    EXPECT_EQ(lines_of("", 100), (std::vector<std::string>{""}));
}

TEST(TextLayout, BreaksAWordOnlyWhenItAloneIsTooWide) {
    EXPECT_EQ(lines_of("a terminals b", 50), (std::vector<std::string>{"a", "termi", "nals", "b"}));
}

TEST(TextLayout, CountsCharactersNotBytes) {
    EXPECT_EQ(lines_of("äöü äöü", 40), (std::vector<std::string>{"äöü", "äöü"}));
    const auto layout = lay_out("äb", 100);
    EXPECT_EQ(layout.x_of(2), 10.0f);
    EXPECT_EQ(layout.offset_at(0, 11), 2U); // never inside the two bytes of ä
}

TEST(TextLayout, SurvivesBytesThatAreNotText) {
    EXPECT_EQ(lines_of("\xFF\xC3 x", 20).size(), 2U);
    EXPECT_EQ(lay_out("\xE2\x82", 100).lines().size(), 1U);
}

TEST(TextLayout, PlacesAndOffsetsAreInverse) {
    const std::string text = "play music in the terminal";
    const auto layout = lay_out(text, 110);
    for (std::size_t offset = 0; offset <= text.size(); ++offset) {
        const auto line = layout.line_of(offset);
        const auto& at = layout.lines()[line];
        if (offset > at.end) continue; // the space that a break swallowed
        EXPECT_EQ(layout.offset_at(static_cast<std::ptrdiff_t>(line), layout.x_of(offset)), offset);
    }
    EXPECT_EQ(layout.offset_at(-3, 50), 0U);
    EXPECT_EQ(layout.offset_at(99, 50), text.size());
}

TEST(TextLayout, FindsTheWord) {
    const std::string text = "a command-line player";
    const auto [begin, end] = lay_out(text, 900).word_at(5, text);
    EXPECT_EQ(text.substr(begin, end - begin), "command-line");
}

} // namespace
} // namespace cameo
