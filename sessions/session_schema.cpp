#include "sessions/session_schema.hpp"

#include <array>

namespace cameo {

namespace {

constexpr std::array<const char*, 4> kSessionMigrations{
    R"sql(
    CREATE TABLE state(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE traces(
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, created_ms INTEGER NOT NULL, query TEXT NOT NULL,
        model TEXT NOT NULL, collection TEXT NOT NULL, bytes INTEGER NOT NULL);
    CREATE INDEX traces_by_time ON traces(created_ms DESC, id);
    CREATE TABLE trace_contents(number INTEGER PRIMARY KEY REFERENCES traces(number), zstd BLOB NOT NULL);
    CREATE TABLE history(
        number INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, query TEXT NOT NULL, model TEXT NOT NULL,
        collection TEXT NOT NULL, trace_id TEXT NOT NULL);
    CREATE INDEX history_by_time ON history(at_ms DESC, number DESC);
    CREATE INDEX history_by_query ON history(query, at_ms);
    PRAGMA application_id = 1129141041; -- "CMS1"
    )sql",
    R"sql(
    CREATE TABLE judgments(
        collection TEXT NOT NULL, query TEXT NOT NULL, document TEXT NOT NULL, query_id TEXT NOT NULL,
        grade INTEGER NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY(collection, query, document)) WITHOUT ROWID;
    )sql",
    R"sql(
    CREATE TABLE bookmarks(
        id TEXT PRIMARY KEY, place INTEGER NOT NULL, made_ms INTEGER NOT NULL, title TEXT NOT NULL,
        caption TEXT NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE notes(
        kind TEXT NOT NULL, collection TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL,
        at_ms INTEGER NOT NULL, PRIMARY KEY(kind, collection, subject)) WITHOUT ROWID;
    )sql",
    R"sql(
    CREATE TABLE stories(
        id TEXT PRIMARY KEY, place INTEGER NOT NULL, made_ms INTEGER NOT NULL, title TEXT NOT NULL,
        about TEXT NOT NULL) WITHOUT ROWID;
    ALTER TABLE bookmarks ADD COLUMN story TEXT NOT NULL DEFAULT '';
    ALTER TABLE bookmarks ADD COLUMN live INTEGER NOT NULL DEFAULT 0;
    )sql",
};

} // namespace

DatabaseFormat session_format() {
    return {.kind = {.noun = "session",
                     .application_id = 0x434d5331,
                     .newest_version = static_cast<int>(kSessionMigrations.size())},
            .migrations = kSessionMigrations,
            .oldest_readable = 1,
            .newer = NewerVersion::Read};
}

} // namespace cameo
