#include "sessions/database.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/data/plain_schema.hpp"

namespace cameo {

namespace {

namespace fs = std::filesystem;

bool is_missing_or_empty(const fs::path& file) {
    std::error_code failed;
    return !fs::exists(file, failed) ||
           (fs::is_regular_file(file, failed) && fs::file_size(file, failed) == 0);
}

/// The header may be older than what waits in the -wal file. @return the schema version
int version_of(SQLite::Database& database, const fs::path& file, const DatabaseFormat& format, NewerVersion newer) {
    const int version = database.execAndGet("PRAGMA user_version").getInt();
    if (version > format.kind.newest_version && newer == NewerVersion::Refuse)
        throw Error(ErrorKind::Unsupported, file.string() + ": is a " + std::string(format.kind.noun) +
                                                " from a newer version of Cameo; nothing was changed");
    return version;
}

void refuse_unreadable(int version, const fs::path& file, const DatabaseFormat& format) {
    const int oldest = format.oldest_readable > 0 ? format.oldest_readable : format.kind.newest_version;
    if (version >= oldest) return;
    throw Error(ErrorKind::Unsupported,
                file.string() + ": is a " + std::string(format.kind.noun) +
                    " of an older version, which has to be brought up to date first; open "
                    "it for writing or copy it");
}

} // namespace

void migrate(SQLite::Database& database, std::span<const char* const> steps) {
    // Asked inside the transaction: another process may have migrated meanwhile.
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    const auto version = static_cast<std::size_t>(database.execAndGet("PRAGMA user_version").getInt());
    check(version <= steps.size(), "migrate: the database is newer than the steps");
    for (const auto* step : steps.subspan(version))
        database.exec(step);
    database.exec("PRAGMA user_version = " + std::to_string(steps.size()));
    transaction.commit();
}

void make_where_missing(const fs::path& file, const DatabaseFormat& format) {
    if (!is_missing_or_empty(file)) return;
    std::error_code failed;
    const auto folder = fs::absolute(file).parent_path();
    fs::create_directories(folder, failed);
    if (failed)
        throw Error(ErrorKind::Environment,
                    folder.string() + ": cannot make the folder: " + failed.message());
    AtomicFile output(file);
    translating(file, format.kind, [&] {
        SQLite::Database database(output.temporary_path().string(), SQLite::OPEN_READWRITE);
        database.exec("PRAGMA page_size = " + std::to_string(format.page_size));
        database.exec("PRAGMA journal_mode = OFF");
        migrate(database, format.migrations);
        database.exec("PRAGMA journal_mode = WAL");
    });
    output.commit();
}

SQLite::Database open_for_writing(const fs::path& file, const DatabaseFormat& format, int busy_ms,
                                  OlderVersion older) {
    check_sqlite_header(file, format.kind);
    return translating(file, format.kind, [&] {
        SQLite::Database database(file.string(), SQLite::OPEN_READWRITE, busy_ms);
        const int version = version_of(database, file, format, NewerVersion::Refuse);
        const bool is_older = version < format.kind.newest_version && older == OlderVersion::Migrate;
        if (!is_older) refuse_unreadable(version, file, format);
        check_plain_schema(database, file, format.kind, SchemaUse::Write);
        database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF");
        if (is_older) {
            migrate(database, format.migrations);
            database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        return database;
    });
}

bool has_log(const fs::path& file) {
    std::error_code failed;
    return fs::exists(file.string() + "-wal", failed);
}

SQLite::Database open_for_reading(const fs::path& file, const DatabaseFormat& format, int busy_ms,
                                  bool through_log) {
    check_sqlite_header(file, format.kind, format.newer);
    return translating(file, format.kind, [&] {
        auto database = through_log
                            ? SQLite::Database(file.string(), SQLite::OPEN_READONLY, busy_ms)
                            : SQLite::Database(immutable_uri(file), SQLite::OPEN_READONLY | SQLite::OPEN_URI);
        refuse_unreadable(version_of(database, file, format, format.newer), file, format);
        check_plain_schema(database, file, format.kind, SchemaUse::Read);
        database.exec("PRAGMA trusted_schema = OFF");
        return database;
    });
}

std::string text_of(const SQLite::Column& column) {
    return std::string(static_cast<const char*>(column.getBlob()),
                       static_cast<std::size_t>(column.getBytes()));
}

} // namespace cameo
