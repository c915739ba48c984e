#pragma once

#include "views/commands.hpp"
#include "views/draw.hpp"
#include "views/text_layout.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// One piece of evidence over a stretch of text. Layers are drawn in the order given: fills below, underlines below
/// the line, outlines around; the words themselves keep the text's own colour.
struct InkSpan {
    enum class Kind { Fill, Underline, Outline };
    std::size_t begin = 0, end = 0; ///< bytes; spans that lie outside the text are cut to it
    Kind kind = Kind::Fill;
    ImU32 color = 0;
    int tag = -1; ///< what it stands for, given back by a hover
};

/// Text in ink: wraps, shows evidence, and can be hovered, selected with the mouse (double click: a word, Ctrl+A: all)
/// and copied (Ctrl+C or the menu of the right button).
class TokenText {
public:
    /// @param id unique in the window. @param text must be the same object's bytes from frame to frame only for speed.
    /// @return index of the topmost ink span under the mouse, or -1.
    int draw(const char* id, std::string_view text, std::span<const InkSpan> inks, float width, Commands& out);

    bool has_selection() const { return m_from != m_to; }
    std::string_view selection(std::string_view text) const;
    void clear_selection() { m_from = m_to = 0; }

private:
    void lay_out(std::string_view text, float width);
    void handle_mouse(std::string_view text, ImVec2 at, float line_step);
    void draw_stretch(std::size_t begin, std::size_t end, ImVec2 at, float line_step, const InkSpan& ink_span) const;

    TextLayout m_layout;
    std::string m_text; ///< what m_layout was made from
    float m_width = 0, m_scale = 0;
    std::size_t m_from = 0, m_to = 0; ///< selected bytes, in the order they were dragged
};

} // namespace cameo
