#include "app/shell/layouts.hpp"
#include "tests/app/app_stage.hpp"
#include "tests/support/sample_snapshot.hpp"

#include <gtest/gtest.h>
#include <imgui_internal.h>
#include <imgui_te_context.h>
#include <memory>
#include <string>
#include <vector>

namespace cameo {
namespace {

TEST(Selection, GoesBackAndForthAndIsLeft) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    const std::string first = app.now().selection.document;
    app.act(Select{{.document = "ardour", .expert = 1}});
    ASSERT_TRUE(stage.ask("edit sound"));
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(kAlt | ImGuiKey_LeftArrow);
        ctx.Yield();
        IM_CHECK_STR_EQ(app.now().selection.document.c_str(), "ardour");
        IM_CHECK_STR_EQ(app.now().trace->query.c_str(), "play music");
        ctx.KeyPress(kAlt | ImGuiKey_LeftArrow);
        ctx.Yield();
        IM_CHECK_STR_EQ(app.now().selection.document.c_str(), first.c_str());
        ctx.KeyPress(kAlt | ImGuiKey_RightArrow, 2);
        ctx.Yield();
        IM_CHECK_STR_EQ(app.now().trace->query.c_str(), "edit sound");
    });
    app.act(Select{{.document = "ardour", .expert = 1}});
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(ImGuiKey_Escape);
        ctx.Yield();
        IM_CHECK_EQ(app.now().selection.expert, -1);
        IM_CHECK_STR_EQ(app.now().selection.document.c_str(), "ardour");
        ctx.KeyPress(ImGuiKey_Escape);
        ctx.Yield();
        IM_CHECK(app.now().selection.document.empty());
    });
}

// Rows hover for as long as the mouse is on them; the link between the lists went out after one frame.
TEST(Selection, KeepsTheHoverUntilTheMouseLeaves) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    app.act(Select{{.document = app.now().selection.document, .hovered_document = "moc"}});
    stage.frames(5);
    EXPECT_EQ(app.now().selection.hovered_document, "moc");
    ASSERT_TRUE(stage.ask("edit sound"));
    EXPECT_EQ(app.now().selection.hovered_document, "");
    app.act(Select{{.document = app.now().selection.document, .hovered_document = "moc"}});
    app.shell().view(view_title::kQueryBench)->set_open(false);
    stage.frames(3);
    EXPECT_EQ(app.now().selection.hovered_document, "");
}

TEST(Selection, KeepsTheHoverUnderARestingMouse) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    stage.drive([&](ImGuiTestContext& ctx) {
        const auto* bench = ImGui::FindWindowByName(view_title::kQueryBench);
        for (float y = 60; y < bench->Size.y && app.now().selection.hovered_document.empty(); y += 20) {
            ctx.MouseMoveToPos({bench->Pos.x + 80, bench->Pos.y + y});
            ctx.Yield(2);
        }
        const std::string hovered = app.now().selection.hovered_document;
        IM_CHECK(!hovered.empty());
        ctx.Yield(20);
        IM_CHECK_STR_EQ(app.now().selection.hovered_document.c_str(), hovered.c_str());
        ctx.MouseMoveToPos({4, 4});
        ctx.Yield(2);
        IM_CHECK(app.now().selection.hovered_document.empty());
    });
}

// A result that was read from the session came late, and took the place of the query that was run after it was asked for.
TEST(Selection, ResultsThatComeLateReplaceNothing) {
    SessionOnDisk disk;
    AppStage stage = disk.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    app.act(AddBookmark{});
    stage.frames(3);
    const std::string bookmark = app.now().session.bookmark, result = app.now().trace->id;
    ASSERT_TRUE(stage.ask("edit sound"));
    const std::vector<Command> late{OpenTrace{result}, OpenBookmark{bookmark}};
    for (const Command& asked : late) {
        ASSERT_TRUE(stage.ask("edit sound"));
        app.act(asked);
        app.act(RunQuery{"game"});
        ASSERT_TRUE(stage.wait_until([&] { return app.now().trace->query == "game" && !app.jobs().busy(); }));
        stage.frames(3);
        EXPECT_EQ(app.now().trace->query, "game");
        app.act(RunQuery{"game"}); // and the other way round
        app.act(asked);
        ASSERT_TRUE(stage.wait_until([&] { return app.now().trace->query == "play music" && !app.jobs().busy(); }));
        stage.frames(3);
        EXPECT_EQ(app.now().trace->query, "play music");
    }
}

// Going back to a result of a model with fewer experts kept the number of an expert that it does not have.
TEST(Selection, GoesBackToExpertsThatAreThere) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    auto small = std::make_shared<Trace>(sample_trace({.documents = 5}));
    small->experts.resize(1);
    for (auto& document : small->documents) document.raw.resize(1), document.rank.resize(1);
    for (auto& hit : small->fused) hit.used.resize(1);
    small->ledgers.clear();
    app.workbench().show(small, false);
    app.act(Select{{.document = small->documents.front().id}});
    ASSERT_TRUE(stage.ask("play music"));
    app.act(Select{{.document = app.now().selection.document, .expert = 2}});
    app.go_back();
    EXPECT_EQ(app.workbench().trace(), small);
    stage.frame();
    EXPECT_EQ(app.now().selection.expert, -1);
}

} // namespace
} // namespace cameo
