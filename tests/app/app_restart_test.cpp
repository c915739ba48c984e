#include "app/shell/layouts.hpp"
#include "sessions/session.hpp"
#include "tests/app/app_stage.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vector>

namespace cameo {
namespace {

using testing::HasSubstr;

TEST(Restart, LeavesTheModelsOwnFusionAlone) {
    SessionOnDisk saved;
    {
        AppStage stage = saved.start();
        ASSERT_TRUE(stage.open({"play music"}));
    }
    EXPECT_EQ(Session::open(saved.file)->state().fusion, "");
    AppStage stage = saved.start();
    ASSERT_TRUE(stage.open());
    ASSERT_TRUE(stage.wait_until([&] { return stage.app().now().trace != nullptr; }));
    EXPECT_FALSE(stage.app().workbench().chosen_fusion());
}

TEST(Restart, BringsEverythingBackAtOnce) {
    SessionOnDisk saved;
    std::string trace_id;
    {
        AppStage stage = saved.start(1920, 1080);
        App& app = stage.app();
        ASSERT_TRUE(stage.open({"edit sound", "play music"}));
        app.act(SetFusion{{.method = FusionMethod::Rrf}});
        app.act(Select{{.document = "moc"}});
        app.apply_layout("Compare");
        Settings settings = app.settings();
        settings.appearance = Appearance::Light;
        settings.ui_scale = 1.5f;
        app.change_settings(settings);
        stage.frames(40);
        trace_id = app.now().trace->id;
    }
    saved.fakes.model_broken = true; // the model is not there any more
    AppStage stage = saved.start(1920, 1080);
    App& app = stage.app();
    EXPECT_EQ(app.settings().appearance, Appearance::Light);
    EXPECT_EQ(app.settings().ui_scale, 1.5f);
    EXPECT_EQ(app.layout_name(), "Compare");
    EXPECT_GT(position(view_title::kDocument).y, position(view_title::kQueryBench).y + 100);
    ASSERT_TRUE(stage.wait_until([&] { return app.now().trace != nullptr; }));
    EXPECT_EQ(app.now().trace->id, trace_id);
    EXPECT_TRUE(app.now().trace_recorded);
    EXPECT_EQ(app.now().trace->fusion.method, FusionMethod::Rrf);
    EXPECT_EQ(app.now().selection.document, "moc");
    EXPECT_EQ(app.now().ledger_phase, Phase::Ready);
    EXPECT_THAT(app.now().history, testing::ElementsAre(testing::Field(&PastQuery::text, "play music"),
                                                        testing::Field(&PastQuery::text, "edit sound")));
    EXPECT_EQ(app.shell().search_bar().text(), "play music");
    EXPECT_EQ(app.now().workbench.collection, "fakes");
}

TEST(Restart, ASessionFromANewerVersionIsLeftAlone) {
    SessionOnDisk saved;
    std::ofstream(saved.file) << "this is no session";
    {
        AppStage stage = saved.start();
        ASSERT_TRUE(stage.open({"play music"}));
        const auto& notices = stage.app().notices().notices();
        ASSERT_FALSE(notices.empty());
        EXPECT_THAT(notices.back().sentence, HasSubstr("work.cameo"));
        EXPECT_THAT(notices.back().remedy, HasSubstr("work-2.cameo"));
    }
    std::ifstream back(saved.file);
    const std::string text((std::istreambuf_iterator<char>(back)), {});
    EXPECT_EQ(text, "this is no session");
    EXPECT_EQ(Session::open_or_create(saved.folder.path() / "work-2.cameo")->recent_queries(5), std::vector<std::string>{"play music"});
}

TEST(Restart, WorksWhereNothingCanBeWritten) {
    FakeSources fakes;
    AppStage stage(fakes.sources(), "/proc/no/such/place/work.cameo");
    ASSERT_TRUE(stage.open());
    EXPECT_TRUE(stage.ask("play music"));
    EXPECT_FALSE(stage.app().notices().notices().empty());
}

// When the stored result could not be read nobody was told: nothing was kept any more, and the window never slept.
TEST(Restart, ADamagedResultStopsNothing) {
    SessionOnDisk saved;
    {
        const auto session = Session::open_or_create(saved.file);
        session->add_trace({.id = "t1", .created_ms = 1, .query = "play"}, "this is no trace");
        session->save_state({.query = "a draft", .selection = {.trace_id = "t1"}});
    }
    AppStage stage = saved.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.wait_until([&] { return !app.now().notices.empty(); }));
    EXPECT_THAT(app.now().notices.front().remedy, HasSubstr("cannot be shown"));
    ASSERT_TRUE(stage.open({"play music"}));
    EXPECT_TRUE(stage.wait_until([&] { return !app.sleep_s().has_value(); }));
    EXPECT_EQ(Session::open(saved.file)->state().query, "play music");
}

// The window came up in the middle of the first monitor at every start.
TEST(Restart, KnowsWhereTheWindowWas) {
    SessionOnDisk saved;
    const WindowPlace place{30, 40, 1500, 900, true};
    {
        AppStage stage = saved.start();
        EXPECT_FALSE(stage.app().window_place());
        stage.app().set_window_place(place);
    }
    AppStage stage = saved.start();
    EXPECT_EQ(stage.app().window_place(), place);
}

// The expert and the token of the selection were written down and never read, and what somebody had begun to type was
// overwritten by the query of the result that was read behind it.
TEST(Restart, BringsBackTheWholeSelectionAndTheDraft) {
    SessionOnDisk saved;
    {
        AppStage stage = saved.start();
        ASSERT_TRUE(stage.open({"play music"}));
        stage.app().act(Select{{.document = "moc", .expert = 1, .query_token = 1}});
        stage.app().shell().search_bar().set_text("a draft");
    }
    AppStage stage = saved.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.wait_until([&] { return app.now().trace != nullptr; }));
    stage.frames(3);
    EXPECT_EQ(app.now().selection, (Selection{.document = "moc", .expert = 1, .query_token = 1}));
    EXPECT_EQ(app.shell().search_bar().text(), "a draft");
}

} // namespace
} // namespace cameo
