#pragma once

// For .cpp files of sessions only: shows SQLite.

#include "sessions/database.hpp"
#include "sessions/session.hpp"

namespace cameo {

/// @param version of the schema, 3 or newer: what it lacks is empty
SessionNotebook read_notebook(SQLite::Database& database, int version);
/// What differs between the two. @pre inside a transaction
void write_notebook(SQLite::Database& database, const SessionNotebook& before, const SessionNotebook& after);

} // namespace cameo
