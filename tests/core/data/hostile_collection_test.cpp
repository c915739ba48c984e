#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/data/collection_schema.hpp"
#include "core/data/collection_writer.hpp"
#include "tests/support/temporary_folder.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

// Files that somebody has made so that whoever opens them counts for ever, runs what they say or fills the memory.

namespace cameo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kEndless = " AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, hex(zeroblob(1000)) FROM n";

class HostileCollection : public testing::Test {
protected:
    HostileCollection() {
        ::setenv("CAMEO_HOME", m_home.path().c_str(), 1);
        m_file = collection_file("c");
        const auto writer = CollectionWriter::create(m_file);
        writer->add(Document{.id = "a", .title = "title", .text = "text", .fields = {}});
        writer->commit();
    }
    ~HostileCollection() override { ::unsetenv("CAMEO_HOME"); }

    void run_sql(const std::string& sql) { SQLite::Database(m_file.string(), SQLite::OPEN_READWRITE).exec(sql); }
    template <typename Work>
    std::string error_of(const Work& work) {
        try {
            work();
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    }
    std::string refusal() {
        return error_of([&] { Collection::open(m_file); });
    }
    std::string refusal_to_grow() {
        return error_of([&] { CollectionWriter::grow(m_file, m_progress); });
    }

    TemporaryFolder m_home;
    Progress m_progress;
    std::filesystem::path m_file;
};

// Opening it and listing it asked the view, which has no end.
TEST_F(HostileCollection, AViewInPlaceOfATableIsNotAsked) {
    run_sql(std::string("DROP TABLE meta; CREATE VIEW meta(key, value)") + kEndless);
    const auto refused = AllOf(StartsWith(m_file.string()), HasSubstr("has the view meta; a collection of Cameo has plain tables only"));
    EXPECT_THAT(refusal(), refused);
    EXPECT_THAT(refusal_to_grow(), refused);
    EXPECT_THAT(list_collections().at(0).problem, refused);
}

TEST_F(HostileCollection, DocumentsThatAreCountedForEverAreNotRead) {
    run_sql(std::string("DROP TABLE documents; CREATE VIEW documents(ordinal, id)") + kEndless);
    EXPECT_THAT(refusal(), HasSubstr("has the view documents"));
}

TEST_F(HostileCollection, ATriggerIsNotRun) {
    run_sql("CREATE TRIGGER more AFTER INSERT ON documents BEGIN DELETE FROM queries; END");
    EXPECT_THAT(refusal(), HasSubstr("has the trigger more"));
}

// It serves those who read; what would run at each write is refused.
TEST_F(HostileCollection, WhatRunsAtAWriteIsNotWritten) {
    run_sql("CREATE INDEX more ON documents(length(hex(zeroblob(ordinal))))");
    EXPECT_EQ(Collection::open(m_file)->size(), 1);
    EXPECT_THAT(refusal_to_grow(), HasSubstr("has the computed index more"));
}

// A file of 12 KB with one removed document took 32 GiB for the set of those that were removed.
TEST_F(HostileCollection, MoreDocumentsThanTheFileHasRoomForAreRefused) {
    run_sql("INSERT INTO documents VALUES (274877906943, 'z', '', '', '', 0); INSERT INTO removed VALUES (274877906943);"
            "UPDATE meta SET value = '274877906944' WHERE key = 'documents'");
    EXPECT_THAT(refusal(), HasSubstr("is a damaged collection: its documents are not those it says it has"));
}

} // namespace
} // namespace cameo
