#include "core/data/trec_markup.hpp"

#include "core/data/columns.hpp"

#include <algorithm>
#include <cstdint>

namespace cameo {

namespace {

constexpr std::size_t kLongestTag = 1000;

bool is_letter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}
bool is_name(char letter) {
    return is_letter(letter) || (letter >= '0' && letter <= '9') || letter == '-' || letter == '_';
}
char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
}

/// Length of the tag at the front of `text`, which begins with '<'; 0 when it is none.
std::size_t tag_length(std::string_view text) {
    const std::size_t name = text.size() > 1 && text[1] == '/' ? 2 : 1;
    if (name >= text.size() || !is_letter(text[name])) return text.starts_with("<!--") ? std::size_t{4} : 0;
    const auto end = text.substr(0, kLongestTag).find_first_of("<>", 1);
    return end == std::string_view::npos || text[end] == '<' ? 0 : end + 1;
}

void append_utf8(std::string& out, std::uint32_t point) {
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xc0 | point >> 6);
        out += static_cast<char>(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        out += static_cast<char>(0xe0 | point >> 12);
        out += static_cast<char>(0x80 | (point >> 6 & 0x3f));
        out += static_cast<char>(0x80 | (point & 0x3f));
    } else {
        out += static_cast<char>(0xf0 | point >> 18);
        out += static_cast<char>(0x80 | (point >> 12 & 0x3f));
        out += static_cast<char>(0x80 | (point >> 6 & 0x3f));
        out += static_cast<char>(0x80 | (point & 0x3f));
    }
}

/// The character of an entity without '&' and ';'; 0 when it is not known.
std::uint32_t entity(std::string_view name) {
    if (name == "amp") return '&';
    if (name == "lt") return '<';
    if (name == "gt") return '>';
    if (name == "quot") return '"';
    if (name == "apos") return '\'';
    if (!name.starts_with('#') || name.size() < 2) return 0;
    const bool hex = name[1] == 'x' || name[1] == 'X';
    const auto digits = name.substr(hex ? 2 : 1);
    std::uint32_t point = 0;
    const auto [end, failed] =
        std::from_chars(digits.data(), digits.data() + digits.size(), point, hex ? 16 : 10);
    const bool whole = failed == std::errc{} && end == digits.data() + digits.size();
    const bool character = point > 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    return whole && character ? point : 0;
}

} // namespace

bool MarkupScanner::next(Piece& piece) {
    while (m_text.substr(m_place).starts_with("<!--")) {
        const auto end = m_text.find("-->", m_place);
        m_place = end == std::string_view::npos ? m_text.size() : end + 3;
    }
    if (m_place >= m_text.size()) return false;
    piece = {.begin = m_place};
    const auto rest = m_text.substr(m_place);
    if (rest.front() == '<') {
        if (const auto length = tag_length(rest); length > 0) {
            auto inside = rest.substr(1, length - 2);
            piece.is_tag = true;
            piece.closes = inside.starts_with('/');
            if (piece.closes) inside.remove_prefix(1);
            const auto end = std::find_if_not(inside.begin(), inside.end(), is_name);
            std::transform(inside.begin(), end, std::back_inserter(piece.name), lower);
            piece.attributes = inside.substr(static_cast<std::size_t>(end - inside.begin()));
            m_place += length;
            return true;
        }
    }
    std::size_t end = 1;
    while (end < rest.size() && !(rest[end] == '<' && tag_length(rest.substr(end)) > 0))
        ++end;
    piece.text = rest.substr(0, end);
    m_place += end;
    return true;
}

std::string resolve_entities(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto ampersand = text.find('&');
        out.append(text.substr(0, ampersand));
        if (ampersand == std::string_view::npos) break;
        text.remove_prefix(ampersand);
        const auto end = text.substr(0, 12).find(';');
        const auto point = end == std::string_view::npos ? 0 : entity(text.substr(1, end - 1));
        if (point == 0) {
            out += '&';
            text.remove_prefix(1);
        } else {
            append_utf8(out, point);
            text.remove_prefix(end + 1);
        }
    }
    return out;
}

std::string collapse_spaces(std::string_view text) {
    std::string out;
    for (const char letter : trimmed(text)) {
        const bool space =
            letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r' || letter == '\f';
        if (!space)
            out += letter;
        else if (out.back() != ' ')
            out += ' ';
    }
    return out;
}

} // namespace cameo
