#include "core/data/collection_schema.hpp"

#include "core/base/error.hpp"
#include "core/base/fnv.hpp"
#include "core/base/folders.hpp"
#include "core/data/plain_schema.hpp"

#include <algorithm>

namespace cameo {

namespace {

std::string little_endian(std::uint64_t value) {
    std::string bytes(8, '\0');
    for (auto& byte : bytes) {
        byte = static_cast<char>(value);
        value >>= 8;
    }
    return bytes;
}

int hex_digit(char letter) {
    if (letter >= '0' && letter <= '9') return letter - '0';
    if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
    return -1;
}

} // namespace

void CollectionFingerprint::add(const Document& document) {
    Sha256 hash;
    hash.update({reinterpret_cast<const char*>(m_state.data()), m_state.size()});
    for (const auto* part : {&document.id, &document.title, &document.text}) {
        hash.update(little_endian(part->size()));
        hash.update(*part);
    }
    m_state = hash.digest();
}

void CollectionFingerprint::remove(DocumentOrdinal ordinal) {
    add({.id = removed_id(ordinal)});
}

std::string removed_id(DocumentOrdinal ordinal) {
    return std::string("\x01removed ") + std::to_string(ordinal);
}

bool CollectionFingerprint::restore(std::string_view hex) {
    if (hex.size() != 2 * m_state.size()) return false;
    Sha256::Digest state;
    for (std::size_t byte = 0; byte < state.size(); ++byte) {
        const int high = hex_digit(hex[2 * byte]), low = hex_digit(hex[2 * byte + 1]);
        if (high < 0 || low < 0) return false;
        state[byte] = static_cast<std::uint8_t>(high << 4 | low);
    }
    m_state = state;
    return true;
}

std::int64_t document_checksum(std::string_view id, std::string_view title, std::string_view text,
                               std::string_view fields) {
    std::uint64_t hash = kFnvBasis;
    for (const auto part : {id, title, text, fields})
        hash = fnv1a(part, fnv1a(little_endian(part.size()), hash));
    return static_cast<std::int64_t>(hash);
}

SQLite::Database open_collection_database(const std::filesystem::path& file) {
    check_sqlite_header(file, kCollectionKind);
    SQLite::Database database(immutable_uri(file), SQLite::OPEN_READONLY | SQLite::OPEN_URI | SQLite::OPEN_NOMUTEX);
    check_plain_schema(database, file, kCollectionKind, SchemaUse::Read);
    database.exec("PRAGMA trusted_schema = OFF");
    return database;
}

std::filesystem::path collection_file(std::string_view name) {
    return folders().collections() / (std::string(name) + ".sqlite");
}

void check_collection_name(std::string_view name) {
    const bool printable = std::all_of(name.begin(), name.end(), [](char letter) {
        const auto byte = static_cast<unsigned char>(letter);
        return byte >= 0x20 && byte != 0x7f && byte != '/';
    });
    if (name.empty() || name.size() > 100 || name.front() == '.' || !printable)
        throw Error(
            ErrorKind::InvalidInput,
            "\"" + std::string(name.substr(0, 100)) +
                "\" cannot name a collection: expected 1 to 100 bytes without '/' and control characters, "
                "not beginning with '.'");
}

} // namespace cameo
