#include "views/term_pointer.hpp"

#include "views/draw.hpp"
#include "views/widgets/controls.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

/// Before the tooltip of a word comes by itself: the mouse passes over many. Beside another tooltip it comes with that.
constexpr float kRestS = 0.35f, kRestBesideS = 0.1f;
constexpr float kWidth = 380;

} // namespace

TermPointer& term_pointer() {
    static TermPointer pointer;
    return pointer;
}

bool TermPointer::listens(ImVec2 min, ImVec2 max) const {
    const ImGuiContext& context = *ImGui::GetCurrentContext();
    const ImVec2 mouse = context.IO.MousePos;
    if (mouse.x < min.x || mouse.x >= max.x || mouse.y < min.y || mouse.y >= max.y || m_theirs > 0) return false;
    const ImGuiWindow* window = context.CurrentWindow;
    return context.HoveredWindow == window && !context.IO.MouseDown[0] && window->ClipRect.Contains(mouse);
}

void TermPointer::note_line(ImDrawList& list, ImVec2 top_left, float width, std::string_view text, Rgb color) {
    if (listens(top_left, {top_left.x + width, top_left.y + ImGui::GetFontSize()})) note_under_mouse(list, top_left, text, color);
}

void TermPointer::note_paragraph(ImDrawList& list, ImVec2 top_left, float wrap_width, std::string_view text, Rgb color) {
    const float mouse = ImGui::GetIO().MousePos.y - top_left.y;
    if (mouse < 0 || !listens(top_left, {top_left.x + wrap_width, top_left.y + mouse + 1})) return;
    const char* at = text.data();
    const char* const end = at + text.size();
    const float size = ImGui::GetFontSize();
    for (int line = 0; at < end; ++line) {
        const char* const stop = std::max(ImGui::GetFont()->CalcWordWrapPosition(size, at, end, wrap_width), at + 1);
        const float top = size * static_cast<float>(line);
        if (mouse < top + size) return note_under_mouse(list, {top_left.x, top_left.y + top}, {at, stop}, color);
        at = ImTextCalcWordWrapNextLineStart(stop, end);
    }
}

void TermPointer::note_under_mouse(ImDrawList& list, ImVec2 top_left, std::string_view line, Rgb color) {
    const auto width = [](std::string_view part) { return ImGui::CalcTextSize(part.data(), part.data() + part.size()).x; };
    const float mouse = ImGui::GetIO().MousePos.x - top_left.x;
    const char* reached = line.data();
    if (ImGui::GetFont()->CalcTextSizeA(ImGui::GetFontSize(), mouse, 0, line.data(), line.data() + line.size(), &reached).x < 0) return;
    const auto place = term_at(line, static_cast<std::size_t>(reached - line.data()));
    if (!place) return;
    const float left = top_left.x + width(line.substr(0, place->begin));
    const float right = top_left.x + width(line.substr(0, place->end));
    dot_under(list, {left, top_left.y + ImGui::GetFontSize()}, right - left, color, 0.9f);
    const float where[] = {std::round(left), std::round(top_left.y)};
    take(*place->term, ImHashData(where, sizeof where, ImGui::GetCurrentWindow()->ID));
}

void TermPointer::note_item(std::string_view text) {
    if (m_theirs > 0 || !ImGui::IsItemHovered() || ImGui::GetIO().MouseDown[0]) return;
    if (const GlossaryTerm* term = find_term(text)) take(*term, ImHashStr(text.data(), text.size(), ImGui::GetCurrentWindow()->ID));
}

void TermPointer::take(const GlossaryTerm& term, ImGuiID place) {
    m_found = &term;
    m_found_place = place;
}

void TermPointer::draw() {
    const bool stays = m_found && m_found_place == m_place;
    m_rested_s = stays ? m_rested_s + ImGui::GetIO().DeltaTime : 0;
    m_place = m_found_place;
    m_last = m_found;
    m_found = nullptr;
    m_found_place = 0;
    const bool beside = ImGui::GetCurrentContext()->TooltipPreviousWindow != nullptr;
    m_shown = m_last && m_rested_s >= (beside ? kRestBesideS : kRestS) && begin_explanation();
    if (!m_shown) return;
    if (beside) ImGui::Separator();
    draw_term(*m_last, dp(kWidth), !beside);
    ImGui::EndTooltip();
}

void dot_under(ImDrawList& list, ImVec2 left, float width, Rgb color, float alpha) {
    const float dot = std::max(1.0f, std::round(1.2f * theme().scale)), step = 3 * dot;
    for (float x = std::round(left.x); x + dot <= left.x + width; x += step) list.AddRectFilled({x, left.y}, {x + dot, left.y + dot}, ink(color, alpha));
}

void draw_term(const GlossaryTerm& term, float width, bool whole) {
    const TheirWords quiet; // a definition explains; it is not to be explained word by word beneath the mouse
    label(term.name, TextStyle::SmallStrong, colors().text);
    paragraph(term.plain, TextStyle::Small, colors().text, width);
    if (!whole) return;
    if (!term.exact.empty()) paragraph(term.exact, TextStyle::Small, colors().dim, width);
    if (!term.formula.empty()) paragraph(term.formula, TextStyle::Small, colors().dim, width);
}

} // namespace cameo
