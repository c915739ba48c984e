#include "core/base/checksum.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cameo {
namespace {

std::uint64_t checksum_of(const std::string& text, std::uint64_t seed = 0) {
    return checksum64(std::as_bytes(std::span(text)), seed);
}

// The well-known XXH64 values of these strings, seed 0.
TEST(Checksum, IsXxh64) {
    EXPECT_EQ(checksum_of(""), 0xef46db3751d8e999u);
    EXPECT_EQ(checksum_of("a"), 0xd24ec4f1a98c6e5bu);
    EXPECT_EQ(checksum_of("abc"), 0x44bc2cf5ad770999u);
}

TEST(Checksum, SeesEveryByteAndTheLength) {
    std::string text(77, 'x'); // 32-byte stripes, 8, 4 and single bytes
    const auto whole = checksum_of(text);
    for (std::size_t at = 0; at < text.size(); ++at) {
        text[at] ^= 1;
        EXPECT_NE(checksum_of(text), whole) << at;
        text[at] ^= 1;
    }
    EXPECT_NE(checksum_of(text + '\0'), whole);
    EXPECT_NE(checksum_of(text, 1), whole);
}

} // namespace
} // namespace cameo
