#include "tests/support/sample_map.hpp"
#include "tests/views/scene.hpp"
#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/map_view.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace cameo {
namespace {

struct MapScene : Scene<MapView> {
    MapScene() : Scene(sample_map()) { size = {1000, 700}; }
};

/// Somewhere of the picture, by shares of its width and height.
ImVec2 within(ImGuiTestContext* ctx, float x, float y) {
    const ImRect box = ctx->ItemInfo("**/Points").RectFull;
    return {box.Min.x + x * box.GetWidth(), box.Min.y + y * box.GetHeight()};
}

TEST(MapView, AsksForAMapAndSaysWhyItCannot) {
    MapScene scene;
    scene.now.map = {};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/Lay out the documents");
        IM_CHECK_EQ(scene.last<LayOutMap>()->expert, 0U);
        ctx->ItemClick("**/##map Global");
        IM_CHECK_EQ(scene.last<LayOutMap>()->expert, 2U);
        IM_CHECK(!ctx->ItemExists("**/Points"));
    }));
    scene.now.workbench.index.reset();
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/Lay out the documents"));
    }));
}

TEST(MapView, IsLaidOutStoppedAndTriedAgain) {
    MapScene scene;
    scene.now.map = {.phase = Phase::Loading, .expert = 1};
    scene.now.jobs = {{.id = 9, .name = "Lay out", .tag = "map", .unit = Unit::Documents, .state = JobState::Running, .done = 40, .total = 1000}};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/Cancel");
        IM_CHECK_EQ(scene.last<CancelJob>()->id, 9);
    }));
    scene.now.map = {.phase = Phase::Failed, .error = "The index is damaged.", .expert = 1};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/Try again");
        IM_CHECK_EQ(scene.last<LayOutMap>()->expert, 1U);
    }));
}

TEST(MapView, APressSelectsAndADragDoesNot) {
    MapScene scene;
    const std::string before = scene.now.selection.document;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        // The first section's knot is the rightmost, in the middle of the height: one drags from there, and presses it after.
        const ImVec2 from = within(ctx, 0.9f, 0.5f);
        ctx->MouseMoveToPos(from);
        ctx->MouseDown();
        ctx->MouseMoveToPos({from.x - 80, from.y});
        ctx->MouseUp();
        IM_CHECK(scene.last<Select>() == nullptr);
        ctx->MouseMoveToPos(within(ctx, 0.5f, 0.5f));
        ctx->MouseDoubleClick(); // fits again
        ctx->Yield(2);
    }));
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        const ImRect box = ctx->ItemInfo("**/Points").RectFull;
        // Walks along the middle until a press meets a document.
        for (float x = box.Max.x - 4; x > box.GetCenter().x && scene.now.selection.document == before; x -= 6) {
            ctx->MouseMoveToPos({x, box.GetCenter().y});
            ctx->MouseClick();
            ctx->Yield();
        }
        IM_CHECK(scene.now.selection.document != before);
        IM_CHECK_EQ(scene.now.map.map->sections[static_cast<std::size_t>(
                                                    std::ranges::find(scene.now.map.map->ids, scene.now.selection.document) - scene.now.map.map->ids.begin())],
                    std::string("sound"));
    }));
}

TEST(MapView, ANeighbourIsSelected) {
    MapScene scene;
    const std::string near = scene.now.map.neighbours[1].id;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick(("**/##near " + near).c_str());
        IM_CHECK_STR_EQ(scene.last<Select>()->selection.document.c_str(), near.c_str());
        ctx->Yield(2); // the neighbours of the new one are looked for
        IM_CHECK(!ctx->ItemExists(("**/##near " + near).c_str()));
    }));
}

TEST(MapView, ALineAroundDocumentsListsThem) {
    MapScene scene;
    const std::string id = scene.now.map.map->ids.front();
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->KeyDown(ImGuiMod_Shift);
        ctx->MouseMoveToPos(within(ctx, 0.01f, 0.01f));
        ctx->MouseDown();
        for (const auto& [x, y] : {std::pair{0.99f, 0.01f}, {0.99f, 0.99f}, {0.01f, 0.99f}, {0.01f, 0.02f}})
            ctx->MouseMoveToPos(within(ctx, x, y));
        ctx->MouseUp();
        ctx->KeyUp(ImGuiMod_Shift);
        ctx->Yield(2);
        IM_CHECK(scene.last<Select>() == nullptr);
        ctx->ItemClick(("**/##picked " + id).c_str());
        IM_CHECK_STR_EQ(scene.last<Select>()->selection.document.c_str(), id.c_str());
    }));
}

