#include "views/text_layout.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace cameo {
namespace {

struct Character {
    char32_t code = 0;
    std::size_t bytes = 1;
};

Character decode(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t index) { return static_cast<std::uint8_t>(text[index]); };
    const std::uint8_t lead = byte(at);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
    if (length == 1) return {lead, 1};
    if (length == 0 || at + length > text.size()) return {0xFFFD, 1};
    char32_t code = lead & (0xFFU >> (length + 1));
    for (std::size_t index = 1; index < length; ++index) {
        if ((byte(at + index) & 0xC0) != 0x80) return {0xFFFD, 1};
        code = code << 6 | (byte(at + index) & 0x3FU);
    }
    return {code, length};
}

bool is_word_byte(char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           byte == '_' || byte == '-' || byte == '\'';
}

} // namespace

TextLayout::TextLayout(std::string_view text, float width, const Advance& advance) : m_x(text.size() + 1, 0.0f) {
    Line line{0, 0};
    float x = 0;
    std::size_t last_space = std::string_view::npos; // of this line
    const auto place = [&](std::size_t from, std::size_t to) { // sets x again for what moves to a new line
        x = 0;
        for (std::size_t at = from; at < to;) {
            const Character character = decode(text, at);
            for (std::size_t byte = 0; byte < character.bytes; ++byte)
                m_x[at + byte] = x;
            x += advance(character.code);
            at += character.bytes;
        }
    };
    for (std::size_t at = 0; at < text.size();) {
        const Character character = decode(text, at);
        if (character.code == '\n') {
            line.end = at;
            m_x[at] = x;
            m_lines.push_back(line);
            line.begin = at + 1;
            last_space = std::string_view::npos;
            x = 0;
            ++at;
            continue;
        }
        const float step = advance(character.code);
        if (x + step > width && character.code != ' ' && at > line.begin) {
            const bool at_space = last_space != std::string_view::npos;
            line.end = at_space ? last_space : at;
            m_lines.push_back(line);
            line.begin = at_space ? last_space + 1 : at;
            last_space = std::string_view::npos;
            place(line.begin, at);
        }
        if (character.code == ' ') last_space = at;
        for (std::size_t byte = 0; byte < character.bytes; ++byte)
            m_x[at + byte] = x;
        x += step;
        at += character.bytes;
    }
    line.end = text.size();
    m_x[text.size()] = x;
    m_lines.push_back(line);
}

float TextLayout::x_of(std::size_t offset) const { return m_x.empty() ? 0 : m_x[std::min(offset, m_x.size() - 1)]; }

std::size_t TextLayout::line_of(std::size_t offset) const {
    const auto after = std::upper_bound(m_lines.begin(), m_lines.end(), offset,
                                        [](std::size_t value, const Line& line) { return value < line.begin; });
    return after == m_lines.begin() ? 0 : static_cast<std::size_t>(after - m_lines.begin()) - 1;
}

std::size_t TextLayout::offset_at(std::ptrdiff_t line_idx, float x) const {
    if (m_lines.empty()) return 0;
    if (line_idx < 0) return 0;
    if (line_idx >= static_cast<std::ptrdiff_t>(m_lines.size())) return m_lines.back().end;
    const Line& line = m_lines[static_cast<std::size_t>(line_idx)];
    std::size_t best = line.begin;
    for (std::size_t at = line.begin; at <= line.end; ++at) {
        // Bytes inside a character share its left edge; only its first one is a border.
        if (at > line.begin && at < line.end && m_x[at] == m_x[at - 1]) continue;
        const float distance = m_x[at] - x, so_far = m_x[best] - x;
        if (distance * distance <= so_far * so_far) best = at;
    }
    return best;
}

std::pair<std::size_t, std::size_t> TextLayout::word_at(std::size_t offset, std::string_view text) const {
    std::size_t begin = std::min(offset, text.size()), end = begin;
    while (begin > 0 && is_word_byte(text[begin - 1]))
        --begin;
    while (end < text.size() && is_word_byte(text[end]))
        ++end;
    return {begin, end};
}

} // namespace cameo
