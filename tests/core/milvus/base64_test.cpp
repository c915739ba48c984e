#include "core/milvus/base64.hpp"

#include <gtest/gtest.h>

#include <random>

namespace cameo {
namespace {

std::string encoded(std::string_view text) { return to_base64(std::as_bytes(std::span(text))); }

TEST(Base64, GivesTheExamplesOfTheRfc) {
    EXPECT_EQ(encoded(""), "");
    EXPECT_EQ(encoded("f"), "Zg==");
    EXPECT_EQ(encoded("fo"), "Zm8=");
    EXPECT_EQ(encoded("foo"), "Zm9v");
    EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
}

TEST(Base64, GivesBackAnyBytes) {
    std::mt19937 random(1);
    for (std::size_t size = 0; size < 100; ++size) {
        std::vector<std::byte> bytes(size);
        for (auto& byte : bytes) byte = static_cast<std::byte>(random());
        EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    }
}

TEST(Base64, RefusesWhatIsNone) {
    for (const char* text : {"Zg=", "Z", "Zg==Zg==", "Zm9\n", "====", "Zm 9v===", "Zm9\xc3\xa4"}) EXPECT_FALSE(from_base64(text)) << text;
}

} // namespace
} // namespace cameo
