#pragma once

#include "core/data/sqlite_file.hpp"

#include <span>

namespace cameo {

/// The steps from an empty database to the newest schema: step n (from 0) leads to schema version n + 1.
/// Steps that were released are never changed; docs/session-format.md describes what they lead to.
std::span<const char* const> session_migrations();

/// The versions are the number of migrations.
SqliteKind session_kind();

/// Brings a database with schema version `PRAGMA user_version` (0: empty) to version steps.size(), all steps
/// in one transaction. @pre it is not newer.   @throws SQLite::Exception, having changed nothing.
void migrate(SQLite::Database& database, std::span<const char* const> steps);

} // namespace cameo
