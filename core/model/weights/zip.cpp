#include "core/model/weights/zip.hpp"

#include "core/base/error.hpp"

#include <cstdint>
#include <cstring>

namespace cameo {

namespace {

constexpr std::uint32_t kEnd = 0x06054b50, kEnd64 = 0x06064b50, kLocator64 = 0x07064b50, kCentral = 0x02014b50,
                        kLocal = 0x04034b50;
constexpr std::uint64_t kMaxEntries = 1'000'000;

class ZipReader {
public:
    ZipReader(const std::filesystem::path& path, std::span<const std::byte> bytes) : m_path(path), m_bytes(bytes) {}

    [[noreturn]] void refuse(const std::string& why) const {
        throw Error(ErrorKind::InvalidInput, m_path.string() + ": not a sound zip archive: " + why);
    }
    template <class T>
    T number(std::uint64_t at) const {
        if (at > m_bytes.size() || m_bytes.size() - at < sizeof(T))
            refuse("it ends at byte " + std::to_string(m_bytes.size()) + ", inside a record at " + std::to_string(at));
        T value;
        std::memcpy(&value, m_bytes.data() + at, sizeof(T));
        return value;
    }
    std::span<const std::byte> part(std::uint64_t at, std::uint64_t size, const std::string& what) const {
        if (at > m_bytes.size() || size > m_bytes.size() - at)
            refuse(what + " lies outside the file of " + std::to_string(m_bytes.size()) + " bytes");
        return m_bytes.subspan(at, size);
    }
    std::uint64_t size() const { return m_bytes.size(); }

private:
    const std::filesystem::path& m_path;
    std::span<const std::byte> m_bytes;
};

struct Directory {
    std::uint64_t at = 0, entries = 0;
};

Directory find_directory(const ZipReader& zip) {
    if (zip.size() < 22)
        zip.refuse("it has only " + std::to_string(zip.size()) + " bytes");
    const std::uint64_t first = zip.size() > 22 + 65535 ? zip.size() - 22 - 65535 : 0;
    for (std::uint64_t at = zip.size() - 22 + 1; at-- > first;) {
        if (zip.number<std::uint32_t>(at) != kEnd)
            continue;
        Directory found{zip.number<std::uint32_t>(at + 16), zip.number<std::uint16_t>(at + 10)};
        if (at >= 20 && zip.number<std::uint32_t>(at - 20) == kLocator64) {
            const auto end64 = zip.number<std::uint64_t>(at - 20 + 8);
            if (zip.number<std::uint32_t>(end64) != kEnd64)
                zip.refuse("its zip64 directory is not where it says");
            found = {zip.number<std::uint64_t>(end64 + 48), zip.number<std::uint64_t>(end64 + 32)};
        }
        if (found.entries > kMaxEntries)
            zip.refuse("it claims " + std::to_string(found.entries) + " entries");
        return found;
    }
    zip.refuse("it has no directory at its end (truncated?)");
}

// Sizes and offset of an entry may stand in its zip64 field instead, in this order, each only when it is all ones.
void apply_zip64(const ZipReader& zip, std::uint64_t at, std::uint64_t end, std::uint64_t& size, std::uint64_t& packed,
                 std::uint64_t& offset) {
    while (at + 4 <= end) {
        const auto tag = zip.number<std::uint16_t>(at);
        const std::uint64_t next = at + 4 + zip.number<std::uint16_t>(at + 2);
        if (tag == 1) {
            at += 4;
            for (std::uint64_t* value : {&size, &packed, &offset})
                if (*value == 0xffffffffu && at + 8 <= next) {
                    *value = zip.number<std::uint64_t>(at);
                    at += 8;
                }
        }
        at = next;
    }
}

} // namespace

std::map<std::string, std::span<const std::byte>, std::less<>> read_zip(const std::filesystem::path& path,
                                                                        std::span<const std::byte> bytes) {
    const ZipReader zip(path, bytes);
    const Directory directory = find_directory(zip);
    std::map<std::string, std::span<const std::byte>, std::less<>> files;
    std::uint64_t at = directory.at;
    for (std::uint64_t entry = 0; entry < directory.entries; ++entry) {
        if (zip.number<std::uint32_t>(at) != kCentral)
            zip.refuse("entry " + std::to_string(entry) + " of its directory is damaged");
        const auto method = zip.number<std::uint16_t>(at + 10);
        std::uint64_t packed = zip.number<std::uint32_t>(at + 20), size = zip.number<std::uint32_t>(at + 24);
        const std::uint64_t name_size = zip.number<std::uint16_t>(at + 28), extra = zip.number<std::uint16_t>(at + 30),
                            comment = zip.number<std::uint16_t>(at + 32);
        std::uint64_t local = zip.number<std::uint32_t>(at + 42);
        const auto name_bytes = zip.part(at + 46, name_size, "an entry's name");
        const std::string name(reinterpret_cast<const char*>(name_bytes.data()), name_bytes.size());
        apply_zip64(zip, at + 46 + name_size, at + 46 + name_size + extra, size, packed, local);
        if (method != 0 || packed != size)
            zip.refuse("its entry " + name + " is compressed, which torch.save never does");
        if (zip.number<std::uint32_t>(local) != kLocal)
            zip.refuse("its entry " + name + " is not where the directory says");
        const std::uint64_t begin =
            local + 30 + zip.number<std::uint16_t>(local + 26) + zip.number<std::uint16_t>(local + 28);
        if (!files.emplace(name, zip.part(begin, size, "its entry " + name)).second)
            zip.refuse("it has two entries " + name);
        at += 46 + name_size + extra + comment;
    }
    return files;
}

} // namespace cameo
