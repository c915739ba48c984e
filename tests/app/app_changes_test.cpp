#include "tests/app/app_stage.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <imgui_te_context.h>

// Changes of a query that is on screen, and what is measured over all of them.

namespace cameo {
namespace {

float weight_of(const Trace& trace, const std::string& word) {
    const auto& expert = trace.experts[0];
    for (std::size_t at = 0; at < expert.query_terms.size(); ++at)
        if (expert.query_terms[at] == word) return expert.query.sparse.weights[at];
    return 0;
}

std::int32_t term_of(const Trace& trace, const std::string& word) {
    const auto& expert = trace.experts[0];
    for (std::size_t at = 0; at < expert.query_terms.size(); ++at)
        if (expert.query_terms[at] == word) return expert.query.sparse.terms[at];
    return -1;
}

TEST(Changes, OfATermAreTriedKeptAndTakenBack) {
    SessionOnDisk disk;
    {
        AppStage stage = disk.start();
        App& app = stage.app();
        ASSERT_TRUE(stage.open({"play music"}));
        const auto original = app.now().trace;
        const std::int32_t music = term_of(*original, "music");
        ASSERT_GE(music, 0);
        app.act(Select{{.document = "moc", .term = music}});
        // While somebody drags.
        app.act(TryTerms{.edits = {{music, 2.5f, {}}}, .settled = false});
        ASSERT_TRUE(stage.wait_until([&] { return weight_of(*app.now().trace, "music") == 2.5f; }));
        EXPECT_EQ(app.now().trace->parent, original->id);
        EXPECT_EQ(app.now().selection.document, "moc"); // what was looked at stays
        EXPECT_EQ(app.now().selection.term, music);
        EXPECT_EQ(app.now().history.front().trace_id, original->id);
        // And when it ends: another change of the same original.
        app.act(TryTerms{.edits = {{music, 0, {}}}, .settled = true});
        ASSERT_TRUE(stage.wait_until([&] { return weight_of(*app.now().trace, "music") == 0; }));
        EXPECT_EQ(app.now().trace->parent, original->id);
        app.act(AddTerm{.word = "game"});
        ASSERT_TRUE(stage.wait_until([&] { return weight_of(*app.now().trace, "game") == 1; }));
        EXPECT_EQ(app.now().trace->term_edits.size(), 2u);
        app.act(TryTerms{});
        stage.frames(2);
        EXPECT_EQ(app.now().trace->id, original->id);
        EXPECT_EQ(weight_of(*app.now().trace, "music"), weight_of(*original, "music"));
        app.act(TryTerms{.edits = {{music, 3, {}}}, .settled = true});
        ASSERT_TRUE(stage.wait_until([&] { return weight_of(*app.now().trace, "music") == 3; }));
    }
    // The last one was kept.
    AppStage stage = disk.start();
    ASSERT_TRUE(stage.wait_until([&] { return stage.app().now().trace != nullptr; }));
    EXPECT_EQ(weight_of(*stage.app().now().trace, "music"), 3);
    EXPECT_EQ(stage.app().now().trace->term_edits.size(), 1u);
    // What was asked is the query as it was, not the last thing tried with it.
    const auto& history = stage.app().now().history;
    ASSERT_EQ(history.size(), 1u);
    EXPECT_EQ(history.front().trace_id, stage.app().now().trace->parent);
}

// The second of two quick changes was made on top of the result that was still on screen, and the first was lost.
TEST(Changes, BuildOnTheOneThatRuns) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    const std::int32_t music = term_of(*app.now().trace, "music"), play = term_of(*app.now().trace, "play");
    app.act(TryTerms{.edits = {{music, 0, {}}}});
    app.begin_frame(1);
    ImGui::NewFrame();
    app.draw();
    ImGui::Render();
    app.end_frame();
    auto edits = app.now().term_edits;
    ASSERT_EQ(edits.size(), 1u);
    edits.push_back({play, 2, {}});
    app.act(TryTerms{.edits = edits});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().trace->term_edits.size() == 2; }));
    EXPECT_EQ(weight_of(*app.now().trace, "music"), 0);
    EXPECT_EQ(weight_of(*app.now().trace, "play"), 2);
}

TEST(Changes, ThatCannotBeMadeSayWhy) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    const auto original = app.now().trace;
    app.act(AddTerm{.word = "xylophone"});
    stage.frames(2);
    ASSERT_FALSE(app.now().notices.empty());
    EXPECT_NE(app.now().notices.back().sentence.find("xylophone"), std::string::npos);
    EXPECT_EQ(app.now().trace, original);
}

TEST(Compared, WithTheNextDocument) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    const auto id_at = [&](std::size_t place) { return app.now().trace->documents[static_cast<std::size_t>(app.now().trace->fused[place].document)].id; };
    ASSERT_GT(app.now().trace->fused.size(), 2u);
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(kCtrl | ImGuiKey_D);
        ctx.Yield(2);
        IM_CHECK_STR_EQ(app.now().selection.document.c_str(), id_at(0).c_str());
        IM_CHECK_STR_EQ(app.now().selection.reference.c_str(), id_at(1).c_str());
        ctx.KeyPress(kCtrl | ImGuiKey_D);
        ctx.Yield(2);
        IM_CHECK_STR_EQ(app.now().selection.reference.c_str(), id_at(2).c_str());
    });
    ASSERT_TRUE(stage.wait_until([&] { return app.now().reference && app.now().reference->id == id_at(2); }));
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(ImGuiKey_Escape); // the comparison first, then the document
        ctx.Yield(2);
        IM_CHECK(app.now().selection.reference.empty());
        IM_CHECK_STR_EQ(app.now().selection.document.c_str(), id_at(0).c_str());
    });
}

