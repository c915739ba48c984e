#include "core/search/query_text.hpp"

#include <algorithm>

namespace cameo {

namespace {

/// Length of the well-formed character at the beginning of `bytes`, 0 when there is none.
std::size_t character_length(std::string_view bytes) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return 1;
    std::size_t length = 0;
    unsigned char low = 0x80,
                  high = 0xBF; // of the second byte: shuts out overlong forms, surrogates and > U+10FFFF
    if (first >= 0xC2 && first <= 0xDF)
        length = 2;
    else if (first >= 0xE0 && first <= 0xEF)
        length = 3;
    else if (first >= 0xF0 && first <= 0xF4)
        length = 4;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
    if (length == 0 || length > bytes.size() || byte(1) < low || byte(1) > high) return 0;
    for (std::size_t at = 2; at < length; ++at)
        if ((byte(at) & 0xC0) != 0x80) return 0;
    return length;
}

bool is_space(char byte) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r') || byte == '\0';
}

} // namespace

QueryText clean_query(std::string_view typed, std::size_t most_bytes) {
    while (!typed.empty() && is_space(typed.front()))
        typed.remove_prefix(1);
    while (!typed.empty() && is_space(typed.back()))
        typed.remove_suffix(1);

    QueryText query;
    query.text.reserve(std::min(typed.size(), most_bytes));
    while (!typed.empty()) {
        const std::size_t length = character_length(typed);
        const std::string_view character = length > 0 ? typed.substr(0, length) : "\xEF\xBF\xBD";
        if (query.text.size() + character.size() > most_bytes) {
            query.truncated = true;
            break;
        }
        query.text += character;
        typed.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return query;
}

} // namespace cameo
