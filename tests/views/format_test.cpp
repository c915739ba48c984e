#include "views/format.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

namespace cameo {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(ScoreDecimals, ThreeDigitsOfTheLargest) {
    EXPECT_EQ(score_decimals(std::array{2.41, 1.97}), 2);
    EXPECT_EQ(score_decimals(std::array{24.8, 13.4}), 1);
    EXPECT_EQ(score_decimals(std::array{0.0328, 0.0161}), 4);
    EXPECT_EQ(score_decimals(std::array{812.0, 3.0}), 0);
    EXPECT_EQ(score_decimals(std::array{0.0, 0.0}), 2);
}

TEST(ScoreDecimals, TellsNeighboursApartButOnlyTwoDigitsFurther) {
    EXPECT_EQ(score_decimals(std::array{2.42, 2.41, 1.0}), 2);
    EXPECT_EQ(score_decimals(std::array{2.413, 2.411}), 3);
    EXPECT_EQ(score_decimals(std::array{2.0, 2.0}), 2);            // true ties stay ties
    EXPECT_EQ(score_decimals(std::array{2.0000001, 2.0}), 4);
    EXPECT_EQ(score_decimals(std::array{kNan, 2.41, kNan}), 2);
}

TEST(FormatScore, HasATrueMinusAndNoMinusZero) {
    EXPECT_EQ(format_score(2.414, 2), "2.41");
    EXPECT_EQ(format_score(-0.5, 2), "\u22120.50");
    EXPECT_EQ(format_score(-0.001, 2), "0.00");
    EXPECT_EQ(format_score(kNan, 2), "not a number");
    EXPECT_EQ(format_score(-INFINITY, 2), "\u2212∞");
    EXPECT_EQ(format_signed(0.5, 1), "+0.5");
    EXPECT_EQ(format_signed(0.0, 1), "0.0");
}

TEST(FormatExact, ReadsBackAsTheSameDouble) {
    for (const double value : {0.1, 1.0 / 3, 2.41, 1e-9, 123456789.125, -7.0})
        EXPECT_EQ(std::stod(format_exact(value)), value);
    EXPECT_EQ(format_exact(0.1), "0.1");
}

TEST(FormatSum, SaysEqualOnlyWhenThePrintedPartsAddUp) {
    EXPECT_EQ(to_string(format_sum(2.41, std::array{0.92, 0.81, 0.68}, 2)), "2.41 = 0.92 + 0.81 + 0.68");
    // 0.333 + 0.333 + 0.333 prints as 0.33 three times, which is not 1.00: one digit more does it.
    const auto finer = format_sum(0.999, std::array{0.333, 0.333, 0.333}, 2);
    EXPECT_EQ(to_string(finer), "0.999 = 0.333 + 0.333 + 0.333");
    const auto third = format_sum(1.0, std::array{1.0 / 3, 1.0 / 3, 1.0 / 3}, 2);
    EXPECT_FALSE(third.exact);
    EXPECT_EQ(to_string(third), "1.00 ≈ 0.33 + 0.33 + 0.33");
}

TEST(FormatSum, ShowsNegativePartsAsTakenAway) {
    EXPECT_EQ(to_string(format_sum(0.5, std::array{1.25, -0.75}, 2)), "0.50 = 1.25 \u2212 0.75");
    EXPECT_EQ(to_string(format_sum(0.5, std::array{-0.75, 1.25}, 2)), "0.50 = \u22120.75 + 1.25");
    EXPECT_FALSE(format_sum(kNan, std::array{kNan, 1.0}, 2).exact);
}

TEST(FormatCount, GroupsByThousands) {
    EXPECT_EQ(format_count(0), "0");
    EXPECT_EQ(format_count(999), "999");
    EXPECT_EQ(format_count(10931), "10,931");
    EXPECT_EQ(format_count(1234567), "1,234,567");
    EXPECT_EQ(format_count(-1000), "-1,000");
}

TEST(FormatTimes, UseTheUnitAPersonWould) {
    EXPECT_EQ(format_ms(0.84), "0.8 ms");
    EXPECT_EQ(format_ms(28.3), "28 ms");
    EXPECT_EQ(format_ms(1240), "1.2 s");
    EXPECT_EQ(format_duration(8.2), "8 s");
    EXPECT_EQ(format_duration(200), "3 min");
    EXPECT_EQ(format_duration(4200), "70 min");
    EXPECT_EQ(format_duration(6000), "1 h 40 min");
    EXPECT_EQ(format_span(120, 180), "2–3 min");
    EXPECT_EQ(format_span(60, 75), "60–75 s");
    EXPECT_EQ(format_span(40, 200), "40 s – 3 min");
    EXPECT_EQ(format_span(30, 30), "about 30 s");
    EXPECT_EQ(format_eta(std::nullopt, 4), "");
}

TEST(FormatAmounts, NameTheirUnit) {
    EXPECT_EQ(format_bytes(15'800'000), "15.8 MB");
    EXPECT_EQ(format_bytes(512), "512 bytes");
    EXPECT_EQ(format_amount(1, Unit::Queries), "1 query");
    EXPECT_EQ(format_amount(1204, Unit::Documents), "1,204 documents");
    EXPECT_EQ(format_rate(27.4, Unit::Documents), "27 documents/s");
    EXPECT_EQ(format_rate(0, Unit::Documents), "");
    EXPECT_EQ(heading("lexical"), "Lexical");
}

} // namespace
} // namespace cameo
