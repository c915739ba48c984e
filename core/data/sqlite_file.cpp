#include "core/data/sqlite_file.hpp"

#include "core/base/error.hpp"
#include "core/text/in_a_sentence.hpp"

#include <sqlite3.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace cameo {

namespace {

// https://www.sqlite.org/fileformat.html, section 1.3: big-endian numbers at fixed places.
constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr std::size_t kHeaderSize = 100;
constexpr std::size_t kLongestWords = 300; ///< of SQLite, which names tables by names that a file gives them

std::uint32_t number_at(const std::array<char, kHeaderSize>& header, std::size_t place) {
    std::uint32_t value = 0;
    for (std::size_t byte = 0; byte < 4; ++byte)
        value = value << 8 | static_cast<unsigned char>(header[place + byte]);
    return value;
}

/// Through SQLite's own file layer: were the file open in this process already, closing a descriptor of ours would take
/// SQLite's locks on it away (https://www.sqlite.org/howtocorrupt.html, section 2.2).
/// @return whether the file has that many bytes.   @throws Error(Environment) when it cannot be read.
bool read_header(const std::filesystem::path& file, std::array<char, kHeaderSize>& header) {
    auto* layer = ::sqlite3_vfs_find(nullptr);
    check(layer != nullptr, "SQLite has no file layer");
    const auto memory = std::make_unique<std::byte[]>(static_cast<std::size_t>(layer->szOsFile));
    auto* opened = reinterpret_cast<sqlite3_file*>(memory.get());
    const auto name = std::filesystem::absolute(file).string() + '\0'; // SQLite wants two zeros
    errno = 0;
    int code = layer->xOpen(layer, name.c_str(), opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB, nullptr);
    if (code == SQLITE_OK) {
        code = opened->pMethods->xRead(opened, header.data(), static_cast<int>(header.size()), 0);
        opened->pMethods->xClose(opened);
    }
    if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ)
        throw Error(ErrorKind::Environment,
                    file.string() + ": cannot be read: " + (errno != 0 ? std::strerror(errno) : ::sqlite3_errstr(code)));
    return code == SQLITE_OK;
}

} // namespace

int check_sqlite_header(const std::filesystem::path& file, const SqliteKind& kind, NewerVersion newer) {
    const std::string noun(kind.noun);
    std::error_code failed;
    const auto status = std::filesystem::status(file, failed);
    if (!std::filesystem::exists(status)) {
        if (failed && failed != std::errc::no_such_file_or_directory)
            throw Error(ErrorKind::Environment, file.string() + ": cannot be read: " + failed.message());
        throw Error(ErrorKind::NotFound, file.string() + ": there is no such " + noun);
    }
    if (!std::filesystem::is_regular_file(status))
        throw Error(ErrorKind::InvalidInput, file.string() + ": is not a file; expected a " + noun);

    std::array<char, kHeaderSize> header{};
    if (!read_header(file, header) ||
        std::string_view(header.data(), kMagic.size()) != kMagic ||
        number_at(header, 68) != kind.application_id)
        throw Error(ErrorKind::InvalidInput, file.string() + ": is not a " + noun +
                                                 " of Cameo: its first 100 bytes say something else");
    const auto version = number_at(header, 60);
    if (version > static_cast<std::uint32_t>(kind.newest_version) && newer == NewerVersion::Refuse)
        throw Error(ErrorKind::Unsupported,
                    file.string() + ": is a " + noun + " from a newer version of Cameo: it has format " +
                        std::to_string(version) + ", this program knows up to " +
                        std::to_string(kind.newest_version) + "; nothing was changed");
    if (version == 0)
        throw Error(ErrorKind::InvalidInput,
                    file.string() + ": is an unfinished " + noun + " without a format number");

    const std::uint64_t page_field = number_at(header, 16) >> 16;
    const std::uint64_t page_size = page_field == 1 ? 65536 : page_field;
    const std::uint64_t expected = page_size * number_at(header, 28);
    // A database in WAL mode may wait for its last pages to come over from the -wal file. Asked first: once that is
    // gone they have all come.
    std::error_code log_failed;
    const auto log_size = std::filesystem::file_size(file.string() + "-wal", log_failed);
    const bool waits = !log_failed && log_size > 0;
    const auto found = std::filesystem::file_size(file, failed);
    if (!failed && !waits && found < expected)
        throw Error(ErrorKind::InvalidInput, file.string() + ": is cut off: it has " + std::to_string(found) +
                                                 " bytes, expected " + std::to_string(expected));
    return static_cast<int>(version);
}

std::string immutable_uri(const std::filesystem::path& file) {
    constexpr char kDigits[] = "0123456789ABCDEF";
    std::string uri = "file:";
    for (const char letter : std::filesystem::absolute(file).string()) {
        if (letter == '%' || letter == '?' || letter == '#') {
            uri += '%';
            uri += kDigits[static_cast<unsigned char>(letter) >> 4];
            uri += kDigits[letter & 15];
        } else {
            uri += letter;
        }
    }
    return uri + "?immutable=1";
}

void throw_sqlite_error(const std::filesystem::path& file, const SqliteKind& kind,
                        const SQLite::Exception& exception) {
    const auto say = [&](ErrorKind error, const std::string& words) {
        throw Error(error, file.string() + ": " + words + " (SQLite: " + in_a_sentence(exception.what(), kLongestWords) + ")");
    };
    const std::string noun(kind.noun);
    switch (exception.getErrorCode()) {
    case SQLITE_FULL:
        say(ErrorKind::Environment, "the disk is full; what was saved before is still there");
        break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        say(ErrorKind::Environment, "cannot be written: the file or its folder is read-only for this user");
        break;
    case SQLITE_CANTOPEN:
        say(ErrorKind::Environment,
            "cannot be opened: the folder does not exist, or this user may not read and write there");
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        say(ErrorKind::Environment, "is in use by another program; close that one or try again");
        break;
    case SQLITE_NOMEM:
        say(ErrorKind::Environment, "not enough memory");
        break;
    case SQLITE_IOERR:
        say(ErrorKind::Environment, "cannot be read or written; the disk is full, failing or was taken away");
        break;
    default:
        // Our statements fit our schema, so whatever else goes wrong is the file's doing.
        say(ErrorKind::InvalidInput, "is a damaged " + noun);
    }
    std::abort(); // every branch has thrown
}

} // namespace cameo
