#include "core/index/half.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

namespace cameo {
namespace {

class HalfTest : public testing::TestWithParam<Simd> {
protected:
    static Half half(float value) {
        std::vector<float> from(9, value); // more than one register
        std::vector<Half> to(9);
        to_half(from, to, GetParam());
        EXPECT_EQ(to.front(), to.back());
        return to.front();
    }
};

TEST_P(HalfTest, KnowsHandWorkedValues) {
    EXPECT_EQ(half(0.0f), 0x0000);
    EXPECT_EQ(half(-0.0f), 0x8000);
    EXPECT_EQ(half(1.0f), 0x3c00);
    EXPECT_EQ(half(-2.5f), 0xc100);
    EXPECT_EQ(half(65504.0f), 0x7bff);
    EXPECT_EQ(half(65519.0f), 0x7bff);
    EXPECT_EQ(half(65520.0f), 0x7c00); // rounds to infinity
    EXPECT_EQ(half(-1e30f), 0xfc00);
    EXPECT_EQ(half(0x1p-24f), 0x0001); // the smallest
    EXPECT_EQ(half(0x1p-25f), 0x0000); // a tie, to even
    EXPECT_EQ(half(0x1.8p-24f), 0x0002);
    EXPECT_EQ(half(1.0f + 0x1p-11f), 0x3c00); // a tie, to even
    EXPECT_EQ(half(1.0f + 0x1.8p-10f), 0x3c02);
    EXPECT_EQ(half(std::numeric_limits<float>::quiet_NaN()) & 0x7e00, 0x7e00);
}

TEST_P(HalfTest, ComesBackFromFloatUnchanged) {
    std::vector<Half> all(65536);
    for (std::size_t bits = 0; bits < all.size(); ++bits)
        all[bits] = static_cast<Half>(bits);
    std::vector<float> floats(all.size());
    to_float(all, floats, GetParam());
    std::vector<Half> back(all.size());
    to_half(floats, back, GetParam());
    for (std::size_t bits = 0; bits < all.size(); ++bits) {
        if (std::isnan(floats[bits])) {
            EXPECT_GT(bits & 0x7fff, 0x7c00u);
            continue;
        }
        ASSERT_EQ(back[bits], all[bits]) << bits;
    }
}

TEST_P(HalfTest, AgreesWithThePortablePath) {
    std::mt19937 random(7);
    std::vector<float> floats(100'003);
    for (auto& value : floats)
        value = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    std::vector<Half> plain(floats.size()), fast(floats.size());
    to_half(floats, plain, Simd::Portable);
    to_half(floats, fast, GetParam());
    for (std::size_t at = 0; at < floats.size(); ++at)
        ASSERT_TRUE(std::isnan(floats[at]) || plain[at] == fast[at]) << floats[at];
}

INSTANTIATE_TEST_SUITE_P(Instructions, HalfTest, testing::ValuesIn(available_simd()));

} // namespace
} // namespace cameo
