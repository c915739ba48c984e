#include "app/shell/layouts.hpp"
#include "tests/app/app_stage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <imgui_internal.h>
#include <imgui_te_context.h>

namespace cameo {
namespace {

using testing::HasSubstr;

ImGuiID dock(const char* window) { return ImGui::FindWindowByName(window)->DockId; }

TEST(Layouts, SwitchAndReset) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    const auto beside = [] { return position(view_title::kDocument).x > position(view_title::kQueryBench).x + 300; };
    EXPECT_TRUE(beside());
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(kCtrl | ImGuiKey_2);
        ctx.Yield(4);
        IM_CHECK(!beside());
        IM_CHECK(position(view_title::kDocument).y > position(view_title::kQueryBench).y + 200);
        ctx.KeyPress(kCtrl | ImGuiKey_1);
        ctx.Yield(4);
        IM_CHECK(beside());
    });
    app.shell().view(view_title::kDocument)->set_open(false);
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(kCtrl | kShift | ImGuiKey_R);
        ctx.Yield(4);
        IM_CHECK(app.shell().view(view_title::kDocument)->is_open());
        IM_CHECK(beside());
        ctx.Yield(40); // the layout is read when it rests
        ctx.KeyPress(kCtrl | ImGuiKey_2);
        ctx.Yield(40);
        IM_CHECK(!beside());
        ctx.KeyPress(kCtrl | ImGuiKey_Z);
        ctx.Yield(4);
        IM_CHECK(beside());
    });
}

TEST(Layouts, FoldIntoTabsWhereTheWindowIsNarrowAndUnfold) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    const auto set_scale = [&](float scale) {
        Settings settings = app.settings();
        settings.ui_scale = scale;
        app.change_settings(settings);
        stage.frames(5);
    };
    EXPECT_NE(dock(view_title::kDocument), dock(view_title::kQueryBench));
    set_scale(2);
    EXPECT_EQ(dock(view_title::kDocument), dock(view_title::kQueryBench));
    set_scale(1);
    EXPECT_NE(dock(view_title::kDocument), dock(view_title::kQueryBench));
}

TEST(Layouts, OfOnesOwnAreKeptUsedAndDeleted) {
    AppStage stage;
    App& app = stage.app();
    app.apply_layout("Compare");
    stage.frames(40);
    app.save_layout_as("Mine");
    EXPECT_THAT(app.user_layouts(), testing::ElementsAre("Mine"));
    app.apply_layout("Inspect");
    stage.frames(4);
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(kCtrl | ImGuiKey_5);
        ctx.Yield(4);
        IM_CHECK(position(view_title::kDocument).y > position(view_title::kQueryBench).y + 200);
    });
    EXPECT_EQ(app.layout_name(), "Mine");
    app.delete_layout("Mine");
    EXPECT_TRUE(app.user_layouts().empty());
    app.undo();
    EXPECT_THAT(app.user_layouts(), testing::ElementsAre("Mine"));
    app.save_layout_as("Inspect");
    EXPECT_THAT(app.notices().notices().back().sentence, HasSubstr("ships with"));
}

// A closed view could only be found again in a menu, and layouts of one's own forgot which views they show.
TEST(Layouts, CountWhichViewsAreOpen) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    stage.frames(60);
    View& jobs = *app.shell().view(view_title::kJobs);
    jobs.set_open(false);
    stage.frames(2);
    EXPECT_EQ(app.undo_label(), "Close a view");
    app.save_layout_as("Without jobs");
    app.apply_layout("Inspect");
    stage.frames(60);
    EXPECT_TRUE(jobs.is_open());
    app.apply_layout("Without jobs");
    stage.frames(60);
    EXPECT_FALSE(jobs.is_open());
    while (app.undo_label() != "Close a view") app.undo();
    app.undo();
    EXPECT_TRUE(jobs.is_open());
    stage.frames(4);
    app.redo();
    EXPECT_FALSE(jobs.is_open());
}

