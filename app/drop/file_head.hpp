#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// The beginning of a file, unpacked where it is packed.
struct FileHead {
    std::string bytes;        ///< at most kHeadBytes
    std::uint64_t size = 0;   ///< of the file on the disk
    bool whole = false;       ///< there is no more of it
    bool packed = false;

    /// Its lines, those that are whole, without line ends.
    std::vector<std::string_view> lines(std::size_t at_most) const;
    /// How many the file has: counted, or from how long the first ones are; -1 where that cannot be told.
    std::int64_t line_count() const;
    bool is_text() const { return bytes.find('\0') == std::string::npos; }
};
inline constexpr std::size_t kHeadBytes = 64 * 1024;

/// @pre it is a regular file   @throws Error as ByteSource
FileHead head_of(const std::filesystem::path& file);

} // namespace cameo
