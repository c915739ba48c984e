#pragma once

// For .cpp files of sessions only: shows SQLite.

#include "sessions/database.hpp"
#include "sessions/session.hpp"

namespace cameo {

SessionNotebook read_notebook(SQLite::Database& database);
/// What differs between the two. @pre inside a transaction
void write_notebook(SQLite::Database& database, const SessionNotebook& before, const SessionNotebook& after);

} // namespace cameo
