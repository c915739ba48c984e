#include "core/base/error.hpp"
#include "sessions/session.hpp"
#include "tests/sessions/session_samples.hpp"
#include "tests/support/said.hpp"

#include <array>
#include <chrono>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iostream>
#include <thread>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

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

} // namespace
} // namespace cameo
