#include "sessions/read_limits.hpp"

#include <algorithm>
#include <limits>
#include <sqlite3.h>

namespace cameo {

namespace {

constexpr std::int64_t kFewSteps = 20'000'000; ///< tenths of a second
constexpr std::int64_t kStepsAByte = 50;       ///< a row of ten bytes takes some forty steps
constexpr std::int64_t kStepsAThing = 1000;
constexpr std::int64_t kFewBytes = 1 << 20;

/// With what waits in the log.
std::int64_t bytes_of(SQLite::Database& database) {
    return database.execAndGet("PRAGMA page_count").getInt64() * database.execAndGet("PRAGMA page_size").getInt64();
}

} // namespace

void limit_steps(SQLite::Database& database, std::size_t things) {
    const std::int64_t most = std::min<std::int64_t>(kFewSteps + kStepsAByte * bytes_of(database) + kStepsAThing * static_cast<std::int64_t>(things), std::numeric_limits<int>::max());
    ::sqlite3_progress_handler(database.getHandle(), static_cast<int>(most), [](void*) { return 1; }, nullptr);
}

RowReader::RowReader(SQLite::Database& database) : m_bytes_left(bytes_of(database) + kFewBytes) {}

bool RowReader::step(SQLite::Statement& statement) {
    if (!statement.executeStep()) return false;
    for (int column = 0; column < statement.getColumnCount(); ++column) {
        const SQLite::Column value = statement.getColumn(column);
        if (value.isText() || value.isBlob()) m_bytes_left -= value.getBytes();
    }
    if (m_bytes_left < 0) throw SQLite::Exception("its pages lead in circles", SQLITE_CORRUPT);
    return true;
}

} // namespace cameo
