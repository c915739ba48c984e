#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace cameo {

/// A paragraph broken into lines, with the place of every character: what drawing, hovering and selecting share.
/// Positions are real pixels from the top left corner of the text; offsets are bytes at character borders.
class TextLayout {
public:
    struct Line {
        std::size_t begin = 0, end = 0; ///< [begin, end) of the text; a break's own space or newline belongs to neither
    };
    /// Width of one character in real pixels.
    using Advance = std::function<float(char32_t)>;

    /// Breaks at spaces and newlines, and inside a word only when the word alone is wider than a line. Invalid UTF-8
    /// is read byte by byte, so that any text can be laid out.
    TextLayout(std::string_view text, float width, const Advance& advance);
    TextLayout() = default;

    const std::vector<Line>& lines() const { return m_lines; }
    /// Distance of a character's left edge from the left edge of its line.
    float x_of(std::size_t offset) const;
    std::size_t line_of(std::size_t offset) const;
    /// The character border that is nearest to x in a line; `line` is held within the lines there are.
    std::size_t offset_at(std::ptrdiff_t line, float x) const;
    /// [begin, end) of the word around an offset.
    std::pair<std::size_t, std::size_t> word_at(std::size_t offset, std::string_view text) const;

private:
    std::vector<Line> m_lines;
    std::vector<float> m_x; ///< for each byte and the end: left edge within the line it is on
};

} // namespace cameo
