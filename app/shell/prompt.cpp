#include "app/shell/prompt.hpp"

#include "app/shell/frame.hpp"
#include "views/widgets/controls.hpp"

#include <algorithm>
#include <imgui_stdlib.h>

namespace cameo {

void Prompt::ask(std::string question, std::string hint, std::string first, std::function<void(const std::string&)> take) {
    m_open = m_just_opened = true;
    m_question = std::move(question);
    m_hint = std::move(hint);
    m_text = std::move(first);
    m_yes.clear();
    m_take = std::move(take);
}

void Prompt::confirm(std::string question, std::string yes, std::function<void()> take) {
    ask(std::move(question), {}, {}, [take = std::move(take)](const std::string&) { take(); });
    m_yes = std::move(yes);
}

/// @returns whether it was given.
bool Prompt::draw_answer() {
    if (m_just_opened) ImGui::SetKeyboardFocusHere();
    ImGui::SetNextItemWidth(-1);
    const bool enter = ImGui::InputTextWithHint("##answer", m_hint.c_str(), &m_text,
                                                ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
    return enter && !m_text.empty();
}

/// @returns whether it was yes.
bool Prompt::draw_choice() {
    ImGui::Dummy({0, dp(space::kHalf)});
    if (m_just_opened) ImGui::SetKeyboardFocusHere();
    if (button("Leave it", ButtonKind::Plain)) m_open = false;
    ImGui::SameLine(0, dp(space::kUnit));
    return button(m_yes, ButtonKind::Primary);
}

void Prompt::draw() {
    if (!m_open) return;
    const auto* viewport = ImGui::GetMainViewport();
    const float width = std::min(dp(480), viewport->WorkSize.x - dp(32));
    ImGui::SetNextWindowPos({viewport->WorkPos.x + viewport->WorkSize.x / 2, viewport->WorkPos.y + dp(64)}, 0, {0.5f, 0});
    ImGui::SetNextWindowSize({width, 0});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ink4(colors().raised));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {dp(16), dp(16)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
    if (m_just_opened) ImGui::SetNextWindowFocus();
    ImGui::Begin("###prompt", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings);
    paragraph(m_question, TextStyle::Strong, colors().text, ImGui::GetContentRegionAvail().x);
    const bool taken = m_yes.empty() ? draw_answer() : draw_choice();
    const bool left = !m_just_opened && !ImGui::IsWindowFocused(ImGuiFocusedFlags_RootAndChildWindows);
    if (ImGui::IsKeyPressed(ImGuiKey_Escape) || left) m_open = false;
    ImGui::End();
    ImGui::PopStyleVar(2);
    ImGui::PopStyleColor();
    m_just_opened = false;
    if (taken) {
        m_open = false;
        const auto take = m_take; // what it does may ask again
        take(m_text);
    }
}

} // namespace cameo
