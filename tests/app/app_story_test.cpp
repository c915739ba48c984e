#include "app/shell/layouts.hpp"
#include "tests/app/app_stage.hpp"

#include <algorithm>
#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <imgui_te_context.h>
#include <thread>

namespace cameo {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Snapshot& now(AppStage& stage) {
    stage.frame();
    return stage.app().now();
}

std::vector<BookmarkLine> steps_of(AppStage& stage, const std::string& story) {
    std::vector<BookmarkLine> steps;
    for (const BookmarkLine& line : now(stage).notebook->bookmarks)
        if (line.story == story) steps.push_back(line);
    return steps;
}

bool shows(AppStage& stage, const std::string& query) {
    App& app = stage.app();
    return stage.wait_until([&] { return app.now().trace && app.now().trace->query == query && app.now().query_phase == Phase::Ready && !app.jobs().busy(); });
}

/// A story "s" of two steps, "play music" with moc selected and "edit sound", as they were recorded.
std::string record(AppStage& stage) {
    App& app = stage.app();
    app.act(RecordStory{});
    const std::string story = now(stage).session.story;
    EXPECT_TRUE(stage.ask("play music"));
    app.act(Select{{.document = "moc"}});
    stage.frames(3);
    app.act(AddBookmark{});
    EXPECT_TRUE(stage.ask("edit sound"));
    app.act(AddBookmark{});
    app.act(EndStory{});
    EXPECT_EQ(now(stage).session.story, "");
    return story;
}

TEST(Stories, AreRecordedByLookingAtThings) {
    AppStage stage;
    ASSERT_TRUE(stage.open());
    App& app = stage.app();
    app.act(RecordStory{});
    const std::string story = now(stage).session.story;
    ASSERT_NE(story, "");
    EXPECT_TRUE(now(stage).session.recording);
    ASSERT_TRUE(stage.ask("play music"));
    EXPECT_THAT(steps_of(stage, story), IsEmpty()) << "nobody has looked at it yet";
    ASSERT_TRUE(stage.wait_until([&] { return steps_of(stage, story).size() == 1; }));
    app.act(Select{{.document = "vim"}});
    app.act(Select{{.document = "chess"}}); // vim was passed through
    ASSERT_TRUE(stage.wait_until([&] { return steps_of(stage, story).size() == 2; }));
    EXPECT_EQ(steps_of(stage, story)[1].document, "chess");
    app.act(AddBookmark{}); // with the key for bookmarks: another step of the story
    EXPECT_THAT(steps_of(stage, story), SizeIs(3));
    app.act(EndStory{});
    EXPECT_FALSE(now(stage).session.recording);
    std::this_thread::sleep_for(std::chrono::milliseconds(2200));
    stage.frames(5);
    EXPECT_THAT(steps_of(stage, story), SizeIs(3));
    app.undo();
    EXPECT_THAT(steps_of(stage, story), SizeIs(2)) << "each step is one of undo as well";
}

TEST(Stories, AreToldAsTheyWereRecorded) {
    SessionOnDisk disk;
    std::string story;
    {
        AppStage stage = disk.start();
        ASSERT_TRUE(stage.open());
        story = record(stage);
    }
    AppStage stage = disk.start();
    ASSERT_TRUE(stage.open({"game"}));
    App& app = stage.app();
    const auto recorded = steps_of(stage, story);
    ASSERT_THAT(recorded, SizeIs(2));
    app.act(TellStory{.id = story});
    ASSERT_TRUE(shows(stage, "play music"));
    EXPECT_EQ(app.now().selection.document, "moc");
    EXPECT_TRUE(app.now().trace_recorded || app.now().trace->query == "play music");
    EXPECT_EQ(app.why_no_bookmark_step(-1), "this is the first step");
    app.step_bookmark(1);
    ASSERT_TRUE(shows(stage, "edit sound"));
    EXPECT_EQ(app.why_no_bookmark_step(1), "this is the last step");
    const std::string told = app.now().trace->id;
    app.act(EndStory{});
    app.act(TellStory{.id = story, .anew = true});
    ASSERT_TRUE(shows(stage, "play music"));
    app.step_bookmark(1);
    ASSERT_TRUE(shows(stage, "edit sound"));
    EXPECT_NE(app.now().trace->id, told) << "asked again";
}

TEST(Stories, AskAnewWhereTheStepSaysSo) {
    AppStage stage;
    ASSERT_TRUE(stage.open());
    App& app = stage.app();
    const std::string story = record(stage);
    const std::string first = steps_of(stage, story)[0].id;
    app.act(AskAnew{first});
    EXPECT_TRUE(steps_of(stage, story)[0].live);
    app.act(TellStory{.id = story});
    ASSERT_TRUE(shows(stage, "play music"));
    EXPECT_EQ(app.now().selection.document, "moc") << "what was selected is selected in the new answer";
    app.undo(); // where the story went
    app.act(EditBookmark{.id = first, .title = "Music", .caption = "{document} is number {rank} for \u201C{query}\u201D."});
    app.act(RemoveStory{story});
    EXPECT_THAT(now(stage).notebook->bookmarks, IsEmpty());
    EXPECT_EQ(now(stage).session.story, "") << "what is gone is not told";
    app.undo();
    EXPECT_THAT(now(stage).notebook->bookmarks, SizeIs(2));
}

TEST(Stories, StepWithinThemselves) {
    SessionOnDisk disk;
    AppStage stage = disk.start();
    ASSERT_TRUE(stage.open());
    App& app = stage.app();
    ASSERT_TRUE(stage.ask("game"));
    app.act(AddBookmark{});
    const std::string loose = now(stage).session.bookmark;
    const std::string story = record(stage);
    app.act(OpenBookmark{loose});
    ASSERT_TRUE(shows(stage, "game"));
    EXPECT_EQ(app.why_no_bookmark_step(1), "this is the last bookmark") << "the steps are not among the bookmarks";
    app.act(TellStory{.id = story});
    ASSERT_TRUE(shows(stage, "play music"));
    app.act(OpenBookmark{loose});
    ASSERT_TRUE(shows(stage, "game"));
    EXPECT_EQ(now(stage).session.story, "") << "who goes elsewhere has left the story";
    app.act(PutInStory{loose, story});
    EXPECT_EQ(steps_of(stage, story).back().id, loose);
    app.act(MoveBookmark{loose, 0});
    EXPECT_EQ(steps_of(stage, story).front().id, loose);
}

TEST(Stories, ArePresentedAndComeBackExactly) {
    SessionOnDisk disk;
    AppStage stage = disk.start();
    ASSERT_TRUE(stage.open());
    App& app = stage.app();
    const std::string story = record(stage);
    app.act(TellStory{.id = story});
    ASSERT_TRUE(shows(stage, "play music"));
    app.begin_presentation();
    stage.frames(10);
    stage.drive([](ImGuiTestContext& test) { test.KeyPress(ImGuiKey_RightArrow); });
    ASSERT_TRUE(shows(stage, "edit sound"));
    stage.drive([](ImGuiTestContext& test) { test.KeyPress(ImGuiKey_Escape); });
    EXPECT_FALSE(app.is_presenting());
    ASSERT_TRUE(shows(stage, "play music"));
    EXPECT_EQ(now(stage).session.story, story) << "it is still told";
}

TEST(Stories, HaveABarThatLeadsThroughThem) {
    SessionOnDisk disk;
    AppStage stage = disk.start();
    ASSERT_TRUE(stage.open());
    App& app = stage.app();
    const std::string story = record(stage);
    app.act(TellStory{.id = story});
    ASSERT_TRUE(shows(stage, "play music"));
    stage.drive([](ImGuiTestContext& test) { test.ItemClick("//##story/Next"); });
    ASSERT_TRUE(shows(stage, "edit sound"));
    stage.drive([](ImGuiTestContext& test) { test.ItemClick("//##story/Back"); });
    ASSERT_TRUE(shows(stage, "play music"));
    stage.drive([](ImGuiTestContext& test) { test.ItemClick("//##story/End the story"); });
    EXPECT_EQ(now(stage).session.story, "");
    app.act(TellStory{.id = story});
    stage.frames(5);
    stage.drive([](ImGuiTestContext& test) { test.KeyPress(ImGuiKey_Escape); });
    EXPECT_EQ(now(stage).session.story, "") << "Esc ends it, too";
}

TEST(Stories, ThatShipAreTakenIntoTheSessionOnce) {
    AppStage stage;
    ASSERT_TRUE(stage.open());
    App& app = stage.app();
    const auto offered = now(stage).session.offered;
    ASSERT_THAT(offered, SizeIs(3));
    EXPECT_EQ(offered[1].title, "The day the gate collapsed");
    app.act(TellStory{.id = offered[1].id});
    ASSERT_TRUE(stage.wait_until([&] { return !app.now().trainings.moments.empty() && !app.jobs().busy(); }));
    EXPECT_EQ(now(stage).trainings.shown.front().name, "gate-collapse");
    EXPECT_EQ(now(stage).trainings.moment, 0);
    EXPECT_THAT(now(stage).session.offered, SizeIs(2));
    ASSERT_THAT(now(stage).notebook->stories, SizeIs(1));
    EXPECT_EQ(app.layout_name(), "Train");
    for (int step = 1; step < 4; ++step) app.step_bookmark(1);
    ASSERT_TRUE(stage.wait_until([&] { return app.now().trainings.moment == 200 && app.shell().is_drawn(view_title::kTimeMachine); }));
    EXPECT_THAT(app.now().notices, IsEmpty());
    app.act(TellStory{.id = offered[1].id});
    EXPECT_THAT(now(stage).notebook->stories, SizeIs(1));
}

TEST(Stories, SayWhatAStepLacks) {
    AppStage stage; // it has neither the model nor the collection of the demo
    ASSERT_TRUE(stage.open());
    App& app = stage.app();
    app.act(TellStory{.id = now(stage).session.offered[0].id});
    stage.frames(5);
    EXPECT_EQ(app.now().trace, nullptr);
    stage.drive([](ImGuiTestContext& test) { test.ItemClick("//##story/Set up the demo"); });
    EXPECT_TRUE(app.shell().is_drawn(view_title::kWelcome));
}

} // namespace
} // namespace cameo
