#include "tests/views/scene.hpp"
#include "views/query_bench_view.hpp"

#include <gtest/gtest.h>
#include <imgui_internal.h>
#include <memory>
#include <string>

namespace cameo {
namespace {

TEST(QueryBench, PressingARowSelectsItsDocument) {
    Scene<QueryBenchView> scene;
    EXPECT_TRUE(scene.click("**/fused:musikcube"));
    EXPECT_EQ(scene.now.selection.document, "musikcube");
    EXPECT_TRUE(scene.click("**/local:moc"));
    EXPECT_EQ(scene.now.selection.document, "moc");
}

TEST(QueryBench, KeysWalkTheListAndChooseExperts) {
    Scene<QueryBenchView> scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->ItemClick("**/fused:cmus");
        ctx->KeyPress(ImGuiKey_DownArrow);
        IM_CHECK_STR_EQ(scene.now.selection.document.c_str(), "moc");
        ctx->KeyPress(ImGuiKey_UpArrow);
        IM_CHECK_STR_EQ(scene.now.selection.document.c_str(), "cmus");
        ctx->KeyPress(ImGuiKey_UpArrow); // the top is the end
        IM_CHECK_STR_EQ(scene.now.selection.document.c_str(), "cmus");
        ctx->KeyPress(ImGuiMod_Alt | ImGuiKey_2);
        IM_CHECK_EQ(scene.now.selection.expert, 1);
        ctx->KeyPress(ImGuiKey_UpArrow); // now along the local expert's own list, where moc is first
        IM_CHECK_STR_EQ(scene.now.selection.document.c_str(), "moc");
        ctx->KeyPress(ImGuiMod_Alt | ImGuiKey_2);
        IM_CHECK_EQ(scene.now.selection.expert, -1);
        ctx->KeyPress(ImGuiKey_Enter);
    }));
    ASSERT_NE(scene.last<ShowView>(), nullptr);
    EXPECT_EQ(scene.last<ShowView>()->title, "Document");
}

TEST(QueryBench, ChoosesAnotherFusion) {
    Scene<QueryBenchView> scene;
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) {
        ctx->ItemClick("Fusion");
        ctx->ItemClick("//$FOCUSED/Z-score sum");
    }));
    ASSERT_NE(scene.last<SetFusion>(), nullptr);
    EXPECT_EQ(scene.last<SetFusion>()->fusion.method, FusionMethod::ZScore);
}

TEST(QueryBench, OffersAnAdaptiveFusionOnlyWhereTheTraceHasItsWeights) {
    Scene<QueryBenchView> scene;
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) {
        ctx->ItemClick("Fusion");
        IM_CHECK(!ctx->ItemExists("//$FOCUSED/Adaptive"));
    }));
    auto weighed = std::make_shared<Trace>(*scene.now.trace);
    weighed->query_weights = {0.5, 1, 2};
    scene.now.trace = weighed;
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) {
        ctx->ItemClick("Fusion");
        ctx->ItemClick("//$FOCUSED/Adaptive");
    }));
    ASSERT_NE(scene.last<SetFusion>(), nullptr);
    EXPECT_EQ(scene.last<SetFusion>()->fusion.method, FusionMethod::Adaptive);
}

// The bench owned the arrows and Enter while its own fusion chooser or a row's menu was open: no entry could be reached,
// and the list walked behind the popup.
TEST(QueryBench, AnOpenPopupHasTheKeys) {
    Scene<QueryBenchView> scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->ItemClick("Fusion");
        ctx->KeyPress(ImGuiKey_DownArrow, 3);
        IM_CHECK_STR_EQ(scene.now.selection.document.c_str(), "cmus");
        ctx->KeyPress(ImGuiKey_2);
        IM_CHECK_EQ(scene.now.selection.expert, -1);
        ctx->KeyPress(ImGuiKey_Enter);
        ctx->KeyPress(ImGuiKey_Escape);
        ctx->ItemClick("**/fused:cmus", ImGuiMouseButton_Right);
        ctx->KeyPress(ImGuiKey_DownArrow); // from Open to the question why
        ctx->KeyPress(ImGuiKey_Enter);
    }));
    EXPECT_NE(scene.last<SetFusion>(), nullptr);
    EXPECT_EQ(scene.last<ShowView>(), nullptr);
    ASSERT_NE(scene.last<ExplainMissing>(), nullptr);
    EXPECT_EQ(scene.last<ExplainMissing>()->document, "cmus");
    EXPECT_EQ(scene.last<GradeDocument>(), nullptr); // what was typed into the popup graded nothing
}

// A document that was selected elsewhere (Alt+Left, another view) stayed out of sight, and so did the selected one after
// a new query.
TEST(QueryBench, BringsTheSelectedRowIntoSight) {
    Scene<QueryBenchView> scene;
    const auto id_at = [&](std::size_t row) {
        return scene.now.trace->documents[static_cast<std::size_t>(scene.now.trace->fused[row].document)].id;
    };
    const auto in_sight = [](ImGuiTestContext* ctx, const std::string& id) {
        ctx->Yield(3);
        return ctx->ItemExists(("**/fused:" + id).c_str());
    };
    const std::string far = id_at(80), first = id_at(0);
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        IM_CHECK(!in_sight(ctx, far));
        scene.now.selection.document = far;
        IM_CHECK(in_sight(ctx, far));

        auto again = std::make_shared<Trace>(*scene.now.trace);
        again->id = "another run";
        scene.now.trace = again;
        IM_CHECK(in_sight(ctx, far));

        auto other = std::make_shared<Trace>(*scene.now.trace);
        other->id = "a third run";
        scene.now.selection.document.clear();
        scene.now.trace = other;
        IM_CHECK(in_sight(ctx, first));
        IM_CHECK(!in_sight(ctx, far));
    }));
}

// A row pressed in an expert's list must not pull the list away to where the document stands in the fused one.
TEST(QueryBench, StaysWhereARowWasPressed) {
    Scene<QueryBenchView> scene;
    const auto& rows = scene.now.trace->documents;
    // Of the three that are in sight in the local list, the one that is furthest down in the fused list.
    std::string pressed;
    std::size_t lowest = 0;
    for (std::size_t row = 0; row < scene.now.trace->fused.size(); ++row) {
        const auto& document = rows[static_cast<std::size_t>(scene.now.trace->fused[row].document)];
        if (document.rank[1] <= 3 && row > lowest) {
            pressed = document.id;
            lowest = row;
        }
    }
    scene.size = {1200, 300};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        const ImGuiWindow* lists = ctx->WindowInfo("##lists").Window;
        IM_CHECK(lists != nullptr);
        ctx->ItemClick(("**/local:" + pressed).c_str());
        const float there = lists->Scroll.y;
        ctx->Yield(3);
        IM_CHECK_EQ(lists->Scroll.y, there);
    }));
    EXPECT_EQ(scene.now.selection.document, pressed);
}

} // namespace
} // namespace cameo
