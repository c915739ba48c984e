#pragma once

#include "core/base/sha256.hpp"
#include "core/data/collection.hpp"
#include "core/data/sqlite_file.hpp"

#include <cstdint>
#include <string>

namespace cameo {

/// What the reader and the writer of collection files agree on.
inline constexpr SqliteKind kCollectionKind{"collection", 0x434d4331 /* "CMC1" */, 2};

inline constexpr const char* kCollectionSchema = R"sql(
    CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE provenance(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE documents(
        ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, text TEXT NOT NULL,
        fields TEXT NOT NULL, checksum INTEGER NOT NULL);
    CREATE TABLE queries(
        position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL, category TEXT NOT NULL);
    CREATE TABLE judgments(
        split TEXT NOT NULL, query INTEGER NOT NULL, document TEXT NOT NULL, grade INTEGER NOT NULL,
        PRIMARY KEY(split, query, document)) WITHOUT ROWID;
    CREATE TABLE growth(documents INTEGER PRIMARY KEY, version TEXT NOT NULL);
)sql";

/// What version 2 added: which places are empty, and the versions before each change (`growth` had those of additions).
inline constexpr const char* kCollectionChanges = R"sql(
    CREATE TABLE IF NOT EXISTS removed(ordinal INTEGER PRIMARY KEY);
    CREATE TABLE IF NOT EXISTS versions(version TEXT PRIMARY KEY) WITHOUT ROWID;
)sql";

/// The id that an empty place has in `documents`; no document may have it.
std::string removed_id(DocumentOrdinal ordinal);

/// Fingerprint of a sequence of documents, extended one by one, so that a collection that grew has the same
/// one as a collection that was imported at once: state_n = SHA-256(state_{n-1}, id, title, text), each with
/// its length. Removing is a step of its own.
class CollectionFingerprint {
public:
    CollectionFingerprint() : m_state(sha256("cameo collection 1")) {}
    void add(const Document& document);
    void remove(DocumentOrdinal ordinal);
    /// All 64 hex digits, to go on from.
    std::string state() const { return to_hex(m_state); }
    /// @return false when `hex` is not what state() gives.
    bool restore(std::string_view hex);
    /// The first 32 hex digits: Collection::version().
    std::string version() const { return state().substr(0, 32); }

private:
    Sha256::Digest m_state;
};

/// FNV-1a (64 bits) over a stored row: tells a flipped bit from the text that was imported.
std::int64_t document_checksum(std::string_view id, std::string_view title, std::string_view text,
                               std::string_view fields);

/// A connection for one thread to a collection's file, in which nothing is computed.
/// @throws Error as Collection::open does; SQLite::Exception
SQLite::Database open_collection_database(const std::filesystem::path& file);

std::filesystem::path collection_file(std::string_view name);
/// @throws Error(InvalidInput) when the name cannot be a file's name.
void check_collection_name(std::string_view name);

} // namespace cameo
