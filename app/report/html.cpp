#include "app/report/html.hpp"

#include "core/text/utf8.hpp"

#include <algorithm>

namespace cameo {

namespace {

/// Bytes of the character that begins there; 0: none does.
std::size_t character_at(std::string_view text, std::size_t at) {
    for (std::size_t bytes = 1; bytes <= 4 && at + bytes <= text.size(); ++bytes)
        if (valid_utf8(text.substr(at, bytes))) return bytes;
    return 0;
}

} // namespace

std::string escaped(std::string_view text) {
    std::string safe;
    safe.reserve(text.size() + text.size() / 8);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t bytes = character_at(text, at);
        if (bytes == 0) {
            safe += "\uFFFD";
            ++at;
            continue;
        }
        const char first = text[at];
        if (bytes > 1) safe += text.substr(at, bytes);
        else if (first == '<') safe += "&lt;";
        else if (first == '>') safe += "&gt;";
        else if (first == '&') safe += "&amp;";
        else if (first == '"') safe += "&quot;";
        else if (first == '\'') safe += "&#39;";
        else if (static_cast<unsigned char>(first) < 0x20 && first != '\n') safe += ' ';
        else safe += first;
        at += bytes;
    }
    return safe;
}

} // namespace cameo
