#include "views/note_field.hpp"

#include "views/draw.hpp"
#include "views/snapshot.hpp"

#include <algorithm>
#include <imgui.h>
#include <imgui_stdlib.h>
#include <utility>

namespace cameo {

namespace {

/// As wrapped, with an empty one to write on.
float lines_of(const std::string& text, float width) {
    const ImVec2 size = ImGui::CalcTextSize(text.c_str(), nullptr, false, width);
    return std::clamp(size.y / ImGui::GetTextLineHeight(), 1.0f, 8.0f);
}

} // namespace

const NoteLine* note_about(const Snapshot& now, const NoteSubject& about) {
    if (!now.notebook) return nullptr;
    const auto found = now.notebook->notes.find(about);
    return found == now.notebook->notes.end() ? nullptr : &found->second;
}

void NoteField::keep(Commands& out) {
    if (std::exchange(m_changed, false)) out.emplace_back(WriteNote{m_about, m_text});
}

void NoteField::draw(const Snapshot& now, const NoteSubject& about, const char* name, const char* hint, Commands& out) {
    if (m_about != about) {
        keep(out);
        m_about = about;
        m_writing = false;
    }
    if (!m_writing) {
        const NoteLine* const note = note_about(now, about);
        m_text = note ? note->text : std::string();
    }
    if (std::exchange(m_focus_next, false)) ImGui::SetKeyboardFocusHere();
    const FontScope small(TextStyle::Small);
    const float width = std::min(ImGui::GetContentRegionAvail().x, dp(620));
    const ImVec2 padding = ImGui::GetStyle().FramePadding;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = lines_of(m_text, width - 2 * padding.x) * ImGui::GetTextLineHeight() + 2 * padding.y;
    if (ImGui::InputTextMultiline(name, &m_text, {width, height}, ImGuiInputTextFlags_WordWrap | ImGuiInputTextFlags_NoHorizontalScroll)) m_changed = true;
    m_writing = ImGui::IsItemActive();
    // Not where the caret leaves: the window may be out of sight in that frame.
    if (!m_writing) keep(out);
    if (m_text.empty() && !m_writing) draw_text(*ImGui::GetWindowDrawList(), {at.x + padding.x, at.y + padding.y + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().dim), hint, width - 2 * padding.x);
}

} // namespace cameo
