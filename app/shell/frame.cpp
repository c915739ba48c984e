#include "app/shell/frame.hpp"

namespace cameo {

void tooltip(std::string_view text, std::string_view more) {
    if (!ImGui::BeginTooltip()) return;
    const float wrap = dp(360);
    paragraph(text, TextStyle::Small, colors().text, wrap);
    if (!more.empty()) paragraph(more, TextStyle::Small, colors().dim, wrap);
    ImGui::EndTooltip();
}

bool quiet_button(const char* name, const char* icon, std::string_view text, float height) {
    const float icon_width = icon && theme().fonts.icons ? dp(16) : 0;
    const float gap = icon_width > 0 && !text.empty() ? dp(6) : 0;
    const float words = text.empty() ? 0 : text_width(TextStyle::Body, text);
    const float width = icon_width + gap + words + 2 * dp(space::kUnit);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool pressed = ImGui::InvisibleButton(name, {width, height}, ImGuiButtonFlags_EnableNav);
    auto& list = *ImGui::GetWindowDrawList();
    if (ImGui::IsItemHovered() || ImGui::IsItemActive())
        list.AddRectFilled(at, {at.x + width, at.y + height}, ink(colors().raised), dp(space::kSmallCorner));
    const float center = at.y + height / 2;
    float x = at.x + dp(space::kUnit);
    if (icon_width > 0) draw_icon(list, {x + icon_width / 2, center}, icon, ink(colors().dim));
    x += icon_width + gap;
    const float baseline = center - line_height(TextStyle::Body) / 2 + ascent(TextStyle::Body);
    if (words > 0) draw_text(list, {x, baseline}, TextStyle::Body, ink(colors().text), text);
    return pressed;
}

} // namespace cameo
