#include "core/base/error.hpp"
#include "sessions/database.hpp"
#include "sessions/session.hpp"
#include "tests/sessions/session_samples.hpp"
#include "tests/support/said.hpp"

#include <array>
#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cameo {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(SessionFile, OpensVersionOne) {
    std::filesystem::create_directories(m_file.parent_path());
    std::filesystem::copy_file(std::filesystem::path(CAMEO_TEST_DATA) / "sessions/version-1.cameo", m_file);
    {
        const auto session = Session::open_or_create(m_file);
        const auto state = session->state();
        EXPECT_EQ(state.layout_name, "Inspect");
        EXPECT_EQ(state.query, "play music in the terminal");
        EXPECT_EQ(state.fusion, "rrf");
        EXPECT_EQ(state.selection, (SessionSelection{"t2", "mpv", {"mpv", "moc"}, "lexical", 3}));
        EXPECT_EQ(state.settings, (std::map<std::string, std::string>{{"theme", "dark"}}));
        EXPECT_EQ(session->traces(0, 10)[0].id, "t2");
        EXPECT_THAT(*session->trace("t1"),
                    AllOf(testing::StartsWith("t1 content t1"), testing::SizeIs(1100)));
        EXPECT_THAT(session->recent_queries(5), ElementsAre("play music in the terminal", "first"));
        EXPECT_TRUE(session->judgments().empty()); // which it had no table for
        session->change_judgments(std::array{a_judgment("mpv", 2)}, {});
        EXPECT_THAT(session->judgments(), ElementsAre(a_judgment("mpv", 2)));
        session->save_state(some_state());
    }
    SQLite::Database database(m_file.string());
    EXPECT_EQ(
        database.execAndGet("SELECT value FROM state WHERE key = 'something of a later version'").getString(),
        "kept");
}

TEST_F(SessionFile, OpensVersionTwo) {
    std::filesystem::create_directories(m_file.parent_path());
    std::filesystem::copy_file(std::filesystem::path(CAMEO_TEST_DATA) / "sessions/version-2.cameo", m_file);
    for (const auto access : {SessionAccess::ReadOnly, SessionAccess::ReadWrite}) { // which brings it up to date
        const auto session = Session::open(m_file, access);
        EXPECT_EQ(session->state().query, "play music in the terminal");
        EXPECT_EQ(session->traces(0, 10)[0].id, "t2");
        EXPECT_THAT(session->judgments(), ElementsAre(SessionJudgment{"debian", "play music in the terminal", "q17", "mpv", 2, 3000},
                                                      SessionJudgment{"debian", "words of my own", "", "vim", 0, 4000}));
        EXPECT_EQ(session->notebook(), SessionNotebook());
    }
    const auto session = Session::open(m_file);
    session->save_notebook(some_notebook());
    EXPECT_EQ(session->notebook(), some_notebook());
}

TEST_F(SessionFile, OpensVersionThree) {
    std::filesystem::create_directories(m_file.parent_path());
    std::filesystem::copy_file(std::filesystem::path(CAMEO_TEST_DATA) / "sessions/version-3.cameo", m_file);
    const auto session = Session::open(m_file, SessionAccess::ReadOnly);
    const SessionNotebook notebook = session->notebook();
    ASSERT_EQ(notebook.bookmarks.size(), 2u);
    EXPECT_EQ(notebook.bookmarks[0].title, "Why mpv is first");
    EXPECT_EQ(notebook.bookmarks[0].state.layout_name, "Compare");
    EXPECT_EQ(notebook.bookmarks[0].state.selection.trace_id, "t2");
    EXPECT_EQ(notebook.bookmarks[1].id, "b1") << "by their places";
    ASSERT_EQ(notebook.notes.size(), 2u);
    EXPECT_EQ(notebook.notes[0], (SessionNote{"document", "debian", "mpv", "plays films too", 6000}));
    EXPECT_EQ(notebook.notes[1].kind, "session");
}

TEST_F(SessionFile, ANewerVersionIsReadAndNeverWritten) {
    {
        const auto session = Session::open_or_create(m_file);
        session->save_state(some_state());
        session->save_notebook(some_notebook());
    }
    SQLite::Database(m_file.string(), SQLite::OPEN_READWRITE).exec("ALTER TABLE notes ADD COLUMN colour TEXT; CREATE TABLE later(x); PRAGMA user_version = 4");
    const auto before = bytes_of(m_file);
    try {
        Session::open(m_file);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Unsupported);
        EXPECT_THAT(error.what(), AllOf(HasSubstr("is a session from a newer version of Cameo: it has format 4, this program knows up to 3"), HasSubstr("nothing was changed")));
    }
    EXPECT_THAT(error_of([&] { Session::open_or_create(m_file); }), HasSubstr("newer version"));
    {
        const auto session = Session::open(m_file, SessionAccess::ReadOnly);
        EXPECT_TRUE(session->is_newer());
        EXPECT_EQ(session->access(), SessionAccess::ReadOnly);
        EXPECT_EQ(session->state(), some_state());
        EXPECT_EQ(session->notebook(), some_notebook());
        EXPECT_THAT(error_of([&] { session->save_notebook({}); }), HasSubstr("for reading only"));
    }
    EXPECT_EQ(bytes_of(m_file), before);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(m_file.parent_path()), {}), 1);
    // One that says it is newer and lacks what this version has is not what it says.
    SQLite::Database(m_file.string(), SQLite::OPEN_READWRITE).exec("DROP TABLE notes");
    EXPECT_THAT(error_of([&] { Session::open(m_file, SessionAccess::ReadOnly); }), HasSubstr("damaged session"));
}

TEST_F(SessionFile, ANewerVersionThatWaitsInTheLogIsNotWritten) {
    Session::open_or_create(m_file);
    const pid_t child = ::fork();
    if (child == 0) {
        SQLite::Database newer(m_file.string(), SQLite::OPEN_READWRITE);
        newer.exec("PRAGMA journal_mode = WAL");
        newer.exec("PRAGMA user_version = 4");
        ::kill(::getpid(), SIGKILL);
    }
    ::waitpid(child, nullptr, 0);
    EXPECT_THAT(error_of([&] { Session::open_or_create(m_file); }), HasSubstr("session from a newer version"));
    EXPECT_TRUE(Session::open(m_file, SessionAccess::ReadOnly)->is_newer());
}

TEST_F(SessionFile, MigratesStepByStepOrNotAtAll) {
    std::filesystem::create_directories(m_file.parent_path());
    SQLite::Database database(m_file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    const char* const good[] = {"CREATE TABLE a(x); INSERT INTO a VALUES (1)",
                                "ALTER TABLE a ADD COLUMN y DEFAULT 7",
                                "CREATE TABLE b AS SELECT x + y AS z FROM a"};
    const char* const bad[] = {good[0], good[1], "INSERT INTO nowhere VALUES (1)"};
    const auto version = [&] { return database.execAndGet("PRAGMA user_version").getInt(); };
    migrate(database, std::span(good).first(1));
    EXPECT_EQ(version(), 1);
    EXPECT_THROW(migrate(database, bad), SQLite::Exception);
    EXPECT_EQ(version(), 1);
    EXPECT_THROW(database.exec("SELECT y FROM a"), SQLite::Exception)
        << "the good step before it is undone too";
    migrate(database, good);
    EXPECT_EQ(version(), 3);
    EXPECT_EQ(database.execAndGet("SELECT z FROM b").getInt(), 8);
    migrate(database, good);
    EXPECT_EQ(version(), 3);
}

} // namespace
} // namespace cameo
