#include "app/picture/outline.hpp"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

double area(const Loop& loop) { // positive: the same way round as triangles are put
    double twice = 0;
    for (std::size_t at = 0; at < loop.size(); ++at) {
        const ImVec2 from = loop[at], to = loop[(at + 1) % loop.size()];
        twice += static_cast<double>(from.x) * to.y - static_cast<double>(to.x) * from.y;
    }
    return twice / 2;
}

TEST(Outline, OfTwoHalvesIsARectangleWhicheverWayTheyGoRound) {
    for (const bool turned : {false, true}) {
        Facet second{{{10, 20}, {40, 60}, {10, 60}}};
        if (turned) std::swap(second[0], second[1]);
        const auto loops = outline(std::vector<Facet>{{{{10, 20}, {40, 20}, {40, 60}}}, second});
        ASSERT_EQ(loops.size(), 1u);
        const auto rectangle = as_rectangle(loops[0]);
        ASSERT_TRUE(rectangle);
        EXPECT_EQ(rectangle->min.x, 10);
        EXPECT_EQ(rectangle->min.y, 20);
        EXPECT_EQ(rectangle->max.x, 40);
        EXPECT_EQ(rectangle->max.y, 60);
    }
}

TEST(Outline, KeepsAHole) {
    // A frame between a square of side 10 and one of side 4 within it, by four quadrilaterals of two triangles each.
    const ImVec2 outer[4]{{0, 0}, {10, 0}, {10, 10}, {0, 10}}, inner[4]{{3, 3}, {7, 3}, {7, 7}, {3, 7}};
    std::vector<Facet> frame;
    for (int side = 0; side < 4; ++side) {
        const int next = (side + 1) % 4;
        frame.push_back({outer[side], outer[next], inner[next]});
        frame.push_back({outer[side], inner[next], inner[side]});
    }
    auto loops = outline(frame);
    ASSERT_EQ(loops.size(), 2u);
    if (area(loops[0]) < 0) std::swap(loops[0], loops[1]);
    EXPECT_DOUBLE_EQ(area(loops[0]), 100);
    EXPECT_DOUBLE_EQ(area(loops[1]), -16) << "the other way round: the nonzero rule leaves it out";
}

TEST(Outline, LeavesOutWhatHasNoArea) {
    EXPECT_TRUE(outline(std::vector<Facet>{{{{0, 0}, {5, 5}, {10, 10}}}, {{{1, 1}, {1, 1}, {4, 9}}}}).empty());
    EXPECT_TRUE(outline(std::vector<Facet>{{{{NAN, 0}, {5, 5}, {10, 0}}}}).empty());
}

TEST(Outline, CoversWhatItsTrianglesDo) {
    // A fan around a point: as many triangles as there are sides, one loop, the same area.
    std::vector<Facet> fan;
    const auto corner = [](int at) { return ImVec2{50 + 20 * std::cos(static_cast<float>(at % 30) * 0.209f), 50 + 20 * std::sin(static_cast<float>(at % 30) * 0.209f)}; };
    double sum = 0;
    for (int at = 0; at < 30; ++at) {
        fan.push_back({ImVec2{50, 50}, corner(at), corner(at + 1)});
        sum += std::fabs(area({fan.back().begin(), fan.back().end()}));
    }
    const auto loops = outline(fan);
    ASSERT_EQ(loops.size(), 1u);
    EXPECT_EQ(loops[0].size(), 30u);
    EXPECT_NEAR(area(loops[0]), sum, 1e-3);
    EXPECT_FALSE(as_rectangle(loops[0]));
}

} // namespace
} // namespace cameo
