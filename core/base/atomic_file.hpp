#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace cameo {

/// A file that is there whole or not at all: written under a temporary name beside its target, flushed to the disk
/// and renamed by commit(). Destroyed without commit() it leaves nothing. Not thread-safe.
class AtomicFile {
public:
    /// @throws Error(Environment) naming the path when the folder cannot be written.
    explicit AtomicFile(std::filesystem::path target);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    /// @throws Error(Environment) on a full disk or a failed write, naming the target.
    void write(std::span<const std::byte> bytes);
    void write(std::string_view text) { write(std::as_bytes(std::span(text))); }

    /// Flushes, syncs file and folder, renames over the target.
    void commit();

    /// Where the bytes are until commit(), for writers that need a path.
    const std::filesystem::path& temporary_path() const { return m_temporary; }

private:
    std::filesystem::path m_target;
    std::filesystem::path m_temporary;
    int m_descriptor = -1;
};

/// Opens, syncs and closes: for files and folders that another library has written.
void sync_to_disk(const std::filesystem::path& path);

} // namespace cameo
