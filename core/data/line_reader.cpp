#include "core/data/line_reader.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace cameo {

namespace {
constexpr std::size_t kFirstBuffer = 256 * 1024;
constexpr std::size_t kLongestLine = 64 * 1024 * 1024;
} // namespace

LineReader::LineReader(const std::filesystem::path& file)
    : m_path(file), m_source(ByteSource::open(file)), m_buffer(kFirstBuffer) {}

bool LineReader::next_raw(std::string_view& line) {
    std::size_t searched = m_begin;
    for (;;) {
        const auto* found =
            static_cast<const char*>(std::memchr(m_buffer.data() + searched, '\n', m_end - searched));
        if (found) {
            line = {m_buffer.data() + m_begin, found};
            m_begin = static_cast<std::size_t>(found - m_buffer.data()) + 1;
            ++m_line_number;
            return true;
        }
        if (m_at_end) {
            line = {m_buffer.data() + m_begin, m_end - m_begin};
            m_begin = m_end;
            if (line.empty()) return false;
            ++m_line_number;
            return true;
        }
        std::memmove(m_buffer.data(), m_buffer.data() + m_begin, m_end - m_begin);
        m_end -= m_begin;
        m_begin = 0;
        searched = m_end;
        if (m_end == m_buffer.size()) {
            if (m_end >= kLongestLine) {
                ++m_line_number;
                fail("a line of more than 64 MiB", "lines of text");
            }
            m_buffer.resize(2 * m_buffer.size());
        }
        const auto got = m_source->read(std::span(m_buffer).subspan(m_end));
        m_at_end = got == 0;
        m_end += got;
    }
}

bool LineReader::next(std::string_view& line) {
    if (!next_raw(line)) return false;
    if (m_line_number == 1 && line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (const auto place = find_invalid_utf8(line); place != std::string_view::npos) {
        char byte[8];
        std::snprintf(byte, sizeof byte, "0x%02X", static_cast<unsigned char>(line[place]));
        fail("byte " + std::string(byte) + " at column " + std::to_string(place + 1) + ", which is not UTF-8",
             "text in UTF-8 (iconv converts other encodings)");
    }
    return true;
}

void LineReader::fail(const std::string& found, const std::string& expected) const {
    throw Error(ErrorKind::InvalidInput, m_path.string() + ", line " + std::to_string(m_line_number) +
                                             ": found " + found + ", expected " + expected);
}

std::size_t find_invalid_utf8(std::string_view text) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    const std::size_t size = text.size();
    const auto tail = [&](std::size_t place, unsigned low = 0x80, unsigned high = 0xbf) {
        return place < size && bytes[place] >= low && bytes[place] <= high;
    };
    std::size_t place = 0;
    while (place < size) {
        std::uint64_t eight;
        while (place + 8 <= size &&
               (std::memcpy(&eight, bytes + place, 8), (eight & 0x8080808080808080) == 0))
            place += 8;
        if (place >= size) break;
        const unsigned first = bytes[place];
        std::size_t length = 1;
        bool valid = first < 0x80;
        if (first >= 0xc2 && first <= 0xdf) {
            length = 2;
            valid = tail(place + 1);
        } else if (first >= 0xe0 && first <= 0xef) {
            length = 3; // no overlong forms, no surrogates
            valid =
                tail(place + 1, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf) && tail(place + 2);
        } else if (first >= 0xf0 && first <= 0xf4) {
            length = 4; // up to U+10FFFF
            valid = tail(place + 1, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf) &&
                    tail(place + 2) && tail(place + 3);
        }
        if (!valid) return place;
        place += length;
    }
    return std::string_view::npos;
}

std::string shown(std::string_view text) {
    constexpr std::size_t kLongest = 60;
    const bool cut = text.size() > kLongest;
    if (cut) {
        std::size_t end = kLongest;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
            --end;
        text = text.substr(0, end);
    }
    std::string result = "\"";
    for (const char letter : text)
        result += static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f ? '?' : letter;
    return result + (cut ? "…\"" : "\"");
}

} // namespace cameo
