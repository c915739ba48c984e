#include "core/text/piece_trie.hpp"
#include "tests/core/text/generated_texts.hpp"

#include <gtest/gtest.h>

#include <map>

namespace cameo {
namespace {

TEST(PieceTrie, FindsTheLongest) {
    const PieceTrie trie({{"play", 1}, {"player", 2}, {"p", 3}, {"\xC3\xA9", 4}});
    EXPECT_EQ(trie.longest("players").value, 2);
    EXPECT_EQ(trie.longest("players").size, 6u);
    EXPECT_EQ(trie.longest("playe").value, 1);
    EXPECT_EQ(trie.longest("pl").value, 3);
    EXPECT_EQ(trie.longest("\xC3\xA9t").size, 2u);
    EXPECT_EQ(trie.longest("\xC3").value, -1);
    EXPECT_EQ(trie.longest("x").value, -1);
    EXPECT_EQ(trie.longest("").value, -1);
}

TEST(PieceTrie, EmptySetFindsNothing) {
    EXPECT_EQ(PieceTrie({}).longest("a").value, -1);
}

// Two equal strings made the construction read past their end, and it never ended.
TEST(PieceTrie, AStringThatIsThereTwiceHasItsSmallerNumber) {
    const PieceTrie trie({{"play", 7}, {"", 1}, {"play", 2}, {"", 0}, {"player", 3}, {"play", 2}});
    EXPECT_EQ(trie.longest("plays").value, 2);
    EXPECT_EQ(trie.longest("player").value, 3);
    EXPECT_EQ(trie.longest("x").value, -1);
}

TEST(PieceTrie, AgreesWithAPlainSearch) {
    SplitMix64 random(7);
    const auto word = [&](std::size_t longest) {
        std::string out;
        for (auto size = 1 + random.below(longest); size > 0; --size)
            out.push_back(static_cast<char>(250 + random.below(4)));
        return out;
    };
    std::map<std::string, std::int32_t> pieces;
    for (int k = 0; k < 200; ++k)
        pieces.emplace(word(6), k);
    std::vector<PieceTrie::Entry> entries(pieces.begin(), pieces.end());
    const PieceTrie trie(entries);
    for (int k = 0; k < 2000; ++k) {
        const auto text = word(12);
        PieceTrie::Match expected;
        for (const auto& [piece, value] : pieces)
            if (text.starts_with(piece) && piece.size() > expected.size) expected = {value, piece.size()};
        const auto found = trie.longest(text);
        ASSERT_EQ(found.value, expected.value);
        ASSERT_EQ(found.size, expected.size);
    }
}

} // namespace
} // namespace cameo
