#include "core/train/record/curve.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>

namespace cameo {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN(), kInfinite = std::numeric_limits<double>::infinity();

/// What columns() is to give, by looking at every point.
std::vector<CurveColumn> plain_columns(const Curve& curve, const std::vector<double>& edges) {
    std::vector<CurveColumn> all;
    for (std::size_t edge = 1; edge < edges.size(); ++edge) {
        CurveColumn column{0, 0, kNone, kNone, kNone, kNone, 0};
        for (std::size_t point = 0; point < curve.size(); ++point) {
            const auto step = static_cast<double>(curve[point].step);
            if (step < edges[edge - 1] || step >= edges[edge]) continue;
            if (column.end == 0) column.begin = point;
            column.end = point + 1;
            const double value = curve[point].value;
            if (!std::isfinite(value)) {
                ++column.holes;
                continue;
            }
            if (std::isnan(column.first)) column.first = value;
            column.last = value;
            column.low = std::fmin(column.low, value);
            column.high = std::fmax(column.high, value);
        }
        if (column.end > 0) all.push_back(column);
    }
    return all;
}

void expect_same(const Curve& curve, const std::vector<double>& edges) {
    const auto found = curve.columns(edges), expected = plain_columns(curve, edges);
    ASSERT_EQ(found.size(), expected.size());
    const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    for (std::size_t each = 0; each < found.size(); ++each) {
        EXPECT_EQ(found[each].begin, expected[each].begin);
        EXPECT_EQ(found[each].end, expected[each].end);
        EXPECT_EQ(found[each].holes, expected[each].holes);
        EXPECT_TRUE(same(found[each].low, expected[each].low) && same(found[each].high, expected[each].high)) << each;
        EXPECT_TRUE(same(found[each].first, expected[each].first) && same(found[each].last, expected[each].last)) << each;
    }
}

std::vector<double> edges_between(double from, double to, int columns) {
    std::vector<double> edges;
    for (int column = 0; column <= columns; ++column) edges.push_back(from + (to - from) * column / columns);
    return edges;
}

/// Steps with gaps, values with spikes and some that are no numbers.
Curve drawn(std::size_t points, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> noise;
    Curve curve;
    std::int64_t step = 0;
    for (std::size_t point = 0; point < points; ++point) {
        step += 1 + static_cast<std::int64_t>(random() % 3);
        const auto kind = random() % 40;
        curve.add({step, kind == 0 ? kNone : kind == 1 ? -kInfinite : kind == 2 ? 100 * noise(random) : noise(random)});
    }
    return curve;
}

TEST(Curve, ColumnsAreThoseOfThePlainLoop) {
    for (const std::size_t points : {0u, 1u, 2u, 15u, 16u, 17u, 255u, 256u, 257u, 4096u, 5000u}) {
        SCOPED_TRACE(points);
        const Curve curve = drawn(points, points);
        const double last = curve.empty() ? 10 : static_cast<double>(curve.back().step);
        for (const int columns : {1, 7, 300}) {
            expect_same(curve, edges_between(0, last + 1, columns));
            expect_same(curve, edges_between(last * 0.31, last * 0.77, columns));
            expect_same(curve, edges_between(-50, last + 500, columns));
        }
    }
    EXPECT_TRUE(drawn(10, 1).columns({}).empty());
}

TEST(Curve, ColumnsMayGrowAsOnALogarithmicAxis) {
    std::vector<double> edges;
    for (int column = 0; column <= 100; ++column) edges.push_back(std::pow(10.0, column / 25.0));
    expect_same(drawn(3000, 3), edges);
}

TEST(Curve, KeepsEverySpike) {
    Curve curve;
    for (std::int64_t step = 0; step < 100'000; ++step) curve.add({step, step == 54'321 ? 7.0 : 1.0});
    const auto columns = curve.columns(edges_between(0, 100'000, 640));
    ASSERT_EQ(columns.size(), 640u);
    EXPECT_EQ(std::ranges::count(columns, 7.0, &CurveColumn::high), 1);
    EXPECT_EQ(columns[static_cast<std::size_t>(54'321 * 640 / 100'000)].high, 7);
}

TEST(Curve, GoesBackAndOn) {
    Curve curve = drawn(1000, 5), again = drawn(1000, 5);
    const std::int64_t to = curve[400].step;
    curve.rewind(to);
    EXPECT_EQ(curve.size(), 401u);
    for (std::size_t point = 401; point < again.size(); ++point) curve.add(again[point]);
    expect_same(curve, edges_between(0, 2500, 200));
    curve.rewind(-1);
    EXPECT_TRUE(curve.empty());
    EXPECT_TRUE(curve.columns(edges_between(0, 10, 3)).empty());
    curve.add({4, 2.5});
    expect_same(curve, edges_between(0, 10, 3));
}

TEST(Curve, AStepThatIsThereGetsTheNewValue) {
    Curve curve;
    curve.add({1, 5.0});
    curve.add({2, 9.0});
    curve.add({2, 3.0});
    EXPECT_EQ(curve.size(), 2u);
    EXPECT_EQ(curve.columns(edges_between(0, 3, 1))[0].high, 5);
}

TEST(ExponentialMean, ByHand) {
    ExponentialMean mean(1); // half a step's weight each
    EXPECT_DOUBLE_EQ(mean.add(4), 4) << "the first value stands for itself";
    EXPECT_DOUBLE_EQ(mean.add(1), (4 * 0.25 + 1 * 0.5) / 0.75);
    EXPECT_DOUBLE_EQ(mean.add(kNone), 2) << "passed over";
    ExponentialMean as_it_is(0);
    as_it_is.add(3);
    EXPECT_EQ(as_it_is.add(8), 8);
    EXPECT_TRUE(std::isnan(ExponentialMean(5).add(kInfinite)));
}

TEST(ExponentialMean, SmoothsACurve) {
    Curve curve;
    for (std::int64_t step = 0; step < 400; ++step) curve.add({step, step % 2 ? 1.0 : 0.0});
    const Curve smooth = smoothed(curve, 20);
    ASSERT_EQ(smooth.size(), curve.size());
    EXPECT_NEAR(smooth.back().value, 0.5, 0.02);
    EXPECT_EQ(smooth.back().step, 399);
}

} // namespace
} // namespace cameo
