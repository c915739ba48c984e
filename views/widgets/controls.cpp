#include "views/widgets/controls.hpp"

#include "views/icons.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace cameo {
namespace {

constexpr float kButtonHeight = 32, kChipHeight = 26, kIconWidth = 22;

struct Pressed {
    ImVec2 min, max;
    bool clicked = false, hovered = false, held = false, disabled = false;
};

/// An invisible button of a size, by a label that may hold anything.
Pressed press(std::string_view id, ImVec2 size) {
    Pressed result;
    const std::string name(id);
    result.clicked = ImGui::InvisibleButton(name.c_str(), size, ImGuiButtonFlags_EnableNav);
    result.min = ImGui::GetItemRectMin();
    result.max = ImGui::GetItemRectMax();
    result.hovered = ImGui::IsItemHovered();
    result.held = ImGui::IsItemActive();
    result.disabled = (ImGui::GetCurrentContext()->CurrentItemFlags & ImGuiItemFlags_Disabled) != 0;
    return result;
}

float baseline_in(const Pressed& box, TextStyle style) {
    return std::round((box.min.y + box.max.y - line_height(style)) / 2 + ascent(style));
}

} // namespace

float button_height() { return dp(kButtonHeight); }

float button_width(std::string_view label, bool with_icon) {
    return text_width(TextStyle::SmallStrong, label) + dp(24) + (with_icon && theme().fonts.icons ? dp(kIconWidth) : 0);
}

bool button(std::string_view label, ButtonKind kind, const char* icon) {
    const bool has_icon = icon && theme().fonts.icons;
    const Palette& table = colors();
    const Pressed box = press(label, {button_width(label, has_icon), button_height()});
    const float strength = box.disabled ? 0.5f : 1.0f;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float lift = box.held ? 0.16f : box.hovered ? 0.08f : 0.0f;
    const float corner = dp(6);
    ImU32 text_color = ink(table.text, strength);
    if (kind == ButtonKind::Primary) {
        const Rgb over = theme().appearance == Appearance::Dark ? Rgb{0xFFFFFF} : Rgb{0x000000};
        list.AddRectFilled(box.min, box.max, ink(blend(table.accent, over, lift), strength), corner);
        const Rgb paper = theme().appearance == Appearance::Dark ? table.background : table.panel;
        text_color = ink(paper, strength);
    } else if (kind == ButtonKind::Plain) {
        // On any ground: a veil of the text colour, so that it stands out on panel and raised alike.
        list.AddRectFilled(box.min, box.max, ink(table.text, (0.09f + lift) * strength), corner);
    } else if (lift > 0) {
        list.AddRectFilled(box.min, box.max, ink(table.text, lift), corner);
    }
    const float content = box.max.x - box.min.x - dp(24);
    float x = box.min.x + dp(12);
    if (has_icon) {
        draw_icon(list, {x + dp(8), (box.min.y + box.max.y) / 2}, icon, text_color, 16);
        x += dp(kIconWidth);
    }
    draw_text(list, {x, baseline_in(box, TextStyle::SmallStrong)}, TextStyle::SmallStrong, text_color, label,
              content + dp(2));
    focus_ring(box.min, box.max, corner);
    return box.clicked;
}

bool icon_button(const char* name, const char* icon, std::string_view tooltip) {
    const Pressed box = press(name, {dp(28), dp(28)});
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (box.hovered) list.AddRectFilled(box.min, box.max, ink(colors().text, box.held ? 0.16f : 0.08f), dp(6));
    draw_icon(list, {(box.min.x + box.max.x) / 2, (box.min.y + box.max.y) / 2}, icon,
              ink(box.hovered ? colors().text : colors().dim), 17);
    focus_ring(box.min, box.max, dp(6));
    hover_text(tooltip);
    return box.clicked;
}

bool expert_chip(const char* id, ExpertStyle style, std::string_view name, std::string_view figure, ChipState state) {
    const float padding = dp(10), gap = dp(6), mark = dp(10);
    const float width = padding * 2 + mark + gap + text_width(TextStyle::Small, name) +
                        (figure.empty() ? 0 : gap + text_width(TextStyle::Mono, figure));
    const Pressed box = press(id, {width, dp(kChipHeight)});
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float corner = (box.max.y - box.min.y) / 2;
    const bool muted = state == ChipState::Muted;
    const float ground = muted ? 0.0f : state == ChipState::Selected ? 0.34f : box.hovered ? 0.26f : 0.16f;
    list.AddRectFilled(box.min, box.max, hue(style, ground), corner);
    if (muted || state == ChipState::Selected)
        list.AddRect(box.min, box.max, muted ? ink(colors().line) : hue(style), corner, dp(1));
    const float middle = (box.min.y + box.max.y) / 2, baseline = baseline_in(box, TextStyle::Small);
    float x = box.min.x + padding;
    draw_mark(list, {x + mark / 2, middle}, style, 8, !muted);
    x += mark + gap;
    const ImU32 color = ink(muted ? colors().dim : colors().text);
    x += draw_text(list, {x, baseline}, TextStyle::Small, color, name) + gap;
    draw_text(list, {x, baseline}, TextStyle::Mono, color, figure);
    focus_ring(box.min, box.max, corner);
    return box.clicked;
}

