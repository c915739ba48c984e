#include "core/base/error.hpp"
#include "sessions/database.hpp"
#include "sessions/session.hpp"
#include "tests/support/child.hpp"
#include "tests/support/said.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <array>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <iostream>
#include <thread>

namespace cameo {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

SessionJudgment a_judgment(const std::string& document, int grade) {
    return {.collection = "debian", .query = "play music", .query_id = "q17", .document = document, .grade = grade, .at_ms = 5000};
}

SessionState some_state() {
    return {.layout_name = "Inspect",
            .layout = "[Window][Query bench]\nPos=0,20\n",
            .model = "demo",
            .collection = "debian",
            .query = "play \"music\" é",
            .fusion = "weighted:0.2,0.5,0.3",
            .selection = {"t1", "mpv", {"mpv", "moc"}, "local", 2},
            .settings = {{"theme", "dark"}, {"ui_scale", "1.5"}}};
}

SessionBookmark a_bookmark(const std::string& id) {
    return {.id = id, .made_ms = 7000, .title = "Bookmark " + id, .caption = "caption \"of\" é", .state = some_state()};
}

SessionNotebook some_notebook() {
    return {.bookmarks = {a_bookmark("b"), a_bookmark("a"), a_bookmark("c")},
            .notes = {{.kind = "document", .collection = "debian", .subject = "mpv", .text = "plays\nall", .at_ms = 1},
                      {.kind = "query", .collection = "debian", .subject = "play music", .text = "the demo's first", .at_ms = 2},
                      {.kind = "session", .collection = "", .subject = "", .text = "what we learnt", .at_ms = 3}}};
}

TraceEntry entry(int number, const std::string& query = "a query") {
    return {.id = "t" + std::to_string(number),
            .created_ms = 1000 + number,
            .query = query,
            .model = "m",
            .collection = "c"};
}

class SessionFile : public testing::Test {
protected:
    TemporaryFolder m_folder;
    std::filesystem::path m_file = m_folder / "deep" / "one & 50% #.cameo";
};

TEST_F(SessionFile, StateComesBack) {
    const auto state = some_state();
    {
        const auto session = Session::open_or_create(m_file);
        EXPECT_EQ(session->state(), SessionState());
        EXPECT_TRUE(session->save_state(state));
        EXPECT_FALSE(session->save_state(state)) << "nothing changed";
        EXPECT_EQ(session->state(), state);
    }
    auto session = Session::open_or_create(m_file);
    EXPECT_EQ(session->state(), state);

    auto changed = state;
    changed.settings = {{"theme", ""}};
    changed.query = "";
    changed.selection = {};
    EXPECT_TRUE(session->save_state(changed));
    session.reset();
    EXPECT_EQ(Session::open(m_file)->state(), changed)
        << "what became empty is gone, an empty setting is kept";
}

TEST_F(SessionFile, SavingWhatIsThereTouchesNoFile) {
    const auto session = Session::open_or_create(m_file);
    session->save_state(some_state());
    const auto log = bytes_of(m_file.string() + "-wal");
    for (int again = 0; again < 1000; ++again)
        session->save_state(some_state());
    EXPECT_EQ(bytes_of(m_file.string() + "-wal"), log);
}

TEST_F(SessionFile, KeepsTraces) {
    std::string bytes(100'000, 'x');
    for (std::size_t place = 0; place < bytes.size(); place += 7)
        bytes[place] = static_cast<char>(place % 251);
    const auto session = Session::open_or_create(m_file);
    EXPECT_TRUE(session->add_trace(entry(1, "Play Music"), bytes));
    EXPECT_TRUE(session->add_trace(entry(2, "other"), ""));
    EXPECT_FALSE(session->add_trace(entry(1, "again"), "other bytes")) << "traces are immutable";
    auto same_time = entry(1);
    same_time.id = "t0";
    session->add_trace(same_time, "b");

    const auto list = session->traces(0, 10);
    ASSERT_EQ(list.size(), 3u);
    EXPECT_EQ(list[0].id, "t2");
    EXPECT_EQ(list[1].id, "t0") << "same time: by id";
    EXPECT_EQ(list[2].id, "t1");
    auto expected = entry(1, "Play Music");
    expected.bytes = 100'000;
    EXPECT_EQ(list[2], expected);
    EXPECT_EQ(session->trace_entry("t1"), expected);
    EXPECT_EQ(session->trace_entry("t9"), std::nullopt);
    EXPECT_EQ(session->trace("t1"), bytes);
    EXPECT_EQ(session->trace("t2"), "");
    EXPECT_EQ(session->trace("t9"), std::nullopt);
    EXPECT_EQ(session->traces(1, 1)[0].id, "t0");
    EXPECT_EQ(session->traces(0, static_cast<std::size_t>(-1)).size(), 3u);
    EXPECT_THAT(session->traces(3, 10), IsEmpty());
    EXPECT_EQ(session->traces(0, 10, "mUSIC").size(), 1u);
    EXPECT_EQ(session->trace_count(), 3u);
    EXPECT_EQ(session->trace_count("music"), 1u);
    EXPECT_EQ(session->trace_count("%"), 0u) << "text, not a pattern";

    EXPECT_TRUE(session->remove_trace("t1"));
    EXPECT_FALSE(session->remove_trace("t1"));
    EXPECT_EQ(session->trace("t1"), std::nullopt);
    EXPECT_TRUE(session->add_trace(expected, bytes)) << "undo";
    EXPECT_EQ(Session::open(m_file)->trace("t1"), bytes);
}

TEST_F(SessionFile, KeepsHistory) {
    const auto session = Session::open_or_create(m_file);
    session->add_history({1000, "a", "m", "c", "t1"});
    session->add_history({2000, "b", "m", "c", ""});
    session->add_history({3000, "a", "m2", "c", "t3"});
    session->add_history({3000, "c", "m2", "c", ""});
    EXPECT_THAT(session->recent_queries(10), ElementsAre("c", "a", "b"));
    EXPECT_THAT(session->recent_queries(1), ElementsAre("c"));
    EXPECT_THAT(session->history(1, 2),
                ElementsAre(HistoryEntry{3000, "a", "m2", "c", "t3"}, HistoryEntry{2000, "b", "m", "c", ""}));
    session->clear_history(std::numeric_limits<std::int64_t>::max());
    EXPECT_THAT(session->recent_queries(10), IsEmpty());
}

TEST_F(SessionFile, TenThousandTracesListWithoutTheirBytes) {
    const auto session = Session::open_or_create(m_file);
    const std::string bytes(2000, 'x');
    for (int number = 0; number < 10'000; ++number)
        session->add_trace(entry(number, "query " + std::to_string(number)), bytes);
    const auto start = std::chrono::steady_clock::now();
    const auto page = session->traces(5000, 100);
    const auto all = session->traces(0, 10'000);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    RecordProperty("list_ms", std::to_string(took.count()));
    std::cout << "a page and all of 10,000 traces: " << took.count() << " ms\n";
    ASSERT_EQ(page.size(), 100u);
    EXPECT_EQ(page[0].id, "t4999");
    EXPECT_EQ(all.size(), 10'000u);
    EXPECT_EQ(session->trace_count("query 99"), 111u);
}

TEST_F(SessionFile, AKilledProcessLosesNothingThatWasSaved) {
    const pid_t child = ::fork();
    if (child == 0) {
        const auto session = Session::open_or_create(m_file);
        session->save_state(some_state());
        session->add_trace(entry(1), "bytes");
        ::kill(::getpid(), SIGKILL);
    }
    ::waitpid(child, nullptr, 0);
    EXPECT_TRUE(std::filesystem::exists(m_file.string() + "-wal"));
    const auto session = Session::open_or_create(m_file);
    EXPECT_EQ(session->state(), some_state());
    EXPECT_EQ(session->trace("t1"), "bytes");
}

TEST_F(SessionFile, IsOneFileOnceClosed) {
    Session::open_or_create(m_file)->add_trace(entry(1), "bytes");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(m_file.parent_path()), {}), 1);
}

TEST_F(SessionFile, ThreadsAndTwoWindowsMayShareIt) {
    const auto one = Session::open_or_create(m_file), two = Session::open_or_create(m_file);
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread)
        threads.emplace_back([&, thread] {
            const auto& session = thread % 2 ? one : two;
            for (int step = 0; step < 50; ++step) {
                session->add_trace(entry(1000 * thread + step), "bytes");
                session->traces(0, 10);
            }
        });
    threads.clear();
    EXPECT_EQ(one->trace_count(), 200u);
    EXPECT_EQ(two->trace_count(), 200u);
}

// Opening it a second time took away the first one's locks, so that another process that closed it believed
// to be the last, removed the log and with it whatever the first wrote from then on.
TEST_F(SessionFile, OpeningItTwiceKeepsTheFirstOnesLocks) {
    Session::open_or_create(m_file);
    int start[2];
    ASSERT_EQ(::pipe(start), 0);
    const pid_t child =
        ::fork(); // before SQLite has the file open here: the child's SQLite shall know nothing of it
    if (child == 0) {
        char byte = 0;
        if (::read(start[0], &byte, 1) != 1) ::_exit(1);
        Session::open(m_file)->add_trace(entry(1), "theirs");
        ::_exit(0);
    }
    const auto session = Session::open(m_file);
    session->add_trace(entry(2), "before");
    Session::open(m_file)->traces(0, 10);
    ASSERT_EQ(::write(start[1], "x", 1), 1);
    EXPECT_TRUE(succeeded(child));
    EXPECT_TRUE(std::filesystem::exists(m_file.string() + "-wal")) << "it is in use here";
    session->add_trace(entry(3), "after");
    EXPECT_EQ(session->trace_count(), 3u);
    EXPECT_EQ(Session::open(m_file, SessionAccess::ReadOnly)->trace("t3"), "after");
    ::close(start[0]);
    ::close(start[1]);
}

TEST_F(SessionFile, SaysWhenAnotherProgramHoldsIt) {
    const auto session = Session::open_or_create(m_file);
    SQLite::Database other(m_file.string(), SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    EXPECT_THAT(error_of([&] { session->save_state(some_state()); }),
                HasSubstr("is in use by another program"));
    other.exec("COMMIT");
    EXPECT_TRUE(session->save_state(some_state())) << "and is none the worse";
}

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

TEST_F(SessionFile, KeepsJudgmentsAndTakesThemOut) {
    {
        const auto session = Session::open_or_create(m_file);
        session->change_judgments(std::array{a_judgment("moc", 1), a_judgment("cmus", 3)}, {});
        EXPECT_THAT(session->judgments(), ElementsAre(a_judgment("cmus", 3), a_judgment("moc", 1)));
        // Another grade takes the place of the one before; both sides of a change are one transaction.
        session->change_judgments(std::array{a_judgment("cmus", 0)}, std::array{a_judgment("moc", 1), a_judgment("nobody", 1)});
    }
    const auto session = Session::open(m_file);
    EXPECT_THAT(session->judgments(), ElementsAre(a_judgment("cmus", 0)));
    session->copy_to(m_file.string() + "-copy");
    EXPECT_THAT(Session::open(m_file.string() + "-copy")->judgments(), ElementsAre(a_judgment("cmus", 0)));
    const auto read_only = Session::open(m_file, SessionAccess::ReadOnly);
    EXPECT_THROW(read_only->change_judgments(std::array{a_judgment("x", 1)}, {}), Error);
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

TEST_F(SessionFile, KeepsBookmarksInTheirOrderAndNotes) {
    SessionNotebook notebook = some_notebook();
    {
        const auto session = Session::open_or_create(m_file);
        EXPECT_EQ(session->notebook(), SessionNotebook());
        session->save_notebook(notebook);
        EXPECT_EQ(session->notebook(), notebook);
    }
    // Moved, changed, taken out; by another program's session as well.
    std::swap(notebook.bookmarks[0], notebook.bookmarks[2]);
    notebook.bookmarks[1].caption = "for the second slide";
    notebook.notes.erase(notebook.notes.begin());
    notebook.notes[0].text = "other words";
    {
        const auto session = Session::open(m_file);
        session->save_notebook(notebook);
    }
    EXPECT_EQ(Session::open(m_file)->notebook(), notebook);
    notebook.bookmarks.erase(notebook.bookmarks.begin());
    const auto session = Session::open(m_file);
    session->save_notebook(notebook);
    session->copy_to(m_file.string() + "-copy");
    EXPECT_EQ(Session::open(m_file.string() + "-copy")->notebook(), notebook);
    EXPECT_EQ(Session::open(m_file, SessionAccess::ReadOnly)->notebook(), notebook);
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

TEST_F(SessionFile, RefusesWhatIsNoSession) {
    EXPECT_THAT(error_of([&] { Session::open(m_file); }), HasSubstr("there is no such session"));
    std::filesystem::create_directories(m_file.parent_path());
    EXPECT_THAT(error_of([&] { Session::open_or_create(m_file.parent_path()); }), HasSubstr("is not a file"));
    std::ofstream(m_file) << "text";
    EXPECT_THAT(error_of([&] { Session::open_or_create(m_file); }), HasSubstr("is not a session of Cameo"));
    EXPECT_EQ(bytes_of(m_file), "text");
    std::ofstream(m_file, std::ios::trunc);
    EXPECT_EQ(Session::open_or_create(m_file)->trace_count(), 0u) << "an empty file is a new session";
}

TEST_F(SessionFile, DamageIsOneSentence) {
    {
        const auto session = Session::open_or_create(m_file);
        session->save_state(some_state());
        std::string noise;
        for (std::uint32_t number = 1; noise.size() < 3000; number = number * 1664525 + 1013904223)
            noise += static_cast<char>(number >> 24);
        for (int number = 0; number < 40; ++number)
            session->add_trace(entry(number), noise + std::to_string(number));
    }
    const auto good = bytes_of(m_file);
    int noticed = 0;
    for (std::size_t place = 0; place < good.size(); place += 499) {
        auto bad = good;
        bad[place] = static_cast<char>(~bad[place]);
        std::ofstream(m_file, std::ios::binary | std::ios::trunc) << bad;
        noticed += error_of([&] {
                       const auto session = Session::open_or_create(m_file);
                       session->history(0, 10);
                       for (const auto& trace : session->traces(0, 100))
                           session->trace(trace.id);
                   }) != "no error";
        std::filesystem::remove(m_file.string() + "-wal");
        std::filesystem::remove(m_file.string() + "-shm");
    }
    EXPECT_GT(noticed, static_cast<int>(good.size() / 499 / 2))
        << "most of the file is traces, and they have checksums";
    std::ofstream(m_file, std::ios::binary | std::ios::trunc) << good.substr(0, good.size() / 2);
    EXPECT_THAT(error_of([&] { Session::open_or_create(m_file); }), HasSubstr("is cut off"));
}

TEST_F(SessionFile, ReadsWithoutWritingAnything) {
    Session::open_or_create(m_file)->add_trace(entry(1), "bytes");
    const auto before = bytes_of(m_file);
    {
        const auto session = Session::open(m_file, SessionAccess::ReadOnly);
        EXPECT_EQ(session->trace("t1"), "bytes");
        EXPECT_THAT(error_of([&] { session->save_state(some_state()); }),
                    HasSubstr("is open for reading only"));
        EXPECT_THAT(error_of([&] { session->add_history({}); }), HasSubstr("is open for reading only"));
        session->copy_to(m_folder / "copy.cameo");
        EXPECT_EQ(std::distance(std::filesystem::directory_iterator(m_file.parent_path()), {}), 1);
    }
    EXPECT_EQ(bytes_of(m_file), before);
    EXPECT_EQ(Session::open(m_folder / "copy.cameo")->trace("t1"), "bytes");

    // One that another window has open is read through its log.
    const auto writer = Session::open(m_file);
    writer->add_trace(entry(2), "more");
    EXPECT_EQ(Session::open(m_file, SessionAccess::ReadOnly)->trace("t2"), "more");
}

TEST_F(SessionFile, CopiesWholeWhileOpen) {
    const auto session = Session::open_or_create(m_file);
    session->save_state(some_state());
    session->add_trace(entry(1), "bytes");
    const auto copy = m_folder / "copy.cameo";
    std::ofstream(copy) << "was here";
    session->copy_to(copy);
    session->add_trace(entry(2), "later");
    const auto copied = Session::open(copy);
    EXPECT_EQ(copied->state(), some_state());
    EXPECT_EQ(copied->trace_count(), 1u);
    EXPECT_THAT(error_of([&] { session->copy_to(m_file); }), HasSubstr("is this session itself"));
    EXPECT_THAT(error_of([&] { session->copy_to(m_folder / "none" / "x.cameo"); }),
                HasSubstr("cannot create the file"));
}

TEST_F(SessionFile, NoPermissionIsOneSentence) {
    Session::open_or_create(m_file)->add_trace(entry(1), "bytes");
    const auto folder = m_file.parent_path();
    ::chmod(m_folder.path().c_str(), 0755);
    ::chmod(folder.c_str(), 0555);
    ::chmod(m_file.c_str(), 0444);
    EXPECT_TRUE(as_nobody([&] {
        return says(error_of([&] { Session::open_or_create(folder / "new.cameo"); }),
                    "new.cameo: cannot create the file");
    }));
    EXPECT_TRUE(as_nobody([&] {
        return says(error_of([&] { Session::open_or_create(m_file)->save_state(some_state()); }),
                    "read-only for this user");
    }));
    EXPECT_TRUE(
        as_nobody([&] { return Session::open(m_file, SessionAccess::ReadOnly)->trace("t1") == "bytes"; }));
    ::chmod(m_file.c_str(), 0600);
    EXPECT_TRUE(as_nobody([&] {
        return ::geteuid() != 65534 ||
               says(error_of([&] { Session::open_or_create(m_file); }), "cannot be read");
    }));
    ::chmod(folder.c_str(), 0755);
}

TEST_F(SessionFile, AFullDiskIsOneSentenceAndKeepsWhatWasSaved) {
    Session::open_or_create(m_file)->add_trace(entry(1), "bytes");
    const pid_t child = ::fork();
    if (child == 0) {
        // A limit on the size of files stands for the full disk: writes fail in the same place.
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{200'000, 200'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        const auto session = Session::open_or_create(m_file);
        auto state = some_state();
        std::uint32_t number = 1;
        for (int byte = 0; byte < 400'000; ++byte)
            state.layout += static_cast<char>('0' + ((number = number * 1664525 + 1013904223) >> 28));
        const bool said = says(error_of([&] { session->save_state(state); }), "disk is full");
        const bool kept = session->state() == SessionState() && session->trace("t1") == "bytes";
        ::_exit(said && kept && session->save_state(some_state()) ? 0 : 1);
    }
    EXPECT_TRUE(succeeded(child));
    EXPECT_EQ(Session::open(m_file)->state(), some_state());
}

} // namespace
} // namespace cameo
