#pragma once

#include "views/glossary/glossary.hpp"
#include "views/palette.hpp"

#include <imgui.h>
#include <string_view>

namespace cameo {

/// Which of the glossary's terms the mouse is on, among the words that were drawn in a frame, and what they mean after a while.
/// Drawing functions say what they draw, so that views need not; what users wrote is left out (TheirWords). Like theme() it
/// belongs to the window's thread.
class TermPointer {
public:
    /// One line of Cameo's own words in the current font. What is not under the mouse costs a comparison.
    void note_line(ImDrawList& list, ImVec2 top_left, float width, std::string_view text, Rgb color);
    /// The same wrapped as Dear ImGui wraps it.
    void note_paragraph(ImDrawList& list, ImVec2 top_left, float wrap_width, std::string_view text, Rgb color);
    /// The last item is called so as a whole, such as a tab.
    void note_item(std::string_view text);

    /// The tooltip, once the mouse has rested on a term for a while: in the tooltip of what it lies on, or as one of its own.
    /// Call once a frame, after everything that can be pointed at.
    void draw();

    /// As of the last draw(); null: it is on none.
    const GlossaryTerm* pointed() const { return m_last; }
    /// Whether the tooltip is on the screen.
    bool is_shown() const { return m_shown; }
    /// Whether it comes if the mouse goes on resting: frames are needed until then.
    bool is_waiting() const { return m_last && !m_shown; }

private:
    friend class TheirWords;
    bool listens(ImVec2 min, ImVec2 max) const;
    void note_under_mouse(ImDrawList& list, ImVec2 top_left, std::string_view line, Rgb color);
    void take(const GlossaryTerm& term, ImGuiID place);

    int m_theirs = 0;                    ///< depth of TheirWords
    const GlossaryTerm* m_found = nullptr; ///< in this frame
    const GlossaryTerm* m_last = nullptr;
    ImGuiID m_found_place = 0, m_place = 0;
    float m_rested_s = 0;
    bool m_shown = false;
};

TermPointer& term_pointer();

/// What is drawn while this lives was written by somebody else: queries, documents, names, notes. Words in it are no terms.
class TheirWords {
public:
    TheirWords() { ++term_pointer().m_theirs; }
    ~TheirWords() { --term_pointer().m_theirs; }
    TheirWords(const TheirWords&) = delete;
    TheirWords& operator=(const TheirWords&) = delete;
};

/// Dots under a stretch of a line that has an explanation.
void dot_under(ImDrawList& list, ImVec2 left, float width, Rgb color, float alpha);

/// A term in a tooltip or a sheet: its name, what it means, and, where there is room, how exactly.
void draw_term(const GlossaryTerm& term, float width, bool whole);

} // namespace cameo
