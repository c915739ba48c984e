#include "core/data/process.hpp"

#include "core/base/error.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <stop_token>
#include <thread>

namespace cameo {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

std::string why_not(const std::vector<std::string>& arguments) {
    Progress progress;
    try {
        run_to_success(arguments, progress);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

TEST(RunProcess, HandsOnOutputErrorsAndExitCode) {
    Progress progress;
    std::string output;
    const auto result = run_process(
        {"sh", "-c", "echo $LC_ALL; echo bad >&2; seq 1 100000 | tail -1; exit 3"},
        [&](std::string_view text) { output += text; }, progress);
    EXPECT_TRUE(result.started);
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_EQ(output, "C\n100000\n");
    EXPECT_EQ(result.errors, "bad\n");
    EXPECT_FALSE(run_process(
                     {"no-such-program-here"}, [](std::string_view) {}, progress)
                     .started);
}

TEST(RunProcess, CancelEndsTheProgramAndItsChildren) {
    std::stop_source stop;
    Progress progress(stop.get_token());
    pid_t grandchild = 0;
    const auto take = [&](std::string_view text) {
        grandchild = std::stoi(std::string(text));
        stop.request_stop();
    };
    EXPECT_THROW(run_process({"sh", "-c", "sleep 60 & echo $!; wait"}, take, progress), Cancelled);
    ASSERT_GT(grandchild, 0);
    for (int tenth = 0; tenth < 50 && ::kill(grandchild, 0) == 0; ++tenth)
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    // A zombie that nobody reaps (in a container without init) still takes signals: ask whether it runs.
    std::ifstream status("/proc/" + std::to_string(grandchild) + "/stat");
    std::string id, name, state;
    status >> id >> name >> state;
    EXPECT_TRUE(!status || state == "Z") << state;
}

// One that went on in the background kept its starter's output open, and was waited for.
TEST(RunProcess, DoesNotWaitForWhatIsLeftBehind) {
    Progress progress;
    std::string output;
    const auto began = std::chrono::steady_clock::now();
    const auto result = run_process({"sh", "-c", "sleep 20 & echo $!"}, [&](std::string_view text) { output += text; }, progress);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
    EXPECT_EQ(result.exit_code, 0);
    ::kill(std::stoi(output), SIGKILL);
}

// A printer that took no notice of being asked to end was waited for without limit.
TEST(RunProcess, EndsOneThatDoesNotWantTo) {
    std::stop_source stop;
    Progress progress(stop.get_token());
    const auto began = std::chrono::steady_clock::now();
    EXPECT_THROW(run_process({"sh", "-c", "trap '' TERM; echo; sleep 20"}, [&](std::string_view) { stop.request_stop(); }, progress), Cancelled);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
}

// Where its parent ignores the end of children, one whose end was not told counted as a success.
TEST(RunProcess, KnowsThatItDoesNotKnow) {
    const auto before = std::signal(SIGCHLD, SIG_IGN);
    Progress progress;
    const auto result = run_process({"true"}, [](std::string_view) {}, progress);
    std::signal(SIGCHLD, before);
    EXPECT_TRUE(result.started);
    EXPECT_EQ(result.exit_code, -1);
}

TEST(RunProcess, SpeaksTheUsersLanguageWhereThatIsWanted) {
    const ScopedVariable locale("LC_ALL", "xx_YY.UTF-8");
    EXPECT_EQ(why_not({"sh", "-c", "echo $LC_ALL >&2; exit 1"}), "xx_YY.UTF-8");
}

TEST(RunProcess, SaysWhyOneHasFailed) {
    EXPECT_EQ(why_not({"sh", "-c", "echo fine"}), "");
    EXPECT_EQ(why_not({"sh", "-c", "echo first >&2; echo 'no fonts here' >&2; echo >&2; exit 3"}), "no fonts here");
    EXPECT_EQ(why_not({"sh", "-c", "exit 3"}), "sh: has failed without a word");
    EXPECT_EQ(why_not({"sh", "-c", "exit 255"}), "sh: has failed without a word");
    EXPECT_THAT(why_not({"sh", "-c", "kill -KILL $$"}), HasSubstr("sh: was ended by Killed"));
    EXPECT_EQ(why_not({"no-such-program-here"}), "no-such-program-here: cannot be started");
}

} // namespace
} // namespace cameo
