#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace cameo {

/// A whole file, read-only, mapped into memory: pages are read when they are touched. Thread-safe.
class MappedFile {
public:
    /// @throws Error(NotFound) when there is no such file, Error(Environment) when it cannot be read.
    static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    std::span<const std::byte> bytes() const { return m_bytes; }

private:
    MappedFile() = default;
    std::filesystem::path m_path;
    std::span<const std::byte> m_bytes;
};

} // namespace cameo
