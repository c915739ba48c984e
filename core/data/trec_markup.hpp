#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cameo {

/// Walks through TREC's loose SGML: a tag, or the text up to the next one. "<" that opens no tag is text.
class MarkupScanner {
public:
    explicit MarkupScanner(std::string_view text) : m_text(text) {}

    struct Piece {
        bool is_tag = false;
        bool closes = false;         ///< </NAME>
        std::string name;            ///< of a tag, in lower case
        std::string_view attributes; ///< what stands between name and ">"
        std::string_view text;       ///< of a text piece, as written
        std::size_t begin = 0;       ///< where the piece stands in the whole
    };
    /// @return false at the end.
    bool next(Piece& piece);

private:
    std::string_view m_text;
    std::size_t m_place = 0;
};

/// &amp; &lt; &gt; &quot; &apos; and numeric ones become their characters; anything else stays as written.
std::string resolve_entities(std::string_view text);
/// Runs of white space become one space; none at either end.
std::string collapse_spaces(std::string_view text);

} // namespace cameo
