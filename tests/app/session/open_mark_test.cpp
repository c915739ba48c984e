#include "app/session/open_mark.hpp"

#include "tests/support/child.hpp"
#include "tests/support/temporary_folder.hpp"

#include <csignal>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cameo {
namespace {

namespace fs = std::filesystem;

const Unfinished kUnfinished{.query = "play music", .jobs = {{"index", "Index debian for demo"}}};

class OpenMarks : public testing::Test {
protected:
    /// A window that has said so much when it is killed.
    void leave_one(std::int64_t kept_ms, const Unfinished& unfinished = {}) {
        const pid_t child = ::fork();
        if (child == 0) {
            OpenMark mark(m_session);
            mark.note(unfinished);
            mark.kept(kept_ms);
            ::kill(::getpid(), SIGKILL);
        }
        ::waitpid(child, nullptr, 0);
    }
    std::ptrdiff_t files() const { return std::distance(fs::directory_iterator(m_folder.path()), {}); }

    TemporaryFolder m_folder;
    fs::path m_session = m_folder / "work & more.cameo";
};

TEST_F(OpenMarks, AProperEndLeavesNothing) {
    EXPECT_EQ(OpenMark::take_left(m_session), std::nullopt);
    {
        OpenMark mark(m_session);
        mark.note(kUnfinished);
        EXPECT_EQ(files(), 1);
        mark.end();
        mark.kept(7); // what a job comes to say late
        mark.end();
    }
    EXPECT_EQ(files(), 0);
    EXPECT_EQ(OpenMark::take_left(m_session), std::nullopt);
}

TEST_F(OpenMarks, AKilledWindowIsSaidOnce) {
    leave_one(5000, kUnfinished);
    EXPECT_EQ(OpenMark::take_left(m_session), (LeftOpen{5000, kUnfinished}));
    EXPECT_EQ(OpenMark::take_left(m_session), std::nullopt);
    EXPECT_EQ(files(), 0);
}

TEST_F(OpenMarks, ASecondWindowIsNoSignOfAnything) {
    const OpenMark other(m_session);
    EXPECT_EQ(OpenMark::take_left(m_session), std::nullopt);
    EXPECT_EQ(files(), 1);
    // One of two is killed.
    leave_one(5000);
    EXPECT_EQ(OpenMark::take_left(m_session), LeftOpen{5000});
    EXPECT_EQ(files(), 1) << "the other one's is still there";
    // And while it is looked for from outside.
    const pid_t child = ::fork();
    if (child == 0) ::_exit(OpenMark::take_left(m_session) ? 1 : 0);
    EXPECT_TRUE(succeeded(child));
}

TEST_F(OpenMarks, OfSeveralTheLastOneCounts) {
    leave_one(5000, {.query = "before"});
    leave_one(9000, {.query = "last"});
    leave_one(7000, {.query = "between"});
    EXPECT_EQ(OpenMark::take_left(m_session), (LeftOpen{9000, {.query = "last"}}));
    EXPECT_EQ(files(), 0);
}

TEST_F(OpenMarks, OthersSessionsAndOtherMachinesAreLeftAlone) {
    leave_one(5000);
    EXPECT_EQ(OpenMark::take_left(m_folder / "work.cameo"), std::nullopt);
    ASSERT_EQ(files(), 1);
    std::ofstream(fs::directory_iterator(m_folder.path())->path()) << to_json({.kept_ms = 5000}, "another machine, which shares the folder");
    EXPECT_EQ(OpenMark::take_left(m_session), std::nullopt);
    EXPECT_EQ(files(), 1);
}

// What a power cut leaves of it.
TEST_F(OpenMarks, OneThatCannotBeReadIsStillASign) {
    leave_one(5000, kUnfinished);
    std::ofstream(fs::directory_iterator(m_folder.path())->path(), std::ios::trunc);
    EXPECT_EQ(OpenMark::take_left(m_session), LeftOpen());
    EXPECT_EQ(files(), 0);
}

TEST_F(OpenMarks, WhatIsNotedIsTheLastThing) {
    leave_one(5000, {.query = std::string(3000, 'x')});
    const pid_t child = ::fork();
    if (child == 0) {
        OpenMark mark(m_session);
        mark.note({.query = std::string(3000, 'x')});
        mark.note({});
        mark.kept(6000);
        ::kill(::getpid(), SIGKILL);
    }
    ::waitpid(child, nullptr, 0);
    EXPECT_EQ(OpenMark::take_left(m_session), LeftOpen{6000});
}

TEST_F(OpenMarks, WhereNothingCanBeWrittenThereIsNone) {
    ::chmod(m_folder.path().c_str(), 0555);
    EXPECT_TRUE(as_nobody([&] {
        OpenMark mark(m_session);
        mark.note(kUnfinished);
        mark.end();
        return !OpenMark::take_left(m_session) && !OpenMark::take_left("/no/such/folder/x.cameo");
    }));
    ::chmod(m_folder.path().c_str(), 0755);
    EXPECT_EQ(files(), 0);
}

} // namespace
} // namespace cameo
