#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace cameo {

/// The bytes of a file, unpacked when it is gzip or zstd (told by its first bytes, not by its name). Not
/// thread-safe.
class ByteSource {
public:
    /// @throws Error: no such file, a folder, no permission.
    static std::unique_ptr<ByteSource> open(const std::filesystem::path& file);

    virtual ~ByteSource() = default;
    /// Fills `bytes` from the front. @return how many came; 0 at the end.
    /// @throws Error: a damaged or cut-off archive, a failed read.
    virtual std::size_t read(std::span<char> bytes) = 0;
    /// How far the reading is in the file as it is on the disk, for a progress bar.
    virtual std::int64_t file_position() const = 0;
};

} // namespace cameo
