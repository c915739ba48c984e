#pragma once

#include "app/picture/glyph_table.hpp"
#include "app/picture/svg_out.hpp"
#include "app/picture/typefaces.hpp"

#include <array>
#include <imgui.h>
#include <string>
#include <vector>

namespace cameo {

/// Puts characters that were drawn one by one together again, to lines of words that can be selected and searched.
class TextRuns {
public:
    TextRuns(SvgOut& out, Typefaces& faces) : m_out(out), m_faces(faces) {}

    /// The next character: a rectangle of the atlas on four corners of the screen, from the upper left one clockwise.
    void add(const AtlasGlyph& drawn, const std::array<ImDrawVert, 4>& corners, const Rectangle& clip);

    /// Writes what there is. Call before anything is drawn above it, and at the end.
    void flush();

private:
    struct Word {
        std::string text;
        float begin = 0, end = 0; ///< along the line, from its first pen
    };
    struct Run {
        const ImFontBaked* baked = nullptr;
        float scale = 1;                ///< of what was baked
        ImVec2 pen, along;              ///< the upper end of the first pen; the line's direction, of length 1
        ImU32 color = 0;
        Rectangle clip, box;
        std::vector<Word> words;
    };
    bool goes_on(const Run& next, float& gap) const;
    void icon(const AtlasGlyph& drawn, const Run& at);

    SvgOut& m_out;
    Typefaces& m_faces;
    Run m_run;
};

} // namespace cameo
