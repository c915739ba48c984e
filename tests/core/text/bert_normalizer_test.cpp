#include "core/text/bert_normalizer.hpp"
#include "core/text/utf8.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

// Two marks of music, which stay where accents are stripped, of combining classes 226 and 216.
constexpr char32_t kHigher = 0x1D16D, kLower = 0x1D165;

/// Where the mark of the lower class comes to stand that is written behind so many of the higher one.
std::size_t marks_before_the_lower(int higher) {
    std::string text = "a";
    for (int count = 0; count < higher; ++count) append_utf8(kHigher, text);
    append_utf8(kLower, text);
    NormalizedText out;
    BertNormalizer(NormalizerOptions{}).append(text, 0, text.size(), out);
    EXPECT_EQ(out.size(), text.size());
    std::string lower;
    append_utf8(kLower, lower);
    return (out.bytes.find(lower) - 1) / lower.size();
}

TEST(BertNormalizer, OrdersMarks) {
    EXPECT_EQ(marks_before_the_lower(1), 0u);
    EXPECT_EQ(marks_before_the_lower(29), 0u);
}

// A text of nothing but marks was ordered for minutes, each of them moving past all before it.
TEST(BertNormalizer, OrdersThirtyMarksAtATime) {
    EXPECT_EQ(marks_before_the_lower(100), 90u);
}

} // namespace
} // namespace cameo
