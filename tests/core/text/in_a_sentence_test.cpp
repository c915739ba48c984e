#include "core/text/in_a_sentence.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

TEST(InASentence, IsOneLineOfText) {
    EXPECT_EQ(in_a_sentence("plain é “quoted”"), "plain é “quoted”");
    EXPECT_EQ(in_a_sentence(std::string_view("a\0b\n\x1b[31m\x7f", 10)), "a?b??[31m?");
    EXPECT_EQ(in_a_sentence("\xff\xc3 x \xed\xa0\x80"), "?? x ???");
}

TEST(InASentence, CutsBetweenCharacters) {
    EXPECT_EQ(in_a_sentence("12345", 5), "12345");
    EXPECT_EQ(in_a_sentence("123456", 5), "12345…");
    EXPECT_EQ(in_a_sentence("1234éx", 5), "1234…");
    EXPECT_EQ(in_a_sentence(std::string(100'000'000, 'x')).size(), 120 + std::string("…").size());
}

} // namespace
} // namespace cameo
