#pragma once

// For .cpp files of core and sessions only: public headers do not speak SQLite.

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace cameo {

/// A kind of SQLite file that Cameo writes, recognised by SQLite's application_id and user_version.
struct SqliteKind {
    std::string_view noun; ///< "collection", "session": how errors call the file
    std::uint32_t application_id = 0;
    int newest_version = 1; ///< of the schema that this program knows
};

enum class NewerVersion {
    Refuse,
    Read, ///< it has all that this version has, and more
};

/// Reads the first 100 bytes of the file, nothing else, so that a file that is not ours or too new is refused
/// before SQLite opens it. @return its schema version, 1 .. newest_version, or beyond where that may be.
/// @throws Error: no such file, no SQLite file, another application's, a newer schema that is refused, cut off.
int check_sqlite_header(const std::filesystem::path& file, const SqliteKind& kind, NewerVersion newer = NewerVersion::Refuse);

/// "file:…?immutable=1" for a file that nobody writes: read without locks and without -wal and -shm beside
/// it.
std::string immutable_uri(const std::filesystem::path& file);

/// What SQLite says, as one sentence with the file's name and what to do.
[[noreturn]] void throw_sqlite_error(const std::filesystem::path& file, const SqliteKind& kind,
                                     const SQLite::Exception& exception);

/// Calls `work` and translates SQLite's exceptions into ours.
template <typename Work>
decltype(auto) translating(const std::filesystem::path& file, const SqliteKind& kind, Work&& work) {
    try {
        return std::forward<Work>(work)();
    } catch (const SQLite::Exception& exception) {
        throw_sqlite_error(file, kind, exception);
    }
}

} // namespace cameo