TEST(Compared, ComesBackWithTheSession) {
    SessionOnDisk disk;
    {
        AppStage stage = disk.start();
        ASSERT_TRUE(stage.open({"play music"}));
        stage.app().act(Select{{.document = "cmus", .reference = "moc"}});
        stage.frames(3);
    }
    AppStage stage = disk.start();
    ASSERT_TRUE(stage.wait_until([&] { return stage.app().now().selection.reference == "moc"; }));
    EXPECT_EQ(stage.app().now().selection.document, "cmus");
    EXPECT_TRUE(stage.wait_until([&] { return stage.app().now().reference_phase == Phase::Ready; }));
}

TEST(JudgedQueries, AreMeasuredWhenAskedAndFollowTheFusion) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    EXPECT_EQ(app.now().judged.splits, std::vector<std::string>{"test"});
    EXPECT_EQ(app.now().judged.phase, Phase::Empty);
    app.act(MeasureJudged{"test"});
    ASSERT_TRUE(stage.wait_until([&] {
        const Judged& judged = app.now().judged;
        return judged.scores && judged.evaluation && judged.field && judged.specialisation && !judged.following;
    }));
    EXPECT_EQ(app.now().judged.scores->queries.size(), 1u); // one of the two queries has a right document
    EXPECT_EQ(app.now().judged.field->options.method, FusionMethod::MinMax);
    EXPECT_EQ(app.now().judged.instances->size(), 1u);
    app.act(SetFusion{{.method = FusionMethod::Rrf}});
    ASSERT_TRUE(stage.wait_until([&] {
        const Judged& judged = app.now().judged;
        return judged.field->options.method == FusionMethod::Rrf && judged.specialisation->fusion.method == FusionMethod::Rrf && !judged.following;
    }));
    app.act(JudgeBy{1});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().judged.specialisation->measure == 1; }));
    // Of another collection nothing is known.
    app.act(OpenCollection{"others"});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().workbench.phase == Phase::Ready && !app.now().judged.scores; }));
    EXPECT_EQ(app.now().judged.phase, Phase::Empty);
}

TEST(NoiseStorms, NeedAGateAndSaySo) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    app.act(StormGate{}); // nothing is on screen: nothing happens
    EXPECT_EQ(app.now().storm.phase, Phase::Empty);
    app.act(RunQuery{"music"});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().trace != nullptr; }));
    app.act(StormGate{});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().storm.phase == Phase::Failed; }));
    EXPECT_NE(app.now().storm.error.find("has no gate"), std::string::npos) << app.now().storm.error;
}

TEST(MapOfDocuments, IsLaidOutForAnExpertAndFindsNeighbours) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    EXPECT_EQ(app.now().map.phase, Phase::Empty);
    const std::size_t last = app.now().workbench.experts.size() - 1;
    app.act(LayOutMap{last});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().map.map != nullptr; }));
    const DocumentMap& map = *app.now().map.map;
    EXPECT_EQ(map.expert_idx, last);
    EXPECT_EQ(static_cast<std::int64_t>(map.ids.size()), app.now().workbench.index->documents);
    ASSERT_GE(map.ids.size(), 3u);
    for (const std::string& document : {map.ids[0], map.ids[1]}) {
        app.act(Select{{.document = document}});
        ASSERT_TRUE(stage.wait_until([&] { return app.now().map.neighbours_of == document; }));
        EXPECT_EQ(app.now().map.neighbours.size(), map.ids.size() - 1); // all others of so few
        for (const MapNeighbour& near : app.now().map.neighbours) EXPECT_NE(near.id, document);
    }
    app.act(OpenCollection{"others"});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().workbench.phase == Phase::Ready && app.now().workbench.collection == "others" && !app.now().map.map; }));
}

// The shortcut of Esc owns the key, so that menus never heard it.
TEST(Leaving, EscapeClosesAMenuAndNothingElse) {
    AppStage stage;
    ASSERT_TRUE(stage.open({"play music"}));
    const std::string selected = stage.app().now().selection.document;
    ASSERT_FALSE(selected.empty());
    for (const char* menu : {"Model", "Collection", "Fusion", "Pin"})
        stage.drive([&](ImGuiTestContext& ctx) {
            ctx.SetRef("##top");
            ctx.ItemClick(menu);
            ctx.Yield(2);
            IM_CHECK(ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup));
            ctx.KeyPress(ImGuiKey_Escape);
            ctx.Yield(2);
            IM_CHECK(!ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup));
            IM_CHECK_STR_EQ(stage.app().now().selection.document.c_str(), selected.c_str());
        });
}

} // namespace
} // namespace cameo
