#include "core/eval/lay_out_map.hpp"

#include "core/base/error.hpp"
#include "tests/core/eval/judged_bench.hpp"
#include "tests/support/fake_search.hpp"

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

/// Documents of these texts, repeated.
std::unique_ptr<SearchEngine> engine_of(const std::vector<std::string>& texts, int documents) {
    const auto model = std::make_shared<FakeModel>(std::vector<std::string>{"play", "music", "chess", "web", "mail"});
    const auto collection = std::make_shared<FakeCollection>();
    for (int document = 0; document < documents; ++document)
        collection->documents.push_back({"d" + std::to_string(document), "", texts[static_cast<std::size_t>(document) % texts.size()], {}});
    return std::make_unique<SearchEngine>(model, collection, std::make_shared<FakeIndex>(*model, *collection));
}

// Points on a line: the first component is all there is, and the second axis still stands at right angles.
TEST(DocumentMap, FindsTheDirectionThatThereIs) {
    Progress progress;
    for (std::size_t expert = 0; expert < 3; ++expert) {
        const auto engine = engine_of({"play music", "chess web mail"}, 12);
        const DocumentMap map = lay_out_map(*engine, expert, {}, progress);
        EXPECT_NEAR(map.variance[0], 1, 1e-5) << expert;
        EXPECT_NEAR(map.variance[1], 0, 1e-5) << expert;
        double along = 0;
        for (std::size_t column = 0; column < map.mean.size(); ++column)
            along += static_cast<double>(map.axes[0][column]) * map.axes[1][column];
        EXPECT_NEAR(along, 0, 1e-5) << expert;
        for (std::size_t place = 0; place < map.places.size(); ++place) {
            EXPECT_NEAR(map.places[place].x, (place % 2 == 0 ? 1 : -1) * map.places[0].x, 1e-4);
            EXPECT_NEAR(map.places[place].y, 0, 1e-4);
        }
        const auto same = engine_of({"play music"}, 5); // all in one point
        EXPECT_EQ(lay_out_map(*same, expert, {}, progress).variance[0], 0);
    }
}

// The shares are those of the vectors themselves, the two axes' places do not go together, and no other direction shows more.
TEST(DocumentMap, SharesAreThoseOfTheVectors) {
    Progress progress;
    const auto engine = engine_of({"play music", "chess web mail", "play chess", "mail", "web web music", "music mail play web"}, 48);
    for (std::size_t expert = 0; expert < 3; ++expert) {
        const DocumentMap map = lay_out_map(*engine, expert, {}, progress);
        const std::size_t width = map.mean.size();
        std::vector<std::vector<double>> rows;
        double all = 0, xy = 0;
        for (const DocumentOrdinal ordinal : map.documents) {
            const auto vector = map_vector(engine->index().document(expert, ordinal), map.kind);
            rows.emplace_back();
            for (std::size_t column = 0; column < width; ++column) {
                rows.back().push_back(vector[column] - map.mean[column]);
                all += rows.back().back() * rows.back().back();
            }
        }
        const auto share = [&](const std::vector<float>& axis) {
            double sum = 0;
            for (const auto& row : rows) {
                double at = 0;
                for (std::size_t column = 0; column < width; ++column) at += row[column] * axis[column];
                sum += at * at;
            }
            return sum / all;
        };
        for (std::size_t each = 0; each < 2; ++each) EXPECT_NEAR(share(map.axes[each]), map.variance[each], 1e-5);
        for (const MapPlace& place : map.places) xy += static_cast<double>(place.x) * place.y;
        EXPECT_NEAR(xy / all, 0, 1e-5);
        for (int step = 1; step < 40; ++step) {
            std::vector<float> between(width);
            for (std::size_t column = 0; column < width; ++column)
                between[column] = static_cast<float>(std::cos(step * 0.08) * map.axes[0][column] + std::sin(step * 0.08) * map.axes[1][column]);
            EXPECT_LE(share(between), map.variance[0] + 1e-6);
        }
    }
}

TEST(DocumentMap, OneVectorForEachKind) {
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

TEST(DocumentMap, ByNeighboursATextStandsAmongThoseThatAreNearIt) {
    JudgedBench bench;
    for (std::size_t expert = 0; expert < 3; ++expert) {
        const DocumentMap flat = lay_out_map(*bench.engine, expert, {}, bench.progress);
        const DocumentMap map = lay_out_map(*bench.engine, expert, {.layout = MapLayout::Neighbours}, bench.progress);
        EXPECT_EQ(map.ids, flat.ids);
        EXPECT_EQ(map.rows.size(), map.ids.size() * map.mean.size());
        EXPECT_GT(map.trust, 0.5);
        EXPECT_LE(map.trust, 1);
        float extent = 0;
        for (const MapPlace& place : map.places) extent = std::max({extent, std::fabs(place.x), std::fabs(place.y)});
        double apart = 0;
        for (std::size_t document = 0; document < map.ids.size(); document += 20) {
            const MapPlace found = map.place(bench.engine->index().document(expert, map.documents[document]));
            apart += std::hypot(found.x - map.places[document].x, found.y - map.places[document].y) / extent;
        }
        EXPECT_LT(apart / (static_cast<double>(map.ids.size()) / 20), 0.3) << "a document among its own neighbours stands near its own place";
    }
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
