#pragma once

// For .cpp files of sessions only: shows SQLite.

#include "core/data/sqlite_file.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace cameo {

/// A kind of database that sessions keep, and the steps that make one of an empty database.
struct DatabaseFormat {
    SqliteKind kind; ///< newest_version is the number of migrations
    /// Step n (from 0) leads to schema version n + 1. Steps that were released are never changed.
    std::span<const char* const> migrations;
    int page_size = 4096;
    int oldest_readable = 0; ///< version that those who read get along with; 0: the newest only
    NewerVersion newer = NewerVersion::Refuse; ///< for those who read
};

/// Brings a database with schema version `PRAGMA user_version` (0: empty) to version steps.size(), all steps
/// in one transaction. @pre it is not newer.   @throws SQLite::Exception, having changed nothing.
void migrate(SQLite::Database& database, std::span<const char* const> steps);

/// Makes an empty database in WAL mode where there is no file or an empty one, and the folder where there is
/// none. It is whole at once: a kill in between leaves no half of one.
void make_where_missing(const std::filesystem::path& file, const DatabaseFormat& format);

enum class OlderVersion {
    Migrate,
    Keep, ///< what is to be written is the same in all readable versions; others are refused
};

/// With synchronous = NORMAL: a killed process loses nothing; a power cut loses at most the last
/// transactions.
/// @param busy_ms how long to wait for others who write
/// @throws Error where there is none, it is of another kind, newer, damaged or more than plain tables, having changed nothing
SQLite::Database open_for_writing(const std::filesystem::path& file, const DatabaseFormat& format,
                                  int busy_ms, OlderVersion older);

/// Whether there is a -wal file beside it: changes come into the file by way of one only.
bool has_log(const std::filesystem::path& file);

/// @param through_log has_log(); without, no locks and no files beside it are needed
/// @throws Error as above, and when it is of an older version than can be read
SQLite::Database open_for_reading(const std::filesystem::path& file, const DatabaseFormat& format,
                                  int busy_ms, bool through_log);

std::string text_of(const SQLite::Column& column);

/// Runs a statement that returns no rows with these values. @return how many rows it changed.
template <typename... Values>
int run(SQLite::Statement& statement, const Values&... values) {
    int column = 0;
    statement.reset();
    (statement.bind(++column, values), ...);
    return statement.exec();
}

} // namespace cameo
