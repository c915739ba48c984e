#include "core/base/error.hpp"
#include "sessions/database.hpp"
#include "sessions/packing.hpp"
#include "sessions/session.hpp"
#include "tests/sessions/session_samples.hpp"
#include "tests/support/said.hpp"

#include <array>
#include <chrono>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <zstd.h>

// Files that somebody has made so that whoever opens them counts for ever or fills the memory. tests/fuzz looks for more of them.

namespace cameo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class HostileSession : public SessionFile {
protected:
    void SetUp() override {
        const auto session = Session::open_or_create(m_file);
        session->save_state(some_state());
        session->add_trace(entry(1), "bytes");
        session->change_judgments(std::array{a_judgment("mpv", 2)}, {});
        session->add_history({1000, "a", "m", "c", "t1"});
    }
    void run_sql(const std::string& sql) { SQLite::Database(m_file.string(), SQLite::OPEN_READWRITE).exec(sql); }
    std::string refusal(SessionAccess access) {
        return error_of([&] { Session::open(m_file, access); });
    }
    void expect_refused(const std::string& words) {
        for (const SessionAccess access : {SessionAccess::ReadOnly, SessionAccess::ReadWrite})
            EXPECT_THAT(refusal(access), AllOf(StartsWith(m_file.string()), HasSubstr(words), HasSubstr("a session of Cameo has plain tables only")));
    }
    /// It serves those who read; what would run at each write is refused.
    void expect_read_only(const std::string& words) {
        EXPECT_EQ(Session::open(m_file, SessionAccess::ReadOnly)->trace_count(), 1u);
        EXPECT_THAT(refusal(SessionAccess::ReadWrite), AllOf(HasSubstr(words), HasSubstr("plain tables only")));
    }
};

// It was read for ever, into a memory that has an end.
TEST_F(HostileSession, AViewInPlaceOfATableIsNotAsked) {
    run_sql("DROP TABLE state; CREATE VIEW state(key, value) AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, hex(zeroblob(1000000)) FROM n");
    expect_refused("has the view state");
}

TEST_F(HostileSession, ATriggerIsNotRun) {
    run_sql("CREATE TRIGGER more AFTER INSERT ON history BEGIN DELETE FROM traces; END");
    expect_refused("has the trigger more");
}

TEST_F(HostileSession, AComputedColumnIsNotRead) {
    run_sql("ALTER TABLE notes ADD COLUMN heavy AS (hex(zeroblob(400000000)))");
    expect_refused("has the computed column heavy");
}

TEST_F(HostileSession, AVirtualTableIsNotOpened) {
    run_sql("CREATE VIRTUAL TABLE more USING rtree(id, low, high)");
    expect_refused("has the virtual table more");
}

TEST_F(HostileSession, WhatRunsAtAWriteIsNotWritten) {
    run_sql("DROP TABLE notes; CREATE TABLE notes(kind, collection, subject, text CHECK (length(hex(zeroblob(400000000))) > 0), at_ms)");
    expect_read_only("has the check on the table notes");
}

TEST_F(HostileSession, AComputedDefaultIsNotWritten) {
    run_sql("CREATE TABLE more(x DEFAULT (hex(zeroblob(400000000))))");
    expect_read_only("has the computed default for x");
}

TEST_F(HostileSession, AComputedIndexIsNotWritten) {
    run_sql("CREATE INDEX more ON history(length(hex(zeroblob(at_ms))))");
    expect_read_only("has the computed index more");
    run_sql("DROP INDEX more; CREATE INDEX less ON history(query) WHERE at_ms > 7");
    expect_read_only("has the partial index less");
}

TEST_F(HostileSession, TextInAnotherEncodingIsNotTakenForOurs) {
    std::filesystem::remove(m_file);
    SQLite::Database(m_file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("PRAGMA encoding = 'UTF-16'; CREATE TABLE state(key, value); PRAGMA application_id = 1129141041; PRAGMA user_version = 1");
    expect_refused("has text in UTF-16");
}

// SQLite's words came into the notice as they were: a megabyte of brackets, or a sentence with a line's end and a bell in it.
TEST_F(HostileSession, NamesInItDoNotFillTheSentence) {
    run_sql("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET name = printf('%.*c', 1000000, '[') || char(7, 10) WHERE name = 'history'");
    for (const SessionAccess access : {SessionAccess::ReadOnly, SessionAccess::ReadWrite}) EXPECT_THAT(refusal(access), AllOf(HasSubstr("damaged session"), testing::SizeIs(testing::Lt(1000u))));
}

TEST_F(HostileSession, AResultsIdDoesNotFillTheSentence) {
    run_sql("UPDATE traces SET id = printf('%.*c', 1000000, 'x') || char(10); UPDATE trace_contents SET zstd = x'00'");
    const auto session = Session::open(m_file);
    const std::string said = error_of([&] { session->trace(session->traces(0, 1).front().id); });
    EXPECT_THAT(said, AllOf(StartsWith(m_file.string()), HasSubstr("is damaged"), testing::SizeIs(testing::Lt(1000u))));
}

// A frame of 32 KB that says rightly that it holds a gigabyte of zeros took a gigabyte.
TEST_F(HostileSession, AFrameThatIsTooSmallForWhatItHoldsIsRefused) {
    const auto frame_of_zeros = [](std::size_t size) {
        const std::string zeros(size, '\0');
        return packed(zeros);
    };
    const std::size_t harmless = std::size_t{64} << 20;
    EXPECT_EQ(unpacked(frame_of_zeros(harmless), static_cast<std::int64_t>(harmless)).value().size(), harmless);
    EXPECT_EQ(unpacked(frame_of_zeros(2 * harmless), 2 * static_cast<std::int64_t>(harmless)), std::nullopt);
}

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t byte = 0; byte < 4; ++byte) value = value << 8 | static_cast<unsigned char>(bytes[at + byte]);
    return value;
}