// Every drag was taken for one of a view: a text that was selected ended the folding, and made a step for undo.
TEST(Layouts, AreTouchedByMovingViewsOnly) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    stage.frames(60);
    const auto drag = [&](ImVec2 from, ImVec2 by) {
        stage.drive([&](ImGuiTestContext& ctx) {
            ctx.MouseMoveToPos(from);
            ctx.MouseDragWithDelta(by);
            ctx.Yield(40);
        });
    };
    const ImVec2 inside = position(view_title::kDocument);
    drag({inside.x + 60, inside.y + 120}, {80, 30});
    EXPECT_EQ(app.shell().untouched_layout(), "Inspect");
    EXPECT_NE(app.why_no_undo(), "");
    const ImVec2 before = position(view_title::kDocument);
    drag({before.x - 2, before.y + 200}, {-100, 0}); // the gap between the two
    EXPECT_LT(position(view_title::kDocument).x, before.x - 50);
    EXPECT_EQ(app.shell().untouched_layout(), "");
    EXPECT_EQ(app.undo_label(), "Layout");
    app.undo();
    stage.frames(10);
    EXPECT_EQ(position(view_title::kDocument).x, before.x);
    EXPECT_EQ(app.shell().untouched_layout(), "Inspect") << "nobody has touched it any more";
}

// After a restart the layout was read back as if somebody had made it, and did not fold any more.
TEST(Layouts, FoldAfterARestartToo) {
    SessionOnDisk saved;
    {
        AppStage stage = saved.start();
        ASSERT_TRUE(stage.open());
        stage.frames(60);
    }
    AppStage stage = saved.start(900, 700);
    ASSERT_TRUE(stage.open());
    EXPECT_EQ(dock(view_title::kDocument), dock(view_title::kQueryBench));
}

TEST(Layouts, MaximiseAViewAndPutAllBack) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    stage.frames(60);
    const auto width = [] { return ImGui::FindWindowByName(view_title::kQueryBench)->Size.x; };
    const float usual = width();
    const ImVec2 document = position(view_title::kDocument);
    const auto double_click_tab = [&] {
        stage.drive([&](ImGuiTestContext& ctx) {
            const auto* bench = ImGui::FindWindowByName(view_title::kQueryBench);
            ctx.MouseMoveToPos(bench->DC.DockTabItemRect.GetCenter());
            ctx.MouseDoubleClick();
            ctx.Yield(4);
        });
    };
    double_click_tab();
    EXPECT_EQ(app.shell().maximised(), view_title::kQueryBench);
    EXPECT_GT(width(), usual + 200);
    double_click_tab();
    EXPECT_EQ(app.shell().maximised(), "");
    EXPECT_EQ(width(), usual);
    EXPECT_EQ(position(view_title::kDocument).x, document.x);
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(kCtrl | ImGuiKey_M);
        ctx.Yield(4);
        IM_CHECK(width() > usual + 200);
        ctx.KeyPress(ImGuiKey_Escape);
        ctx.Yield(4);
        IM_CHECK_EQ(width(), usual);
    });
    EXPECT_TRUE(app.shell().view(view_title::kDocument)->is_open());
}

TEST(Layouts, AMaximisedViewBesideTheCentralOneTakesAllTheRoom) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    stage.frames(60);
    const auto window = [] { return ImGui::FindWindowByName(view_title::kDocument); };
    const auto layout = [] { return std::string(ImGui::SaveIniSettingsToMemory()); };
    const float bench = position(view_title::kQueryBench).x, width = window()->Size.x;
    const std::string before = layout();
    ASSERT_GT(position(view_title::kDocument).x, bench + 300);
    app.shell().maximise(view_title::kDocument);
    stage.frames(4);
    EXPECT_EQ(position(view_title::kDocument).x, bench);
    EXPECT_GT(window()->Size.x, width + 300);
    app.shell().maximise({});
    stage.frames(4);
    EXPECT_EQ(window()->Size.x, width);
    EXPECT_EQ(layout(), before);
    EXPECT_EQ(app.shell().focused_view(), view_title::kDocument);
    app.shell().maximise(view_title::kDocument);
    stage.frames(4);
    app.shell().show_view(view_title::kTerms);
    stage.frames(6);
    EXPECT_TRUE(app.shell().is_drawn(view_title::kQueryBench));
    EXPECT_TRUE(app.shell().is_drawn(view_title::kTerms));
    EXPECT_EQ(app.shell().focused_view(), view_title::kTerms);
}

} // namespace
} // namespace cameo
