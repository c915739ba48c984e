#include "app/shell/layouts.hpp"
#include "sessions/session.hpp"
#include "tests/app/app_stage.hpp"

#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <imgui_te_context.h>

namespace cameo {
namespace {

/// Two sessions with a query each, the second one with a layout of its own.
struct TwoSessions : SessionOnDisk {
    TwoSessions() {
        AppStage second(fakes.sources(), other);
        EXPECT_TRUE(second.open({"edit sound"}));
        second.app().apply_layout("Compare");
        second.app().act(SetFusion{{.method = FusionMethod::Rrf}});
        second.frames(40);
        trace_id = second.app().now().trace->id;
    }
    std::filesystem::path other = folder.path() / "other.cameo";
    std::string trace_id;
};

// The result of the session before stayed on the screen, and the next autosave wrote it into the one that was opened;
// its layout was read in the middle of a frame.
TEST(Sessions, AreOpenedAsAWhole) {
    TwoSessions two;
    std::string first_trace;
    {
        AppStage stage = two.start();
        App& app = stage.app();
        ASSERT_TRUE(stage.open({"play music"}));
        first_trace = app.now().trace->id;
        app.open_session(two.other);
        ASSERT_TRUE(stage.wait_until([&] { return app.now().trace && app.now().trace->id == two.trace_id; }));
        EXPECT_EQ(app.now().trace->query, "edit sound");
        EXPECT_EQ(app.now().trace->fusion.method, FusionMethod::Rrf);
        EXPECT_EQ(app.shell().search_bar().text(), "edit sound");
        EXPECT_EQ(app.layout_name(), "Compare");
        EXPECT_THAT(app.now().history, testing::ElementsAre(testing::Field(&PastQuery::text, "edit sound")));
        EXPECT_NE(app.why_no_back(), "") << "that was in another session";
        stage.frames(10);
        EXPECT_GT(position(view_title::kDocument).y, position(view_title::kQueryBench).y + 100);
    }
    EXPECT_EQ(Session::open(two.file)->state().selection.trace_id, first_trace);
    EXPECT_EQ(Session::open(two.other)->state().selection.trace_id, two.trace_id);
    EXPECT_EQ(Session::open(two.other)->trace_count(), 1u);
}

// A window that was closed while the last result was still being read wrote that there was none.
TEST(Sessions, AreLeftAsTheyWereBeforeTheirResultIsRead) {
    TwoSessions two;
    SessionState before;
    {
        AppStage stage(two.fakes.sources(), two.other);
        App& app = stage.app();
        ASSERT_TRUE(stage.open({"play music"}));
        app.act(PinResult{});
        ASSERT_TRUE(stage.ask("edit sound"));
        app.act(Select{{.document = "ardour", .reference = "sox"}});
        stage.frames(40);
    }
    before = Session::open(two.other)->state();
    ASSERT_NE(pin_from(before.settings), "");
    {
        AppStage stage = two.start();
        App& app = stage.app();
        ASSERT_TRUE(stage.open());
        app.open_session(two.other);
        ASSERT_TRUE(stage.wait_until([&] { return app.session_file() == two.other; }));
        ASSERT_FALSE(app.workbench().trace()) << "it is not read yet";
    }
    const SessionState after = Session::open(two.other)->state();
    EXPECT_EQ(after.selection, before.selection);
    EXPECT_EQ(pin_from(after.settings), pin_from(before.settings));
}

// The old session was closed before it was known whether the new one can be read; a path that was too long for the
// system ended the program.
TEST(Sessions, StayOpenWhereAnotherCannotBeRead) {
    TwoSessions two;
    const auto damaged = two.folder.path() / "damaged.cameo";
    std::ofstream(damaged) << "this is no session";
    AppStage stage = two.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    const std::string trace_id = app.now().trace->id;
    for (const auto& wrong : {damaged, two.folder.path() / "missing.cameo", std::filesystem::path(std::string(5000, 'x')),
                              two.folder.path(), two.file}) {
        const auto before = app.notices().notices().size();
        app.open_session(wrong);
        ASSERT_TRUE(stage.wait_until([&] { return app.notices().notices().size() == before + 1; })) << wrong;
        EXPECT_EQ(app.now().trace->id, trace_id);
    }
    ASSERT_TRUE(stage.ask("edit sound"));
    EXPECT_TRUE(stage.wait_until([&] { return Session::open(two.file)->trace_count() == 2; }));
    std::ifstream back(damaged);
    EXPECT_EQ(std::string((std::istreambuf_iterator<char>(back)), {}), "this is no session");
}

TEST(Sessions, AreAskedForByTheDesktopWhereItCan) {
    TwoSessions two;
    FileQuestion asked;
    AppStage stage = two.start(1280, 720, [&](const FileQuestion& question, Progress&) {
        asked = question;
        return std::optional(question.saves ? two.folder.path() / "copy.cameo" : two.other);
    });
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    ASSERT_TRUE(app.table().run("session.open"));
    ASSERT_TRUE(stage.wait_until([&] { return app.now().trace && app.now().trace->id == two.trace_id; }));
    EXPECT_FALSE(app.shell().prompt().is_open());
    ASSERT_TRUE(app.table().run("session.copy"));
    EXPECT_TRUE(stage.wait_until([&] { return std::filesystem::exists(two.folder.path() / "copy.cameo"); }));
    EXPECT_TRUE(asked.saves);
    EXPECT_EQ(asked.first.filename(), "session.cameo");
}

// A copy replaced whatever lay there.
TEST(Sessions, ACopyReplacesNothingUnasked) {
    TwoSessions two;
    AppStage stage = two.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    const auto count = [&] { return Session::open(two.other)->trace(two.trace_id) ? 1 : 0; };
    app.save_session_copy(two.other);
    ASSERT_TRUE(stage.wait_until([&] { return app.shell().prompt().is_open(); }));
    stage.drive([&](ImGuiTestContext& ctx) { ctx.KeyPress(ImGuiKey_Escape); });
    EXPECT_FALSE(app.shell().prompt().is_open());
    EXPECT_EQ(count(), 1);
    app.save_session_copy(two.other);
    ASSERT_TRUE(stage.wait_until([&] { return app.shell().prompt().is_open(); }));
    stage.drive([&](ImGuiTestContext& ctx) { ctx.ItemClick("//###prompt/Replace it"); });
    EXPECT_TRUE(stage.wait_until([&] { return count() == 0; }));
}

// Only the last result of a session could be seen again, and without its model a past query was a dead end.
TEST(History, ShowsRecordedResultsWhereTheModelIsMissing) {
    SessionOnDisk saved;
    {
        AppStage stage = saved.start();
        ASSERT_TRUE(stage.open({"edit sound", "play music"}));
    }
    saved.fakes.model_broken = true;
    AppStage stage = saved.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.wait_until([&] { return app.now().trace && app.now().workbench.phase == Phase::Failed; }));
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(ImGuiKey_Slash);
        ctx.Yield(2);
        ctx.KeyPress(ImGuiKey_DownArrow, 2);
        ctx.KeyPress(ImGuiKey_Enter);
    });
    ASSERT_TRUE(stage.wait_until([&] { return app.now().trace->query == "edit sound"; }));
    EXPECT_TRUE(app.now().trace_recorded);
    EXPECT_EQ(app.now().query_phase, Phase::Ready);
    app.act(OpenTrace{"no such result"});
    EXPECT_TRUE(stage.wait_until([&] {
        return std::ranges::any_of(app.now().notices, [](const Notice& notice) { return notice.sentence.find("not kept") != std::string::npos; });
    }));
}

