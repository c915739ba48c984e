#include "core/text/utf8.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

using namespace std::string_literals;

TEST(Utf8, EveryScalarValueComesBack) {
    for (char32_t value = 0; value < 0x110000; ++value) {
        if (value >= 0xD800 && value < 0xE000) continue;
        std::string text;
        append_utf8(value, text);
        const auto read = code_point_at(text, 0);
        ASSERT_TRUE(read.valid) << std::hex << static_cast<unsigned>(value);
        ASSERT_EQ(read.value, value);
        ASSERT_EQ(read.size, text.size());
    }
}

TEST(Utf8, InvalidBytesAreOneReplacementEach) {
    for (const auto& text :
         {"\x80"s, "\xC0\x80"s, "\xC1\xBF"s, "\xC3"s, "\xC3("s, "\xE0\x80\x80"s, "\xE4\xB8"s, "\xED\xA0\x80"s,
          "\xF0\x80\x80\x80"s, "\xF4\x90\x80\x80"s, "\xF5\x80\x80\x80"s, "\xFF"s}) {
        const auto read = code_point_at(text, 0);
        EXPECT_FALSE(read.valid);
        EXPECT_EQ(read.value, kReplacement);
        EXPECT_EQ(read.size, 1u);
        EXPECT_FALSE(valid_utf8(text));
    }
    EXPECT_TRUE(valid_utf8("a\0é€😀"s));
    EXPECT_TRUE(valid_utf8(""));
}

} // namespace
} // namespace cameo
