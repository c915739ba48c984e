#include "core/index/section_file.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/checksum.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace cameo {

namespace {

constexpr char kMagic[8] = {'C', 'A', 'M', 'E', 'O', 'S', 'E', 'C'};
constexpr std::uint64_t kAlignment = 64;
constexpr std::uint32_t kMaxSections = 4096;

struct Header {
    char magic[8];
    std::uint32_t kind;
    std::uint32_t version;
    std::uint64_t file_bytes;
    std::uint32_t sections;
    std::uint32_t reserved;
    std::uint64_t checksum; ///< of this struct with the field at 0, followed by the table
};
static_assert(sizeof(Header) == 40);

struct TableEntry {
    std::uint64_t offset, bytes, checksum;
};

std::uint64_t aligned(std::uint64_t offset) {
    return (offset + kAlignment - 1) / kAlignment * kAlignment;
}

std::uint64_t header_checksum(Header header, std::span<const TableEntry> table) {
    header.checksum = 0;
    return checksum64(std::as_bytes(table), checksum64(std::as_bytes(std::span(&header, 1))));
}

std::string letters(SectionKind kind) {
    std::string text;
    for (int at = 0; at < 4; ++at) {
        const char letter = static_cast<char>(kind >> (8 * at));
        text += letter >= ' ' && letter <= '~' ? letter : '?';
    }
    return text;
}

} // namespace

std::uint64_t SectionWriter::write(const std::filesystem::path& target) const {
    check(m_sections.size() <= kMaxSections, "SectionWriter: too many sections");
    std::vector<TableEntry> table;
    std::uint64_t end = sizeof(Header) + m_sections.size() * sizeof(TableEntry);
    for (const auto& section : m_sections) {
        const std::uint64_t offset = aligned(end);
        table.push_back({offset, section.size(), checksum64(section)});
        end = offset + section.size();
    }
    Header header{};
    std::memcpy(header.magic, kMagic, sizeof kMagic);
    header.kind = m_kind;
    header.version = m_version;
    header.file_bytes = end;
    header.sections = static_cast<std::uint32_t>(m_sections.size());
    header.checksum = header_checksum(header, table);

    AtomicFile file(target);
    file.write(std::as_bytes(std::span(&header, 1)));
    file.write(std::as_bytes(std::span(table)));
    std::uint64_t at = sizeof(Header) + table.size() * sizeof(TableEntry);
    constexpr std::array<std::byte, kAlignment> padding{};
    for (std::size_t section_idx = 0; section_idx < m_sections.size(); ++section_idx) {
        file.write(std::span(padding).first(table[section_idx].offset - at));
        file.write(m_sections[section_idx]);
        at = table[section_idx].offset + table[section_idx].bytes;
    }
    file.commit();
    return end;
}

