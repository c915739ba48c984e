#include "core/eval/umap.hpp"

#include "core/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

namespace cameo {
namespace {

constexpr std::size_t kWidth = 24, kGroups = 8, kInGroup = 60;

/// Groups around directions at right angles: two dimensions of PCA cannot tell them all apart.
std::vector<float> groups(float spread = 0.35f) {
    std::mt19937 random(3);
    std::normal_distribution<float> noise(0, spread / std::sqrt(static_cast<float>(kWidth)));
    std::vector<float> rows;
    for (std::size_t group = 0; group < kGroups; ++group)
        for (std::size_t point = 0; point < kInGroup; ++point)
            for (std::size_t column = 0; column < kWidth; ++column) rows.push_back((column == group ? 1.0f : 0.0f) + noise(random));
    return rows;
}

/// Two of the columns: a start that knows of two groups only.
std::vector<MapPlace> two_columns(const std::vector<float>& rows) {
    std::vector<MapPlace> places;
    for (std::size_t at = 0; at < rows.size(); at += kWidth) places.push_back({rows[at], rows[at + 1]});
    return places;
}

std::vector<std::size_t> all_of(std::size_t points) {
    std::vector<std::size_t> places(points);
    std::iota(places.begin(), places.end(), std::size_t{0});
    return places;
}

TEST(NeighbourGraph, IsThatOfAPlainLoop) {
    Progress progress;
    const auto rows = groups();
    const std::size_t points = rows.size() / kWidth;
    const NeighbourGraph graph = neighbour_graph(rows, kWidth, 7, progress);
    for (std::size_t point = 0; point < points; point += 37) {
        std::vector<std::pair<double, std::size_t>> near;
        for (std::size_t other = 0; other < points; ++other) {
            double dot = 0, one = 0, two = 0;
            for (std::size_t column = 0; column < kWidth; ++column) {
                dot += static_cast<double>(rows[point * kWidth + column]) * rows[other * kWidth + column];
                one += static_cast<double>(rows[point * kWidth + column]) * rows[point * kWidth + column];
                two += static_cast<double>(rows[other * kWidth + column]) * rows[other * kWidth + column];
            }
            if (other != point) near.emplace_back(1 - dot / std::sqrt(one * two), other);
        }
        std::ranges::sort(near);
        for (std::size_t place = 0; place < 7; ++place) {
            EXPECT_EQ(graph.neighbours[point * 7 + place], static_cast<std::int32_t>(near[place].second));
            EXPECT_NEAR(graph.distances[point * 7 + place], near[place].first, 1e-5);
        }
    }
    EXPECT_THROW(neighbour_graph(std::vector<float>(kWidth * 2, 1.0f), kWidth, 7, progress), Error);
}

TEST(NeighbourGraph, EqualPointsAreEachOthersNeighbours) {
    Progress progress;
    const NeighbourGraph graph = neighbour_graph(std::vector<float>(kWidth * 5, 1.0f), kWidth, 15, progress);
    EXPECT_EQ(graph.k, 4u) << "no more than there are";
    for (std::size_t point = 0; point < 5; ++point)
        for (std::size_t place = 0; place < 4; ++place) EXPECT_NE(graph.neighbours[point * 4 + place], static_cast<std::int32_t>(point));
    for (const WeightedEdge& edge : fuzzy_edges(graph)) EXPECT_FLOAT_EQ(edge.weight, 1);
}

// Four neighbours: the nearest weighs 1, and all of one point add up to log2(4) = 2.
TEST(FuzzyEdges, AreWeighedAsThePaperSays) {
    NeighbourGraph graph{.k = 4};
    // Point 0 has the others at 0.1, 0.2, 0.3, 0.4; to nobody else is it a neighbour that counts.
    graph.neighbours = {1, 2, 3, 4, 2, 3, 4, 0, 1, 3, 4, 0, 1, 2, 4, 0, 1, 2, 3, 0};
    graph.distances = {0.1f, 0.2f, 0.3f, 0.4f, 0.1f, 0.1f, 0.1f, 50, 0.1f, 0.1f, 0.1f, 50, 0.1f, 0.1f, 0.1f, 50, 0.1f, 0.1f, 0.1f, 50};
    double sum = 0, before = 2;
    for (const WeightedEdge& edge : fuzzy_edges(graph)) {
        EXPECT_LT(edge.from, edge.to);
        if (edge.from != 0) {
            EXPECT_FLOAT_EQ(edge.weight, 1);
            continue;
        }
        EXPECT_LT(edge.weight, before);
        before = edge.weight;
        sum += edge.weight;
        if (edge.to == 1) {
            EXPECT_NEAR(edge.weight, 1, 1e-6);
        }
    }
    EXPECT_NEAR(sum, 2, 1e-3);
    // Both ways: a + b - ab, which is 1 where one of them is.
    graph.distances[2 * 4 + 3] = 0.1f;
    for (const WeightedEdge& edge : fuzzy_edges(graph)) {
        if (edge.from == 0 && edge.to == 2) {
            EXPECT_FLOAT_EQ(edge.weight, 1);
        }
    }
}

TEST(Umap, KeepsGroupsTogetherThatTwoDirectionsCannotTellApart) {
    Progress progress;
    const auto rows = groups();
    const auto start = two_columns(rows);
    const auto asked = all_of(start.size());
    const auto places = umap(neighbour_graph(rows, kWidth, 15, progress), start, {}, progress);
    const double before = trustworthiness(rows, kWidth, start, asked, 10), after = trustworthiness(rows, kWidth, places, asked, 10);
    EXPECT_LT(before, 0.8);
    EXPECT_GT(after, 0.9);
    std::size_t own = 0;
    for (std::size_t point = 0; point < places.size(); ++point) {
        std::vector<std::pair<float, std::size_t>> near;
        for (std::size_t other = 0; other < places.size(); ++other)
            if (other != point) near.emplace_back(std::hypot(places[other].x - places[point].x, places[other].y - places[point].y), other);
        std::ranges::partial_sort(near, near.begin() + 5);
        for (std::size_t place = 0; place < 5; ++place) own += near[place].second / kInGroup == point / kInGroup;
    }
    EXPECT_GT(static_cast<double>(own) / static_cast<double>(5 * places.size()), 0.98);
    for (const MapPlace& place : places) {
        EXPECT_TRUE(std::isfinite(place.x));
        EXPECT_LT(std::fabs(place.x), 100);
    }
}

TEST(Umap, IsTheSameEveryTimeAndStops) {
    Progress progress;
    const auto rows = groups();
    const NeighbourGraph graph = neighbour_graph(rows, kWidth, 15, progress);
    const auto one = umap(graph, two_columns(rows), {.epochs = 20}, progress), again = umap(graph, two_columns(rows), {.epochs = 20}, progress);
    for (std::size_t point = 0; point < one.size(); ++point) EXPECT_EQ(one[point].x, again[point].x);
    std::stop_source stop;
    stop.request_stop();
    Progress stopped(stop.get_token());
    EXPECT_THROW(umap(graph, two_columns(rows), {}, stopped), Cancelled);
    EXPECT_THROW(neighbour_graph(rows, kWidth, 15, stopped), Cancelled);
}

TEST(Umap, PointsOnOneAnotherComeApartAndDoNoHarm) {
    Progress progress;
    const std::vector<float> rows(kWidth * 40, 1.0f);
    const auto places = umap(neighbour_graph(rows, kWidth, 15, progress), std::vector<MapPlace>(40), {}, progress);
    for (const MapPlace& place : places) EXPECT_TRUE(std::isfinite(place.x) && std::isfinite(place.y));
}

TEST(Trustworthiness, IsOneForThePictureItselfAndHalfForChance) {
    std::vector<float> rows;
    std::vector<MapPlace> places, shuffled;
    for (int point = 0; point < 200; ++point) { // along a quarter of a circle: cosines go by the angle
        const float angle = 1.5f * static_cast<float>(point) / 200;
        rows.insert(rows.end(), {std::cos(angle), std::sin(angle)});
        places.push_back({angle, 0});
    }
    const auto asked = all_of(200);
    EXPECT_EQ(trustworthiness(rows, 2, places, asked, 10), 1);
    shuffled = places;
    std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(5));
    EXPECT_NEAR(trustworthiness(rows, 2, shuffled, asked, 10), 0.5, 0.06);
}

} // namespace
} // namespace cameo
