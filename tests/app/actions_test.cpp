#include "app/shell/layouts.hpp"
#include "core/base/folders.hpp"
#include "sessions/training_file.hpp"
#include "tests/app/app_stage.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <imgui_internal.h>
#include <imgui_te_context.h>
#include <set>

namespace cameo {
namespace {

using testing::Contains;

TEST(Actions, NoTwoShareAShortcut) {
    AppStage stage;
    EXPECT_THAT(stage.app().table().clashes(), testing::IsEmpty());
}

TEST(Actions, AllExplainThemselves) {
    AppStage stage;
    std::set<std::string> titles;
    for (const auto& action : stage.app().table().actions()) {
        EXPECT_FALSE(action.title.empty()) << action.id;
        EXPECT_TRUE(titles.insert(action.title).second) << "two are called " << action.title;
        EXPECT_THAT(action.help, testing::AnyOf(testing::EndsWith("."), testing::EndsWith("?"))) << action.id;
    }
}

// "Resume the training" was offered for one that had done all its steps: its process ended at once.
TEST(Actions, ResumeOnlyTrainingsWithStepsLeft) {
    TemporaryFolder home;
    const ScopedVariable variable("CAMEO_HOME", home.path().c_str());
    const auto finished = [&](const std::string& name, std::int64_t steps) {
        const auto folder = folders().data / "trainings" / name;
        std::filesystem::create_directories(folder);
        std::ofstream(folder / "recipe.json") << R"({"model": "came-0", "steps": {"standardized": 3, "specialized": 1}})";
        TrainingFile file(folder / "training.db");
        file.record({0, EventKind::Started, "40 queries to train on"});
        for (std::int64_t step = 1; step <= steps; ++step) file.record(step, std::vector<Metric>{{"loss", 2.0}}, {});
        file.record({steps, EventKind::Finished, "told to"});
        return folder;
    };
    const auto whole = finished("whole", 4), part = finished("part", 2);
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    app.shell().show_view(view_title::kTraining);
    ASSERT_TRUE(stage.wait_until([&] { return app.now().trainings.list && app.now().trainings.list->size() == 2; }));
    const auto refusal = [&](const std::filesystem::path& folder) {
        app.act(ShowTraining{folder});
        stage.frames(3);
        return app.table().find("training.restart")->why_disabled();
    };
    EXPECT_EQ(refusal(part), "");
    EXPECT_NE(refusal(whole), "");
}

TEST(Palette, ListsEveryAction) {
    AppStage stage;
    ASSERT_TRUE(stage.open());
    stage.app().open_palette();
    stage.frame();
    const auto rows = stage.app().shell().palette().visible_ids();
    for (const auto& action : stage.app().table().actions()) EXPECT_THAT(rows, Contains(action.id));
    EXPECT_THAT(rows, Contains("open.model.fake"));
}

TEST(Palette, OpensByItsKeyAndRunsWhatIsTyped) {
    AppStage stage;
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(kCtrl | ImGuiKey_P);
        IM_CHECK(stage.app().shell().palette().is_open());
        ctx.KeyChars("dark or");
        ctx.KeyPress(ImGuiKey_Enter);
        IM_CHECK(!stage.app().shell().palette().is_open());
        IM_CHECK(stage.app().settings().appearance == Appearance::Light);
        ctx.KeyPress(kCtrl | kShift | ImGuiKey_P);
        ctx.Yield();
    });
    ASSERT_FALSE(stage.app().shell().palette().visible_ids().empty());
    EXPECT_EQ(stage.app().shell().palette().visible_ids().front(), "theme.switch") << "what was used last comes first";
}

TEST(Palette, KeepsWhatCannotRunAndDoesNotRunIt) {
    AppStage stage;
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(kCtrl | ImGuiKey_P);
        ctx.KeyChars("edit undo");
        ctx.Yield();
        IM_CHECK_STR_EQ(stage.app().shell().palette().visible_ids().front().c_str(), "edit.undo");
        ctx.KeyPress(ImGuiKey_Enter);
        IM_CHECK(stage.app().shell().palette().is_open());
        ctx.KeyPress(ImGuiKey_Escape);
        IM_CHECK(!stage.app().shell().palette().is_open());
    });
}

