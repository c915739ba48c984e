#include "core/model/vectors/vector_store.hpp"

#include "core/base/checksum.hpp"
#include "core/base/error.hpp"
#include "core/base/sha256.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

namespace cameo {

namespace {

static_assert(std::endian::native == std::endian::little, "keys and vectors are stored little-endian");

constexpr char kMagic[] = "CAMEOVEC";
constexpr std::uint32_t kFormat = 1;
constexpr std::size_t kMakerLetters = 16;
constexpr std::size_t kHeader = 40;
constexpr std::size_t kInFront = sizeof(TextKey) + sizeof(std::uint64_t); ///< of a record's vector
constexpr std::size_t kGathered = std::size_t{1} << 18; ///< bytes that are worth an append
constexpr std::size_t kMostGathered = std::size_t{1} << 24; ///< while others hold the lock
constexpr std::size_t kChunk = std::size_t{1} << 20;
// An append takes milliseconds. Who holds the lock for longer is stopped, and nobody waits for that.
constexpr int kTries = 25, kLastTries = 250;
constexpr auto kPause = std::chrono::milliseconds(2);

struct Header {
    char magic[8];
    std::uint32_t format, width;
    char maker[kMakerLetters];
    std::uint64_t sum; ///< of what stands above
};
static_assert(sizeof(Header) == kHeader);

Header header_of(const std::string& maker, std::size_t width) {
    Header header{{}, kFormat, std::uint32_t(width), {}, 0};
    std::memcpy(header.magic, kMagic, sizeof header.magic);
    std::memcpy(header.maker, maker.data(), kMakerLetters);
    header.sum = checksum64(std::as_bytes(std::span(&header, 1)).first(kHeader - sizeof header.sum));
    return header;
}

std::uint64_t record_sum(const TextKey& key, std::span<const float> row) {
    return checksum64(std::as_bytes(row), checksum64(std::as_bytes(std::span(&key, 1))));
}

/// @return whether all of it could be read
bool read_at(int descriptor, std::span<std::byte> bytes, std::uint64_t offset) {
    while (!bytes.empty()) {
        const auto read = ::pread(descriptor, bytes.data(), bytes.size(), ::off_t(offset));
        if (read < 0 && errno == EINTR)
            continue;
        if (read <= 0)
            return false;
        bytes = bytes.subspan(std::size_t(read));
        offset += std::uint64_t(read);
    }
    return true;
}

bool write_at(int descriptor, std::span<const std::byte> bytes, std::uint64_t offset) {
    while (!bytes.empty()) {
        const auto written = ::pwrite(descriptor, bytes.data(), bytes.size(), ::off_t(offset));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes = bytes.subspan(std::size_t(written));
        offset += std::uint64_t(written);
    }
    return true;
}

/// 0 where it cannot be told.
std::uint64_t size_of(int descriptor) {
    struct stat status {};
    return ::fstat(descriptor, &status) == 0 ? std::uint64_t(status.st_size) : 0;
}

} // namespace

TextKey text_key(std::span<const std::int32_t> ids, std::size_t attended) {
    const auto bytes = std::as_bytes(ids);
    const std::uint64_t count = attended;
    Sha256 hash;
    hash.update({reinterpret_cast<const char*>(&count), sizeof count});
    hash.update({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    const auto digest = hash.digest();
    TextKey key;
    std::memcpy(&key.high, digest.data(), sizeof key.high);
    std::memcpy(&key.low, digest.data() + sizeof key.high, sizeof key.low);
    return key;
}

VectorStore::VectorStore(std::filesystem::path file, std::string maker, std::size_t width, std::uintmax_t most_bytes,
                         std::function<void(const std::string&)> tell)
    : m_file(std::move(file)), m_maker(std::move(maker)), m_width(width), m_most_bytes(most_bytes), m_tell(std::move(tell)) {
    check(m_maker.size() == kMakerLetters && m_width >= 1 && m_width <= (1u << 24), "VectorStore: a maker of 16 letters and a width");
    open();
    read_new();
}

VectorStore::~VectorStore() {
    if (m_writes && !m_keys.empty() && lock(kLastTries)) {
        append();
        ::flock(m_descriptor, LOCK_UN);
    }
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

std::size_t VectorStore::record_bytes() const { return kInFront + m_width * sizeof(float); }

bool VectorStore::lock(int tries) const {
    for (int left = tries; left > 0; --left) {
        if (::flock(m_descriptor, LOCK_EX | LOCK_NB) == 0)
            return true;
        if (errno != EWOULDBLOCK && errno != EINTR)
            return false;
        std::this_thread::sleep_for(kPause);
    }
    return false;
}

bool VectorStore::read_header(std::uintmax_t size) const {
    const Header wanted = header_of(m_maker, m_width);
    Header found{};
    return size >= kHeader && read_at(m_descriptor, std::as_writable_bytes(std::span(&found, 1)), 0) &&
           std::memcmp(&found, &wanted, kHeader) == 0;
}

void VectorStore::open() {
    constexpr int kRounds = 3; // another process may replace the file meanwhile
    for (int round = 0; round < kRounds; ++round) {
        m_descriptor = ::open(m_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (m_descriptor < 0) {
            const int code = errno;
            m_descriptor = ::open(m_file.c_str(), O_RDONLY | O_CLOEXEC);
            if (m_descriptor < 0 || !read_header(size_of(m_descriptor))) {
                if (m_descriptor >= 0)
                    ::close(std::exchange(m_descriptor, -1));
                throw Error(ErrorKind::Environment, m_file.string() + ": cannot be opened: " + std::strerror(code));
            }
            give_up(std::strerror(code));
            return;
        }
        const bool locked = lock(kTries);
        const auto size = size_of(m_descriptor);
        if (read_header(size)) {
            if (locked)
                ::flock(m_descriptor, LOCK_UN);
            return;
        }
        if (locked && size == 0) {
            const Header header = header_of(m_maker, m_width);
            const bool written = write_at(m_descriptor, std::as_bytes(std::span(&header, 1)), 0);
            const int code = errno;
            if (!written && ::ftruncate(m_descriptor, 0) != 0)
                ::unlink(m_file.c_str());
            ::flock(m_descriptor, LOCK_UN);
            if (written)
                return;
            ::close(std::exchange(m_descriptor, -1));
            throw Error(ErrorKind::Environment, m_file.string() + ": cannot be written: " + std::strerror(code));
        }
        // Of another version or maker, or damaged. Whoever still reads the old one keeps what was there.
        if (locked)
            ::unlink(m_file.c_str());
        ::close(std::exchange(m_descriptor, -1));
    }
    throw Error(ErrorKind::Environment, m_file.string() + ": cannot be made: other processes hold it");
}

/// Keys alone: a vector is checked when somebody asks for it.
void VectorStore::read_new() {
    const auto size = size_of(m_descriptor);
    const std::size_t record = record_bytes();
    const std::uint64_t there = size < kHeader ? 0 : (size - kHeader) / record;
    if (there <= m_records)
        return;
    const std::size_t together = std::max<std::size_t>(kChunk / record, 1);
    std::vector<std::byte> chunk;
    while (m_records < there) {
        const auto count = std::size_t(std::min<std::uint64_t>(together, there - m_records));
        chunk.resize(count * record);
        if (!read_at(m_descriptor, chunk, kHeader + m_records * record))
            return;
        for (std::size_t at = 0; at < count; ++at) {
            TextKey key;
            std::memcpy(&key, chunk.data() + at * record, sizeof key);
            m_places[key] = m_records + at; // the latest: what was added again stood for a damaged one
        }
        m_records += count;
    }
}

bool VectorStore::read_record(std::uint64_t record, const TextKey& key, std::span<float> row) const {
    std::vector<std::byte> bytes(record_bytes());
    if (!read_at(m_descriptor, bytes, kHeader + record * bytes.size()))
        return false;
    TextKey own;
    std::uint64_t sum = 0;
    std::memcpy(&own, bytes.data(), sizeof own);
    std::memcpy(&sum, bytes.data() + sizeof own, sizeof sum);
    std::memcpy(row.data(), bytes.data() + kInFront, row.size_bytes());
    return own == key && sum == record_sum(key, row);
}

std::vector<bool> VectorStore::find(std::span<const TextKey> keys, std::span<float> rows) {
    check(rows.size() == keys.size() * m_width, "VectorStore: a row a key");
    std::vector<bool> found(keys.size(), false);
    const std::lock_guard lock(m_mutex);
    read_new();
    for (std::size_t at = 0; at < keys.size(); ++at) {
        const auto row = rows.subspan(at * m_width, m_width);
        if (const auto own = m_gathered.find(keys[at]); own != m_gathered.end()) {
            std::copy_n(m_rows.data() + own->second * m_width, m_width, row.data());
            found[at] = true;
        } else if (const auto place = m_places.find(keys[at]); place != m_places.end()) {
            found[at] = read_record(place->second, keys[at], row);
            if (!found[at])
                m_places.erase(place); // so that it is added again
        }
    }
    return found;
}

void VectorStore::add(std::span<const TextKey> keys, std::span<const float> rows) {
    check(rows.size() == keys.size() * m_width, "VectorStore: a row a key");
    const std::lock_guard guard(m_mutex);
    for (std::size_t at = 0; at < keys.size() && m_writes; ++at) {
        if (m_places.contains(keys[at]) || m_rows.size() * sizeof(float) >= kMostGathered ||
            !m_gathered.emplace(keys[at], m_keys.size()).second)
            continue;
        const auto row = rows.subspan(at * m_width, m_width);
        m_keys.push_back(keys[at]);
        m_rows.insert(m_rows.end(), row.begin(), row.end());
    }
    if (m_rows.size() * sizeof(float) >= kGathered && lock(1)) {
        append();
        ::flock(m_descriptor, LOCK_UN);
    }
}

void VectorStore::flush() {
    const std::lock_guard guard(m_mutex);
    if (m_writes && !m_keys.empty() && lock(kTries)) {
        append();
        ::flock(m_descriptor, LOCK_UN);
    }
}

/// @pre under the file's lock
void VectorStore::append() {
    read_new();
    const std::size_t record = record_bytes();
    std::vector<std::byte> bytes(m_keys.size() * record);
    std::byte* to = bytes.data();
    for (std::size_t at = 0; at < m_keys.size(); ++at) {
        if (m_places.contains(m_keys[at])) // another process was faster
            continue;
        const auto row = std::span<const float>(m_rows).subspan(at * m_width, m_width);
        const std::uint64_t sum = record_sum(m_keys[at], row);
        std::memcpy(to, &m_keys[at], sizeof m_keys[at]);
        std::memcpy(to + sizeof m_keys[at], &sum, sizeof sum);
        std::memcpy(to + kInFront, row.data(), row.size_bytes());
        to += record;
    }
    bytes.resize(std::size_t(to - bytes.data()));
    m_gathered.clear();
    m_keys.clear();
    m_rows.clear();
    const auto size = size_of(m_descriptor);
    if (size < kHeader || size + bytes.size() > m_most_bytes) {
        m_writes = false; // somebody has emptied it, or it is full: what is there goes on to serve
        return;
    }
    const std::uint64_t end = size - (size - kHeader) % record; // behind it is half a record of one who was killed
    if (::ftruncate(m_descriptor, ::off_t(end)) != 0 || !write_at(m_descriptor, bytes, end)) {
        const int code = errno;
        if (::ftruncate(m_descriptor, ::off_t(end)) != 0)
            ::unlink(m_file.c_str());
        give_up(std::strerror(code));
        return;
    }
    read_new();
}

void VectorStore::give_up(const std::string& why) {
    m_writes = false;
    if (m_tell)
        m_tell(m_file.string() + ": cannot be written: " + why + "; what encoders make of texts is computed again where it is needed");
}

} // namespace cameo
