#pragma once

// For .cpp files of sessions only: shows SQLite.

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstddef>
#include <cstdint>

namespace cameo {

// A tree whose pages have been made to point to each other is read in circles, for as long as there are circles in it. Nobody finds out by reading
// less than all of the file, so what is read is held against the file's size.

/// From now on a statement that takes more steps than a file of this size can ask for ends with SQLITE_INTERRUPT. SQLite adds up what a statement
/// takes each time that it is run, so this is not for those that are kept for hours.
/// @param things that one statement is run for, one after the other
void limit_steps(SQLite::Database& database, std::size_t things = 1);

/// Steps through rows whose texts may not come to more than the file has.
class RowReader {
public:
    explicit RowReader(SQLite::Database& database);
    /// @return whether there is another row   @throws SQLite::Exception(SQLITE_CORRUPT) as well when there is too much in them
    bool step(SQLite::Statement& statement);

private:
    std::int64_t m_bytes_left;
};

} // namespace cameo