// At 200 % in a small window the palette and the suggestions went on below its lower edge.
TEST(Palette, AndSuggestionsStayInsideTheWindow) {
    AppStage stage(1280, 720);
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    for (int query = 0; query < 8; ++query) ASSERT_TRUE(stage.ask("play " + std::string(static_cast<std::size_t>(query + 1), 'x')));
    Settings settings = app.settings();
    settings.ui_scale = 2.5f;
    app.change_settings(settings);
    const auto foot = [](const char* name) {
        const auto* window = ImGui::FindWindowByName(name);
        return window->Pos.y + window->Size.y;
    };
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(kCtrl | ImGuiKey_P);
        ctx.Yield(3);
        IM_CHECK_LE(foot("###palette"), 720.0f);
        ctx.KeyPress(ImGuiKey_Escape);
        ctx.KeyPress(ImGuiKey_Slash);
        ctx.Yield(3);
        IM_CHECK_LE(foot("##suggestions"), 720.0f);
        ctx.KeyPress(ImGuiKey_DownArrow, 8);
        ctx.Yield(3);
        IM_CHECK_GT(ImGui::FindWindowByName("##suggestions")->Scroll.y, 0.0f);
    });
}

TEST(Shortcuts, SwitchThemeAndSizeAndTakeThemBack) {
    AppStage stage;
    App& app = stage.app();
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(kCtrl | kShift | ImGuiKey_L);
        IM_CHECK(app.settings().appearance == Appearance::Light);
        ctx.KeyPress(kCtrl | ImGuiKey_Equal);
        IM_CHECK_EQ(app.settings().ui_scale, 1.125f);
        for (int press = 0; press < 30; ++press) ctx.KeyPress(kCtrl | ImGuiKey_Equal);
        IM_CHECK_EQ(app.settings().ui_scale, 3.0f);
        ctx.KeyPress(kCtrl | ImGuiKey_0);
        IM_CHECK_EQ(app.settings().ui_scale, 1.0f);
        for (int press = 0; press < 10; ++press) ctx.KeyPress(kCtrl | ImGuiKey_Minus);
        IM_CHECK_EQ(app.settings().ui_scale, 0.75f);
        ctx.KeyPress(kCtrl | ImGuiKey_Z);
        IM_CHECK(app.settings().ui_scale != 0.75f);
        ctx.KeyPress(kCtrl | ImGuiKey_Z, 5);
        IM_CHECK(app.settings().appearance == Appearance::Dark);
        ctx.KeyPress(kCtrl | ImGuiKey_Y);
        IM_CHECK(app.settings().appearance == Appearance::Light);
    });
}

TEST(Shortcuts, TheSheetOpensAndCloses) {
    AppStage stage;
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(ImGuiKey_F1);
        IM_CHECK(stage.app().shell().shortcuts().is_open());
        ctx.KeyChars("undo");
        ctx.Yield(2);
        ctx.KeyPress(ImGuiKey_Escape);
        IM_CHECK(!stage.app().shell().shortcuts().is_open());
        ctx.KeyPress(kCtrl | ImGuiKey_Slash);
        IM_CHECK(stage.app().shell().shortcuts().is_open());
    });
}

TEST(About, SaysWhatTheProgramIsMadeOf) {
    AppStage stage;
    stage.app().table().run("help.about");
    stage.frames(3);
    ASSERT_TRUE(stage.app().shell().about().is_open());
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.SetRef("//###about");
        ctx.ItemClick("Copy");
        IM_CHECK(std::string(ImGui::GetClipboardText()).find("LibTorch") != std::string::npos);
        ctx.ItemClick("Close");
        IM_CHECK(!stage.app().shell().about().is_open());
        stage.app().table().run("help.about");
        ctx.Yield(2);
        ctx.KeyPress(ImGuiKey_Escape);
        IM_CHECK(!stage.app().shell().about().is_open());
    });
}

TEST(Shortcuts, SearchIsTypedIntoTheBoxAndAnswered) {
    AppStage stage;
    ASSERT_TRUE(stage.open());
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(ImGuiKey_Slash);
        ctx.Yield(2);
        ctx.KeyChars("play music");
        ctx.KeyPress(ImGuiKey_Enter);
    });
    EXPECT_TRUE(stage.wait_until([&] { return stage.app().now().trace && stage.app().now().trace->query == "play music"; }));
    EXPECT_EQ(stage.app().now().history.front().text, "play music");
    EXPECT_FALSE(stage.app().now().selection.document.empty()) << "the best one is selected";
}

} // namespace
} // namespace cameo