float text_chip_width(std::string_view text) { return text_width(TextStyle::Small, text) + dp(20); }

bool text_chip(const char* id, std::string_view text, bool selected) {
    const float width = std::min(text_chip_width(text), std::max(ImGui::GetContentRegionAvail().x, dp(60)));
    const Pressed box = press(id, {width, dp(kChipHeight)});
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float corner = dp(6);
    const Rgb ground = selected ? colors().accent : colors().text;
    list.AddRectFilled(box.min, box.max, ink(ground, selected ? 0.25f : box.hovered ? 0.14f : 0.07f), corner);
    bool cut = false;
    draw_text(list, {box.min.x + dp(10), baseline_in(box, TextStyle::Small)}, TextStyle::Small, ink(colors().text), text,
              width - dp(18), Align::Left, &cut);
    focus_ring(box.min, box.max, corner);
    if (cut) hover_text(text);
    return box.clicked;
}

bool sample_row(const char* id, std::string_view text, std::string_view category, float width, const char* icon) {
    const Pressed box = press(id, {width, dp(34)});
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(box.min, box.max, ink(colors().text, box.hovered ? 0.12f : 0.05f), dp(6));
    const float middle = (box.min.y + box.max.y) / 2, baseline = baseline_in(box, TextStyle::Body);
    draw_icon(list, {box.min.x + dp(18), middle}, icon, ink(colors().dim), 15);
    const float kind = draw_their_text(list, {box.max.x - dp(12), baseline}, TextStyle::Small, ink(colors().dim), category,
                                       width * 0.3f, Align::Right);
    bool cut = false;
    draw_their_text(list, {box.min.x + dp(36), baseline}, TextStyle::Body, ink(box.disabled ? colors().dim : colors().text), text, width - dp(36 + 28) - kind,
                    Align::Left, &cut);
    focus_ring(box.min, box.max, dp(6));
    if (cut) hover_text(text);
    return box.clicked;
}

void flow_next(float width, float spacing) {
    const float right = ImGui::GetItemRectMax().x + spacing + width;
    const ImGuiWindow* window = ImGui::GetCurrentWindow();
    if (right <= window->WorkRect.Max.x) ImGui::SameLine(0, spacing);
}

void place_popup_below_item() {
    const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
    const ImGuiViewport& window = *ImGui::GetMainViewport();
    // In the right half it hangs from its control's right edge, so that it does not leave the window.
    const bool from_right = min.x > window.Pos.x + window.Size.x / 2;
    ImGui::SetNextWindowPos({from_right ? max.x : min.x, max.y + dp(4)}, ImGuiCond_Appearing, {from_right ? 1.0f : 0.0f, 0});
}

bool menu_item(std::string_view label, const char* shortcut, bool enabled) {
    const FontScope small(TextStyle::Small);
    return ImGui::MenuItem(std::string(label).c_str(), shortcut, false, enabled);
}

bool begin_explanation() {
    constexpr float kPointingS = 1.5f;
    if (theme().audience && ImGui::GetCurrentContext()->MouseStationaryTimer < kPointingS) return false;
    return ImGui::BeginTooltip();
}

bool is_pointed_at() { return ImGui::IsItemHovered(ImGuiHoveredFlags_DelayShort | ImGuiHoveredFlags_AllowWhenDisabled); }

void hover_text(std::string_view text) {
    if (text.empty() || !is_pointed_at()) return;
    if (!begin_explanation()) return;
    paragraph(text, TextStyle::Small, colors().text, dp(380));
    ImGui::EndTooltip();
}

void hover_text_in(ImVec2 min, ImVec2 max, std::string_view text) {
    if (ImGui::IsMouseHoveringRect(min, max)) hover_text(text);
}

void focus_ring(ImVec2 min, ImVec2 max, float rounding) {
    if (!ImGui::IsItemFocused() || !ImGui::GetIO().NavVisible) return;
    const float grow = dp(2);
    ImGui::GetWindowDrawList()->AddRect({min.x - grow, min.y - grow}, {max.x + grow, max.y + grow},
                                        ink(colors().accent), rounding + grow, dp(2));
}

void draw_spinner(ImDrawList& list, ImVec2 center, float design_radius, ImU32 color) {
    const float radius = design_radius * theme().scale;
    const float turn = theme().reduce_motion ? 0.0f : static_cast<float>(std::fmod(ImGui::GetTime(), 1.0)) * 2 *
                                                          std::numbers::pi_v<float>;
    list.AddCircle(center, radius, ink(colors().line), 0, dp(2));
    list.PathArcTo(center, radius, turn, turn + std::numbers::pi_v<float> * 0.6f, 24);
    list.PathStroke(color, dp(2));
}

} // namespace cameo
