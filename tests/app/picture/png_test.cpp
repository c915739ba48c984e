#include "app/picture/png.hpp"

#include "core/base/error.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

namespace cameo {
namespace {

struct Chunk {
    std::string type, data;
};

std::uint32_t number(std::string_view bytes) {
    std::uint32_t result = 0;
    for (const char byte : bytes.substr(0, 4)) result = result << 8 | static_cast<unsigned char>(byte);
    return result;
}

/// As the PNG specification has them, checksums looked at.
std::vector<Chunk> chunks(std::string_view png) {
    EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
    std::vector<Chunk> found;
    for (png.remove_prefix(8); png.size() >= 12;) {
        const std::size_t length = number(png);
        const auto body = png.substr(4, 4 + length);
        EXPECT_EQ(number(png.substr(8 + length)), crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())));
        found.push_back({std::string(body.substr(0, 4)), std::string(body.substr(4))});
        png.remove_prefix(12 + length);
    }
    EXPECT_TRUE(png.empty());
    return found;
}

std::string as_text(const std::vector<std::byte>& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

Pixels small() {
    Pixels pixels{.width = 3, .height = 2};
    for (int value = 0; value < 18; ++value) pixels.rgb.push_back(static_cast<std::uint8_t>(value * 10));
    return pixels;
}

TEST(Png, HoldsItsTextsBetweenHeaderAndPicture) {
    const auto found = chunks(as_text(png_bytes(small(), {{"model", "came"}, {"query", "é < \n"}})));
    ASSERT_GE(found.size(), 5u);
    EXPECT_EQ(found[0].type, "IHDR");
    EXPECT_EQ(number(found[0].data), 3u);
    EXPECT_EQ(number(found[0].data.substr(4)), 2u);
    EXPECT_EQ(found[1].type, "iTXt");
    EXPECT_EQ(found[1].data, std::string("model\0\0\0\0\0came", 14));
    EXPECT_EQ(found[2].data, std::string("query\0\0\0\0\0é < \n", 16));
    EXPECT_EQ(found[3].type, "IDAT");
    EXPECT_EQ(found.back().type, "IEND");
}

TEST(Png, IsWrittenWholeOrNotAtAll) {
    const TemporaryFolder folder;
    write_png(folder / "a.png", small());
    std::ifstream file(folder / "a.png", std::ios::binary);
    EXPECT_EQ(std::string((std::istreambuf_iterator<char>(file)), {}), as_text(png_bytes(small())));
    try {
        write_png(folder / "a.png" / "b.png", small());
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Environment);
        EXPECT_THAT(error.what(), testing::HasSubstr("b.png"));
    }
}

} // namespace
} // namespace cameo