void put_number(std::string& bytes, std::size_t at, std::uint32_t value, std::size_t width) {
    for (std::size_t byte = 0; byte < width; ++byte) bytes[at + byte] = static_cast<char>(value >> 8 * (width - 1 - byte));
}

/// The tree of one leaf becomes one of fourteen levels, in which all nine children of a page are the same page: 9^14 times that leaf.
/// (https://www.sqlite.org/fileformat.html, section 1.6)   @param root of an index, or a table without row ids
void lead_in_circles(std::string& file, std::uint32_t root) {
    constexpr std::uint32_t kLevels = 14, kCells = 8, kHeader = 12;
    const std::size_t page_size = static_cast<std::size_t>(static_cast<unsigned char>(file[16])) << 8 | static_cast<unsigned char>(file[17]);
    const std::size_t start = (root - 1) * page_size;
    const std::string leaf = file.substr(start, page_size);
    ASSERT_EQ(leaf[0], 10) << "a leaf of an index";
    const std::size_t first = static_cast<std::size_t>(static_cast<unsigned char>(leaf[8])) << 8 | static_cast<unsigned char>(leaf[9]);
    const std::string cell = leaf.substr(first, 1 + static_cast<unsigned char>(leaf[first])); // its length is in one byte
    const auto last = static_cast<std::uint32_t>(file.size() / page_size);
    for (std::uint32_t level = 0; level < kLevels; ++level) {
        const std::uint32_t child = last + level + 1;
        std::string page(page_size, '\0');
        page[0] = 2;
        put_number(page, 3, kCells, 2);
        put_number(page, 8, child, 4);
        std::size_t content = page_size;
        for (std::uint32_t number = 0; number < kCells; ++number) {
            content -= 4 + cell.size();
            put_number(page, content, child, 4);
            page.replace(content + 4, cell.size(), cell);
            put_number(page, kHeader + 2 * number, static_cast<std::uint32_t>(content), 2);
        }
        put_number(page, 5, static_cast<std::uint32_t>(content), 2);
        if (level == 0) file.replace(start, page_size, page);
        else file += page;
    }
    file += leaf;
    put_number(file, 28, static_cast<std::uint32_t>(file.size() / page_size), 4);
}

TEST_F(HostileSession, PagesThatLeadInCirclesAreLeft) {
    std::uint32_t judgments = 0, trace_ids = 0;
    {
        SQLite::Database database(m_file.string());
        judgments = database.execAndGet("SELECT rootpage FROM sqlite_schema WHERE name = 'judgments'").getUInt();
        trace_ids = database.execAndGet("SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_traces_1'").getUInt();
    }
    std::string bytes = bytes_of(m_file);
    ASSERT_EQ(number_at(bytes, 28) * 4096, bytes.size());
    ASSERT_NO_FATAL_FAILURE(lead_in_circles(bytes, judgments));
    ASSERT_NO_FATAL_FAILURE(lead_in_circles(bytes, trace_ids));
    std::ofstream(m_file, std::ios::binary | std::ios::trunc) << bytes;
    const auto session = Session::open(m_file);
    EXPECT_EQ(session->state(), some_state()) << "what is whole is there";
    EXPECT_THAT(error_of([&] { session->judgments(); }), AllOf(HasSubstr("damaged session"), HasSubstr("circles"))) << "more than the file has";
    EXPECT_THAT(error_of([&] { session->trace_count(); }), AllOf(HasSubstr("damaged session"), HasSubstr("interrupted"))) << "more steps than it can ask for";
    EXPECT_THAT(error_of([&] { session->copy_to(m_folder / "copy.cameo"); }), HasSubstr("damaged session"));
    EXPECT_FALSE(std::filesystem::exists(m_folder / "copy.cameo"));
}

// The limits must be none for what is large and whole.
TEST_F(HostileSession, ManyJudgmentsAtOnceAreNoCircle) {
    std::vector<SessionJudgment> many;
    for (int number = 0; number < 200'000; ++number) many.push_back({.collection = "c", .query = "q" + std::to_string(number), .query_id = "", .document = "d", .grade = 1, .at_ms = 1});
    const auto session = Session::open(m_file);
    session->change_judgments(many, {});
    EXPECT_EQ(session->judgments().size(), many.size() + 1);
    session->change_judgments({}, many);
    EXPECT_EQ(session->judgments().size(), 1u);
}

TEST_F(HostileSession, ASelectionOfWrongTypesIsEmpty) {
    for (const char* json : {R"({"trace":1})", R"({"token":1e300})", R"({"token":"1"})", R"({"documents":[1]})", "[]", "7", R"({"trace":{"a":[]}})"}) {
        run_sql(std::string("UPDATE state SET value = '") + json + "' WHERE key = 'selection'");
        EXPECT_EQ(Session::open(m_file)->state().selection, SessionSelection()) << json;
    }
    run_sql("UPDATE state SET value = printf('%.*c', 1000000, '[') WHERE key = 'selection'");
    EXPECT_EQ(Session::open(m_file)->state().selection, SessionSelection());
}

} // namespace
} // namespace cameo
