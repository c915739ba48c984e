#include "core/base/error.hpp"
#include "sessions/session.hpp"
#include "tests/app/app_stage.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <gtest/gtest.h>
#include <random>
#include <sqlite3.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace cameo {
namespace {

using namespace std::chrono_literals;

constexpr int kTraces = 10000, kKills = 50;
constexpr std::int64_t kKeptWithinMs = 1000; ///< what is on screen for longer is not lost

std::int64_t now_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

/// What the child says after a frame that showed it.
struct Shown {
    std::int64_t at_ms = 0;
    int note = 0, bookmarks = 0, grade = 0;
    bool said = false; ///< that the one before was not closed properly
    char query[32] = {};
};

/// The program until it is killed: notes, grades, bookmarks and queries, one after the other.
[[noreturn]] void edit_until_killed(const std::filesystem::path& file, int first, int pipe) {
    FakeSources fakes;
    AppStage stage(fakes.sources(), file);
    App& app = stage.app();
    if (!stage.open()) ::_exit(3);
    Shown shown;
    for (const Notice& notice : app.notices().notices()) shown.said = shown.said || notice.sentence.starts_with("Cameo was not closed properly");
    shown.bookmarks = static_cast<int>(app.now().notebook->bookmarks.size());
    for (int number = first;; ++number) {
        const bool asks = number % 8 == 0 || !app.now().trace;
        if (asks) {
            const std::string query = "query " + std::to_string(number);
            if (!stage.ask(query)) ::_exit(4);
            query.copy(shown.query, sizeof shown.query - 1);
        }
        app.act(WriteNote{{NoteSubject::Kind::Session, {}, {}}, std::to_string(number)});
        app.act(GradeDocument{"document", number});
        if (number % 5 == 0) app.act(AddBookmark{});
        if (number % 20 == 0) app.apply_layout(number % 40 == 0 ? "Compare" : "Inspect");
        stage.frames(2);
        shown.note = shown.grade = number;
        shown.bookmarks = static_cast<int>(app.now().notebook->bookmarks.size());
        shown.at_ms = now_ms();
        if (::write(pipe, &shown, sizeof shown) != sizeof shown) ::_exit(5);
        std::this_thread::sleep_for(15ms); // thirty edits a second are more than anybody makes
    }
}

void make_large(const std::filesystem::path& file) {
    const auto session = Session::open_or_create(file);
    sqlite3* database = nullptr; // in one transaction: what matters is that they are there
    ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(database,
                           "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) INSERT INTO traces(number, id, created_ms, query, model, collection, bytes) "
                           "SELECT i, 'made-' || i, i, 'an old query ' || i, 'm', 'c', 100 FROM n; INSERT INTO trace_contents SELECT number, randomblob(20000) FROM traces; "
                           "INSERT INTO history(at_ms, query, model, collection, trace_id) SELECT created_ms, query, model, collection, id FROM traces",
                           nullptr, nullptr, nullptr),
              SQLITE_OK);
    sqlite3_close(database);
}

std::ptrdiff_t marks_beside(const std::filesystem::path& file) {
    return std::count_if(std::filesystem::directory_iterator(file.parent_path()), {}, [](const auto& entry) { return entry.path().filename().string().starts_with(".large.cameo.open"); });
}

TEST(KilledWindow, LosesNothingOfALargeSessionThatWasOnScreen) {
    TemporaryFolder folder;
    const auto file = folder.path() / "large.cameo";
    ASSERT_NO_FATAL_FAILURE(make_large(file));
    std::mt19937 random(7);
    int last = 0;
    for (int kill = 0; kill < kKills; ++kill) {
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            ::close(ends[0]);
            edit_until_killed(file, last + 1, ends[1]);
        }
        ::close(ends[1]);
        Shown first;
        ASSERT_EQ(::read(ends[0], &first, sizeof first), static_cast<ssize_t>(sizeof first)) << "the program came up after kill " << kill;
        EXPECT_GT(first.note, last);
        EXPECT_EQ(first.said, kill > 0) << "kill " << kill;
        std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution(600, 1500)(random)));
        ::kill(child, SIGKILL);
        const std::int64_t killed = now_ms();
        ::waitpid(child, nullptr, 0);
        Shown promised{.at_ms = 0}, seen = first;
        for (Shown shown = first;;) {
            seen = shown;
            if (shown.at_ms <= killed - kKeptWithinMs) promised = shown;
            if (::read(ends[0], &shown, sizeof shown) != static_cast<ssize_t>(sizeof shown)) break;
        }
        ::close(ends[0]);
        last = seen.note;
        const auto session = Session::open(file);
        EXPECT_EQ(session->trace_count("an old query"), static_cast<std::size_t>(kTraces));
        if (promised.at_ms == 0) continue;
        const SessionNotebook notebook = session->notebook();
        ASSERT_EQ(notebook.notes.size(), 1u);
        EXPECT_GE(std::stoi(notebook.notes[0].text), promised.note) << "kill " << kill;
        EXPECT_GE(notebook.bookmarks.size(), static_cast<std::size_t>(promised.bookmarks));
        EXPECT_GE(session->trace_count(promised.query), 1u) << promised.query;
        int grade = 0;
        for (const SessionJudgment& one : session->judgments()) grade = std::max(grade, one.grade);
        EXPECT_GE(grade, promised.grade);
        for (const SessionBookmark& bookmark : notebook.bookmarks) EXPECT_TRUE(session->trace_entry(bookmark.state.selection.trace_id)) << "a bookmark leads to a result that is kept";
    }
    EXPECT_GT(last, kKills);
    EXPECT_EQ(marks_beside(file), 1) << "each start has taken the one before away";
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
    std::string said;
    sqlite3_exec(database, "PRAGMA integrity_check",
                 [](void* into, int, char** values, char**) {
                     *static_cast<std::string*>(into) += values[0];
                     return 0;
                 },
                 &said, nullptr);
    sqlite3_close(database);
    EXPECT_EQ(said, "ok");
}

} // namespace
} // namespace cameo
