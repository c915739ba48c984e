#pragma once

#include "core/text/utf8.hpp"

namespace cameo {

/// A text that a file has, for a sentence of ours: one line of UTF-8. Control characters and what is no UTF-8 become "?", and one that is
/// longer than `most` bytes ends in "…".
inline std::string in_a_sentence(std::string_view text, std::size_t most = 120) {
    std::string shown;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint next = code_point_at(text, at);
        if (shown.size() + next.size > most) return shown + "…";
        if (!next.valid || next.value < ' ' || next.value == 127) shown += '?';
        else shown += text.substr(at, next.size);
        at += next.size;
    }
    return shown;
}

} // namespace cameo