TEST(History, ARowRunsAgainAndItsEyeShowsTheRecord) {
    SessionOnDisk saved;
    AppStage stage = saved.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"edit sound"}));
    const std::string recorded = app.now().trace->id;
    ASSERT_TRUE(stage.ask("play music"));
    const auto click = [&](const char* item) {
        stage.drive([&](ImGuiTestContext& ctx) {
            ctx.KeyPress(ImGuiKey_Slash);
            ctx.Yield(2);
            ctx.MouseMove(item);
            ctx.MouseClick();
        });
        return stage.wait_until([&] { return app.now().trace->query == "edit sound"; });
    };
    ASSERT_TRUE(click("//##suggestions/record:edit sound"));
    EXPECT_EQ(app.now().trace->id, recorded);
    ASSERT_TRUE(stage.ask("play music"));
    ASSERT_TRUE(click("//##suggestions/recent:edit sound"));
    EXPECT_NE(app.now().trace->id, recorded);
}

// Undo brought back what the window lists, the latest of each of 200 texts, while all was gone.
TEST(History, ComesBackAsAWhole) {
    SessionOnDisk saved;
    {
        const auto session = Session::open_or_create(saved.file);
        for (int number = 0; number < 450; ++number) session->add_history({1000 + number / 2, "query " + std::to_string(number % 300), "fake", "fakes", ""});
    }
    AppStage stage = saved.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    const auto kept = [&] { return Session::open(saved.file)->history(0, 1000); };
    const auto before = kept();
    ASSERT_EQ(before.size(), 450u);
    app.clear_history();
    ASSERT_TRUE(stage.wait_until([&] { return kept().empty(); }));
    app.undo();
    ASSERT_TRUE(stage.wait_until([&] { return kept().size() == before.size(); }));
    EXPECT_EQ(kept(), before);
}

TEST(History, IsForgottenAndRemembered) {
    SessionOnDisk saved;
    AppStage stage = saved.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"edit sound", "play music"}));
    const auto kept = [&] { return Session::open(saved.file)->recent_queries(9).size(); };
    app.clear_history();
    ASSERT_TRUE(stage.wait_until([&] { return kept() == 0; }));
    EXPECT_TRUE(app.now().history.empty());
    app.undo();
    ASSERT_TRUE(stage.wait_until([&] { return kept() == 2; }));
    EXPECT_THAT(app.now().history, testing::ElementsAre(testing::Field(&PastQuery::text, "play music"),
                                                        testing::Field(&PastQuery::text, "edit sound")));
    app.redo();
    EXPECT_TRUE(stage.wait_until([&] { return kept() == 0; }));
}

} // namespace
} // namespace cameo
