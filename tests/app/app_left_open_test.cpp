#include "tests/app/app_stage.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <imgui_te_context.h>
#include <sys/wait.h>
#include <unistd.h>

// What is said after a window that was killed. The window is a process of its own, and really is.

namespace cameo {
namespace {

using testing::HasSubstr;

/// The program until it has come so far, and no further.
void killed_window(SessionOnDisk& disk, const std::function<bool(AppStage&)>& come_so_far) {
    const pid_t child = ::fork();
    if (child == 0) {
        AppStage stage = disk.start();
        if (!come_so_far(stage)) ::_exit(3);
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it came as far as that";
}

/// What is noted is in a job like all that is kept.
bool has_noted(const std::filesystem::path& session, const std::string& what) {
    for (const auto& entry : std::filesystem::directory_iterator(session.parent_path())) {
        if (!entry.path().filename().string().starts_with(".work.cameo.open-")) continue;
        std::ifstream stream(entry.path());
        const std::string text((std::istreambuf_iterator<char>(stream)), {});
        if (text.find(what) != std::string::npos) return true;
    }
    return false;
}

const Notice* left_open_notice(App& app) {
    const auto& notices = app.notices().notices();
    const auto found = std::ranges::find_if(notices, [](const Notice& notice) { return notice.sentence.starts_with("Cameo was not closed properly"); });
    return found == notices.end() ? nullptr : &*found;
}

void press(AppStage& stage, const Notice& notice, const char* button) {
    const std::string item = "//###notice" + std::to_string(notice.id) + "/" + button;
    stage.drive([&](ImGuiTestContext& ctx) { ctx.ItemClick(item.c_str()); });
}

TEST(LeftOpenWindow, SaysNothingAfterAProperEnd) {
    SessionOnDisk disk;
    {
        AppStage stage = disk.start();
        ASSERT_TRUE(stage.open({"play music"}));
    }
    AppStage stage = disk.start();
    ASSERT_TRUE(stage.open());
    EXPECT_EQ(left_open_notice(stage.app()), nullptr);
}

TEST(LeftOpenWindow, IsSaidUntilDismissed) {
    SessionOnDisk disk;
    killed_window(disk, [&](AppStage& stage) {
        return stage.open({"play music"}) && stage.wait_until([&] { return stage.app().sleep_s() == std::nullopt; });
    });
    {
        AppStage stage = disk.start();
        ASSERT_TRUE(stage.wait_until([&] { return stage.app().now().trace != nullptr; }));
        EXPECT_EQ(stage.app().now().trace->query, "play music");
        ASSERT_NE(left_open_notice(stage.app()), nullptr);
        EXPECT_THAT(left_open_notice(stage.app())->sentence, HasSubstr("is here: the query, its result, the layout and the notes."));
        EXPECT_EQ(left_open_notice(stage.app())->remedy, "") << "nothing is missing";
        stage.frames(200);
        press(stage, *left_open_notice(stage.app()), "Dismiss");
        EXPECT_EQ(left_open_notice(stage.app()), nullptr);
    }
    AppStage stage = disk.start();
    EXPECT_EQ(left_open_notice(stage.app()), nullptr) << "it was said";
}

TEST(LeftOpenWindow, OffersTheQueryThatWasRunning) {
    SessionOnDisk disk;
    killed_window(disk, [&](AppStage& stage) {
        if (!stage.open({"edit files"})) return false;
        disk.fakes.model->hold = true;
        stage.app().act(RunQuery{"play music"});
        return stage.wait_until([&] { return has_noted(disk.file, "play music"); });
    });
    AppStage stage = disk.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    const Notice* notice = left_open_notice(app);
    ASSERT_NE(notice, nullptr);
    EXPECT_EQ(notice->remedy, "The query “play music” was still being answered.");
    ASSERT_TRUE(stage.wait_until([&] { return app.now().trace && app.now().trace->query == "edit files"; }));
    press(stage, *notice, "Run it again");
    EXPECT_TRUE(stage.wait_until([&] { return app.now().trace->query == "play music"; }));
    EXPECT_EQ(left_open_notice(app), nullptr) << "what it offered is done";
}

TEST(LeftOpenWindow, OffersToGoOnWithABuild) {
    SessionOnDisk disk;
    disk.fakes.empty = true;
    killed_window(disk, [&](AppStage& stage) {
        if (!stage.wait_until([&] { return stage.app().now().workbench.phase == Phase::Empty; })) return false;
        disk.fakes.hold = true;
        stage.app().act(BuildDemo{});
        return stage.wait_until([&] { return has_noted(disk.file, "Build the demo"); });
    });
    AppStage stage = disk.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.wait_until([&] { return app.now().workbench.phase == Phase::Empty; }));
    stage.frames(3);
    const Notice* notice = left_open_notice(app);
    ASSERT_NE(notice, nullptr);
    EXPECT_EQ(notice->remedy, "Not finished: Build the demo. What was indexed is kept, and it can go on from there.");
    press(stage, *notice, "Go on building");
    EXPECT_TRUE(stage.wait_until([&] { return app.now().workbench.phase == Phase::Ready; }));
    EXPECT_EQ(left_open_notice(app), nullptr);
}

TEST(LeftOpenWindow, IsSaidOfASessionThatIsTurnedTo) {
    SessionOnDisk disk, other;
    killed_window(other, [&](AppStage& stage) { return stage.open({"play music"}); });
    AppStage stage = disk.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    EXPECT_EQ(left_open_notice(app), nullptr);
    app.open_session(other.file);
    EXPECT_TRUE(stage.wait_until([&] { return left_open_notice(app) != nullptr; }));
    EXPECT_TRUE(stage.wait_until([&] { return !has_noted(disk.file, "machine"); })) << "the one that was left has ended properly";
    EXPECT_TRUE(has_noted(other.file, "machine"));
}

} // namespace
} // namespace cameo
