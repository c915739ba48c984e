#pragma once

// For .cpp files of core and sessions only: shows SQLite.

#include "core/data/sqlite_file.hpp"

namespace cameo {

enum class SchemaUse {
    Read,
    Write, ///< what runs at each write is looked at too
};

/// A database of ours holds what it says: tables and indexes of UTF-8 text, in which nothing is computed. One with a view, a trigger, a virtual
/// table or a generated column could make whoever reads it count for ever or fill the memory; one with a check, a computed default or an index
/// over an expression whoever writes it.
/// @throws Error(InvalidInput) naming what it has; SQLite::Exception
void check_plain_schema(SQLite::Database& database, const std::filesystem::path& file, const SqliteKind& kind, SchemaUse use);

} // namespace cameo
