#pragma once

#include "core/base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cameo {

/// Four letters that say what a file of sections holds, such as "SHRD".
using SectionKind = std::uint32_t;
constexpr SectionKind section_kind(const char (&letters)[5]) {
    SectionKind kind = 0;
    for (int at = 0; at < 4; ++at)
        kind |= static_cast<SectionKind>(static_cast<unsigned char>(letters[at])) << (8 * at);
    return kind;
}

/// A file of numbered byte ranges, little-endian, each aligned to 64 bytes and with a checksum of its own;
/// the header (kind, version, length of the file, table of sections) has one as well. What the index keeps on
/// the disk, shards and candidate structures, has this form.
class SectionWriter {
public:
    SectionWriter(SectionKind kind, std::uint32_t version) : m_kind(kind), m_version(version) {}

    /// Takes a view: the bytes must stay until write().
    template <class T>
    void add(std::span<const T> values) {
        m_sections.push_back(std::as_bytes(values));
    }
    template <class T>
    void add(const std::vector<T>& values) {
        add(std::span<const T>(values));
    }
    void add(const std::string& text) { add(std::span<const char>(text)); }

    /// Writes atomically. @returns the number of bytes. @throws Error(Environment), leaving nothing.
    std::uint64_t write(const std::filesystem::path& target) const;

private:
    SectionKind m_kind;
    std::uint32_t m_version;
    std::vector<std::span<const std::byte>> m_sections;
};

/// A memory-mapped file of sections. Immutable; thread-safe. Spans live as long as the object.
class SectionFile {
public:
    /// Checks length, kind, version and the header's checksum, not the sections'.
    /// @throws Error naming the file and what is wrong with it.
    static std::shared_ptr<const SectionFile> open(const std::filesystem::path& path, SectionKind kind,
                                                   std::uint32_t version);
    ~SectionFile();
    SectionFile(const SectionFile&) = delete;
    SectionFile& operator=(const SectionFile&) = delete;

    std::size_t sections() const { return m_sections.size(); }
    std::uint64_t bytes() const { return m_bytes; }
    const std::filesystem::path& path() const { return m_path; }

    /// @throws Error naming the file when there is no such section or its length is no multiple of sizeof(T).
    template <class T>
    std::span<const T> section(std::size_t section_idx) const {
        const auto raw = checked(section_idx, sizeof(T));
        return {reinterpret_cast<const T*>(raw.data()), raw.size() / sizeof(T)};
    }
    std::string text(std::size_t section_idx) const;

    /// @throws Error naming the file and the section when its bytes do not give the checksum of the header.
    void verify(std::size_t section_idx) const;
    void verify_all() const;
    /// verify_all(), unless that has succeeded within the last 30 days and the file is as it was then: it leaves a note in the file's
    /// extended attributes, where its file system keeps such. Reading gigabytes again takes seconds, and minutes from a slow disk.
    void verify_once() const;
    /// Gives the memory of the pages back that were read; they are read again when they are needed.
    void release() const;

    /// For readers that find a contradiction in the contents.
    [[noreturn]] void damaged(const std::string& what) const;

private:
    struct Section {
        std::uint64_t offset = 0, bytes = 0, checksum = 0;
    };
    SectionFile() = default;
    std::span<const std::byte> checked(std::size_t section_idx, std::size_t unit) const;

    std::filesystem::path m_path;
    const std::byte* m_data = nullptr;
    std::uint64_t m_bytes = 0;
    std::string m_identity;       ///< of this file in this state, among all files of this machine
    std::int64_t m_changed_s = 0; ///< when it was last written, since 1970
    std::vector<Section> m_sections;
};

} // namespace cameo