TEST(MapView, IsLaidOutByNeighboursWhenAsked) {
    MapScene scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/Main directions"); // it is: nothing to do
        IM_CHECK(scene.last<LayOutMap>() == nullptr);
        ctx->ItemClick("**/Neighbours");
        IM_CHECK(scene.last<LayOutMap>() != nullptr);
        IM_CHECK(scene.last<LayOutMap>()->layout == MapLayout::Neighbours);
        IM_CHECK_EQ(scene.last<LayOutMap>()->expert, scene.now.map.expert);
    }));
    auto near = std::make_shared<DocumentMap>(*scene.now.map.map);
    near->layout = scene.now.map.layout = MapLayout::Neighbours;
    for (std::size_t row = 0; row < near->places.size(); ++row) near->rows.insert(near->rows.end(), {near->places[row].x, near->places[row].y});
    scene.now.map.map = near;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/##map Lexical"); // the layout stays for another expert
        IM_CHECK(scene.last<LayOutMap>()->layout == MapLayout::Neighbours);
    }));
}

// Each way of colouring against what it stands for.
TEST(MapView, DotsAreColouredByWhatIsChosen) {
    MapScene scene;
    auto trace = std::make_shared<Trace>(*scene.now.trace);
    trace->documents[0].rank = {1, 4, 4};
    trace->documents[1].rank = {3, 2, 2};
    scene.now.trace = trace;
    const auto place_of = [&](const std::string& id) {
        const auto& ids = scene.now.map.map->ids;
        return static_cast<std::size_t>(std::ranges::find(ids, id) - ids.begin());
    };
    const std::size_t first = place_of(trace->documents[0].id), second = place_of(trace->documents[1].id), stranger = place_of("document-" + std::to_string(scene.now.map.map->ids.size() - 1));
    std::size_t best = 0;
    for (std::size_t document = 0; document < trace->documents.size(); ++document)
        if (trace->documents[document].raw[2] > trace->documents[best].raw[2]) best = document;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        IM_CHECK_EQ(scene.view.dot(first).color, scene.view.dot(second).color); // both of section "sound"
        IM_CHECK(scene.view.dot(first).color != scene.view.dot(stranger).color);
        ctx->ItemClick("**/By winner");
        ctx->Yield(2);
        const auto styles = expert_styles(std::vector{ExpertKind::Lexical, ExpertKind::Local, ExpertKind::Global});
        IM_CHECK_EQ(scene.view.dot(first).color, hue(styles[0]));
        IM_CHECK(scene.view.dot(second).color != hue(styles[1])); // two are best together
        IM_CHECK(scene.view.dot(second).color != scene.view.dot(stranger).color);
        IM_CHECK_STR_EQ(scene.view.dot_words(first).c_str(), "Lexical ranks it best for this query");
        IM_CHECK_STR_EQ(scene.view.dot_words(second).c_str(), "several experts rank it best for this query");
        IM_CHECK_STR_EQ(scene.view.dot_words(stranger).c_str(), "not among this query's documents");
        ctx->ItemClick("**/By score");
        ctx->Yield(2);
        IM_CHECK_STR_EQ(scene.view.dot_words(first).c_str(), ("score " + format_score(trace->documents[0].raw[2], 2) + " for this query").c_str());
        for (const auto& document : trace->documents) IM_CHECK_LE(scene.view.dot(place_of(document.id)).size, scene.view.dot(place_of(trace->documents[best].id)).size);
        IM_CHECK_LT(scene.view.dot(stranger).size, scene.view.dot(place_of(trace->documents[best].id)).size);
        ctx->ItemClick("**/Plain");
        ctx->Yield(2);
        IM_CHECK_EQ(scene.view.dot(first).color, scene.view.dot(stranger).color);
    }));
}

TEST(MapView, ColoursByTheScoreOnlyUnderTheSameModel) {
    MapScene scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/By score");
        ctx->ItemClick("**/Plain");
        ctx->ItemClick("**/By section");
    }));
    auto another = std::make_shared<Trace>(*scene.now.trace);
    another->model_version = "another";
    scene.now.trace = another;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/By score"));
    }));
    const auto table = scene.view.table(scene.now);
    ASSERT_TRUE(table);
    EXPECT_EQ(table->rows.size(), scene.now.map.map->ids.size());
    for (const auto& row : table->rows) EXPECT_TRUE(std::holds_alternative<std::monostate>(row[5])) << "a rank of another model";
    EXPECT_TRUE(table->scales.empty());
}

} // namespace
} // namespace cameo
