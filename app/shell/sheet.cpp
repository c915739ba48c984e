#include "app/shell/sheet.hpp"

#include "app/shell/frame.hpp"

#include <algorithm>

namespace cameo {

void Sheet::begin(const char* id, ImVec2 size) {
    const auto* viewport = ImGui::GetMainViewport();
    const ImVec2 room = viewport->WorkSize;
    ImGui::SetNextWindowPos({viewport->WorkPos.x + room.x / 2, viewport->WorkPos.y + room.y / 2}, 0, {0.5f, 0.5f});
    ImGui::SetNextWindowSize({std::min(dp(size.x), room.x - dp(32)), std::min(dp(size.y), room.y - dp(64))});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ink4(colors().raised));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {dp(16), dp(16)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
    if (m_just_opened) ImGui::SetNextWindowFocus();
    ImGui::Begin(id, nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings);
}

void Sheet::end(bool keeps) {
    const bool left = !m_just_opened && !keeps && !ImGui::IsWindowFocused(ImGuiFocusedFlags_RootAndChildWindows);
    if (ImGui::IsKeyPressed(ImGuiKey_Escape) || left) m_open = false;
    ImGui::End();
    ImGui::PopStyleVar(2);
    ImGui::PopStyleColor();
    m_just_opened = false;
}

} // namespace cameo
