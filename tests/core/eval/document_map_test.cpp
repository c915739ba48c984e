#include "core/eval/lay_out_map.hpp"

#include "core/base/error.hpp"
#include "tests/core/eval/judged_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cameo {
namespace {

TEST(DocumentMap, LaysOutEveryExpertsSpace) {
    JudgedBench bench;
    for (std::size_t expert = 0; expert < 3; ++expert) {
        const DocumentMap map = lay_out_map(*bench.engine, expert, {}, bench.progress);
        ASSERT_EQ(map.ids.size(), 300u);
        EXPECT_EQ(map.left_out, 0);
        EXPECT_EQ(map.sections[0], "games");
        // The axes stand at right angles, the first shows most, and a document is where its representation is put.
        double along = 0, length = 0;
        for (std::size_t column = 0; column < map.mean.size(); ++column) {
            along += static_cast<double>(map.axes[0][column]) * map.axes[1][column];
            length += static_cast<double>(map.axes[0][column]) * map.axes[0][column];
        }
        EXPECT_NEAR(along, 0, 1e-5);
        EXPECT_NEAR(length, 1, 1e-5);
        EXPECT_GE(map.variance[0], map.variance[1] - 1e-9);
        EXPECT_LE(map.variance[0] + map.variance[1], 1 + 1e-6);
        for (const std::size_t place : {0u, 17u, 299u}) {
            const MapPlace put = map.place(bench.engine->index().document(expert, map.documents[place]));
            EXPECT_NEAR(put.x, map.places[place].x, 1e-4);
            EXPECT_NEAR(put.y, map.places[place].y, 1e-4);
        }
        // What is along the first axis is what the plain variance of the places says.
        double x = 0, y = 0;
        for (const MapPlace& place : map.places) {
            x += static_cast<double>(place.x) * place.x;
            y += static_cast<double>(place.y) * place.y;
        }
        EXPECT_NEAR(y / x, map.variance[1] / map.variance[0], 1e-3);
    }
}

// Points on a line: the first component is all there is.
TEST(DocumentMap, FindsTheDirectionThatThereIs) {
    Representation text;
    text.pooled = {3, 4};
    EXPECT_EQ(map_vector(text, ExpertKind::Global), (std::vector<float>{3, 4}));
    text.tokens = {2, {1, 0, 0, 1}, {5, 6}, {{}, {}}};
    EXPECT_EQ(map_vector(text, ExpertKind::Local), (std::vector<float>{0.5f, 0.5f}));
    text.sparse = {{7, 9}, {2, 3}};
    double squares = 0;
    for (const float value : map_vector(text, ExpertKind::Lexical))
        squares += static_cast<double>(value) * value;
    EXPECT_NEAR(squares, 13, 1e-6); // the two terms do not share a place
}

TEST(DocumentMap, LeavesOutWhatIsTooMuchAndSaysSo) {
    JudgedBench bench;
    const DocumentMap map = lay_out_map(*bench.engine, 2, {.most = 100}, bench.progress);
    EXPECT_EQ(map.ids.size(), 100u);
    EXPECT_EQ(map.left_out, 200);
    EXPECT_TRUE(std::ranges::is_sorted(map.documents));
    EXPECT_THROW(lay_out_map(*bench.engine, 9, {}, bench.progress), Error);
    JudgedBench little(2, 1);
    EXPECT_THROW(lay_out_map(*little.engine, 0, {}, little.progress), Error);
    std::stop_source stop;
    stop.request_stop();
    Progress stopped(stop.get_token());
    EXPECT_THROW(lay_out_map(*bench.engine, 0, {}, stopped), Cancelled);
}

TEST(DocumentMap, NeighboursAreOfTheSpace) {
    JudgedBench bench;
    const auto near = map_neighbours(*bench.engine, 2, "d5", 10);
    ASSERT_EQ(near.size(), 10u);
    const auto all = bench.engine->index().candidates(2, bench.engine->index().document(2, 5), 11);
    EXPECT_EQ(near[0].second, all[1].score); // the first is the document itself
    for (const auto& [name, score] : near)
        EXPECT_NE(name.id, "d5");
    EXPECT_THROW(map_neighbours(*bench.engine, 2, "nobody", 10), Error);
}

} // namespace
} // namespace cameo
