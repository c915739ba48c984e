#include "sessions/training_schema.hpp"

#include <sqlite3.h>

#include <array>

namespace cameo {

namespace {

constexpr int kLongest = 1 << 24;

constexpr std::array<const char*, 2> kTrainingMigrations{
    R"sql(
    CREATE TABLE metric_names(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE metrics(
        name_id INTEGER NOT NULL REFERENCES metric_names(id), step INTEGER NOT NULL, value REAL,
        PRIMARY KEY(name_id, step)) WITHOUT ROWID;
    CREATE TABLE competition(
        step INTEGER NOT NULL, instance INTEGER NOT NULL, query TEXT NOT NULL, ranks BLOB NOT NULL,
        weights BLOB NOT NULL, PRIMARY KEY(step, instance)) WITHOUT ROWID;
    CREATE TABLE events(
        id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, step INTEGER NOT NULL, kind TEXT NOT NULL,
        text TEXT NOT NULL);
    CREATE TABLE commands(
        id INTEGER PRIMARY KEY, left_ms INTEGER NOT NULL, kind TEXT NOT NULL, argument TEXT NOT NULL,
        answered_ms INTEGER, step INTEGER, refusal TEXT);
    PRAGMA application_id = 1129141297; -- "CMT1"
    )sql",
    R"sql(
    CREATE TABLE probe_systems(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE probe_queries(
        id INTEGER PRIMARY KEY, query TEXT NOT NULL, text TEXT NOT NULL, category TEXT NOT NULL, right_one INTEGER NOT NULL);
    CREATE TABLE probe_documents(id INTEGER PRIMARY KEY, document TEXT NOT NULL, title TEXT NOT NULL);
    CREATE TABLE probes(
        step INTEGER PRIMARY KEY, ranks BLOB NOT NULL, top BLOB NOT NULL, probabilities BLOB NOT NULL,
        weights BLOB NOT NULL, document_weights BLOB NOT NULL);
    )sql",
};

} // namespace

DatabaseFormat training_format() {
    return {.kind = {.noun = "training",
                     .application_id = 0x434d5431,
                     .newest_version = static_cast<int>(kTrainingMigrations.size())},
            .migrations = kTrainingMigrations,
            // A step adds one row to the end of each metric, each in a page of its own: small pages make the
            // log a quarter as long and a million rows take half the time.
            .page_size = 1024,
            .oldest_readable = 1};
}

void limit_lengths(SQLite::Database& database) {
    ::sqlite3_limit(database.getHandle(), SQLITE_LIMIT_LENGTH, kLongest);
}

} // namespace cameo