std::shared_ptr<const SectionFile> SectionFile::open(const std::filesystem::path& path, SectionKind kind,
                                                     std::uint32_t version) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        const int code = errno;
        throw Error(code == ENOENT ? ErrorKind::NotFound : ErrorKind::Environment,
                    path.string() + ": cannot open: " + std::strerror(code));
    }
    struct stat status {};
    const bool known = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    const auto bytes = known ? static_cast<std::uint64_t>(status.st_size) : 0;
    void* data =
        bytes >= sizeof(Header) ? ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, descriptor, 0) : MAP_FAILED;
    const int code = errno;
    ::close(descriptor);
    if (bytes < sizeof(Header))
        throw Error(ErrorKind::InvalidInput, path.string() + ": damaged: " + std::to_string(bytes) +
                                                 " bytes, expected at least " +
                                                 std::to_string(sizeof(Header)));
    if (data == MAP_FAILED)
        throw Error(ErrorKind::Environment,
                    path.string() + ": cannot map into memory: " + std::strerror(code));

    // From here on the destructor unmaps.
    std::shared_ptr<SectionFile> file(new SectionFile);
    file->m_path = path;
    file->m_data = static_cast<const std::byte*>(data);
    file->m_bytes = bytes;
    file->m_identity = std::to_string(status.st_dev) + " " + std::to_string(status.st_ino) + " " + std::to_string(bytes) + " " +
                       std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec);
    file->m_changed_s = status.st_mtim.tv_sec;

    Header header;
    std::memcpy(&header, file->m_data, sizeof header);
    if (std::memcmp(header.magic, kMagic, sizeof kMagic) != 0)
        file->damaged("it does not begin like an index file");
    if (header.kind != kind)
        file->damaged("it holds \"" + letters(header.kind) + "\", expected \"" + letters(kind) + "\"");
    if (header.version != version)
        throw Error(ErrorKind::Unsupported, path.string() + ": format version " +
                                                std::to_string(header.version) +
                                                ", this Cameo reads version " + std::to_string(version));
    if (header.file_bytes != bytes)
        file->damaged(std::to_string(bytes) + " bytes, its header says " + std::to_string(header.file_bytes));
    if (header.sections > kMaxSections || sizeof(Header) + header.sections * sizeof(TableEntry) > bytes)
        file->damaged("its table of " + std::to_string(header.sections) + " sections does not fit");
    std::vector<TableEntry> table(header.sections);
    if (!table.empty()) std::memcpy(table.data(), file->m_data + sizeof(Header), table.size() * sizeof(TableEntry));
    if (header_checksum(header, table) != header.checksum)
        file->damaged("the checksum of its header does not match");
    for (const auto& entry : table) {
        if (entry.offset % kAlignment != 0 || entry.offset > bytes || entry.bytes > bytes - entry.offset)
            file->damaged("a section lies outside of the file");
        file->m_sections.push_back({entry.offset, entry.bytes, entry.checksum});
    }
    return file;
}

SectionFile::~SectionFile() {
    ::munmap(const_cast<std::byte*>(m_data), m_bytes);
}

std::span<const std::byte> SectionFile::checked(std::size_t section_idx, std::size_t unit) const {
    if (section_idx >= m_sections.size())
        damaged(std::to_string(m_sections.size()) + " sections, expected at least " +
                std::to_string(section_idx + 1));
    const auto& section = m_sections[section_idx];
    if (section.bytes % unit != 0)
        damaged("section " + std::to_string(section_idx) + " has " + std::to_string(section.bytes) +
                " bytes, expected a multiple of " + std::to_string(unit));
    return {m_data + section.offset, section.bytes};
}

std::string SectionFile::text(std::size_t section_idx) const {
    const auto letters = section<char>(section_idx);
    return {letters.begin(), letters.end()};
}

void SectionFile::verify(std::size_t section_idx) const {
    if (checksum64(checked(section_idx, 1)) != m_sections[section_idx].checksum)
        damaged("the checksum of section " + std::to_string(section_idx) + " does not match");
}

void SectionFile::verify_all() const {
    for (std::size_t section_idx = 0; section_idx < m_sections.size(); ++section_idx)
        verify(section_idx);
    release(); // whoever reads on takes what he needs, which is not all
}

void SectionFile::verify_once() const {
    constexpr const char* kNote = "user.cameo.whole";
    constexpr std::int64_t kLast = 30 * 24 * 3600;
    constexpr std::int64_t kSettled = 2; // a file that is younger may change again without another time
    const auto now = static_cast<std::int64_t>(std::time(nullptr));
    std::array<char, 160> text{};
    if (::getxattr(m_path.c_str(), kNote, text.data(), text.size() - 1) > 0) {
        const std::string note = text.data();
        const auto when = note.find('@');
        if (when != note.npos && note.substr(0, when) == m_identity) {
            const auto then = std::strtoll(note.c_str() + when + 1, nullptr, 10);
            if (then <= now && now - then < kLast) return;
        }
    }
    verify_all();
    if (now - m_changed_s < kSettled) return;
    const std::string note = m_identity + "@" + std::to_string(now);
    ::setxattr(m_path.c_str(), kNote, note.data(), note.size(), 0); // where that is not to be had, it is verified again
}

void SectionFile::release() const {
    ::madvise(const_cast<std::byte*>(m_data), m_bytes, MADV_DONTNEED);
}

void SectionFile::damaged(const std::string& what) const {
    throw Error(ErrorKind::InvalidInput, m_path.string() + ": damaged: " + what);
}

} // namespace cameo
