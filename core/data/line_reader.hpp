#pragma once

#include "core/base/error.hpp"
#include "core/data/byte_source.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// Reads a text file (plain, gzip, zstd) line by line and knows where it is, for errors. Lines come without
/// "\n" or
/// "\r\n", the first one without a byte order mark. Every line is valid UTF-8. Not thread-safe.
class LineReader {
public:
    explicit LineReader(const std::filesystem::path& file);

    /// The next line, valid until the next call. @return false at the end.
    /// @throws Error(InvalidInput): invalid UTF-8 (naming byte and place), a line of more than 64 MiB.
    bool next(std::string_view& line);

    const std::filesystem::path& path() const { return m_path; }
    std::int64_t line_number() const { return m_line_number; } ///< of the last line, from 1
    std::int64_t file_position() const { return m_source->file_position(); }

    /// Error(InvalidInput): "FILE, line N: found …, expected …".
    [[noreturn]] void fail(const std::string& found, const std::string& expected) const;

private:
    bool next_raw(std::string_view& line);

    std::filesystem::path m_path;
    std::unique_ptr<ByteSource> m_source;
    std::vector<char> m_buffer;
    std::size_t m_begin = 0, m_end = 0;
    bool m_at_end = false;
    std::int64_t m_line_number = 0;
};

/// Position of the first byte that does not belong to well-formed UTF-8 (Unicode 15, table 3-7); npos when
/// all do.
std::size_t find_invalid_utf8(std::string_view text);

/// The text for an error message: quoted, at most 60 bytes, cut at a character, control characters shown as
/// '?'.
std::string shown(std::string_view text);

} // namespace cameo
