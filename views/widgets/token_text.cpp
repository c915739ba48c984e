#include "views/widgets/token_text.hpp"

#include "views/widgets/controls.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace cameo {
namespace {

constexpr float kLineStep = 25; ///< roomy, so that underlines and fills of two lines never touch

} // namespace

void TokenText::lay_out(std::string_view text, float width) {
    if (text == m_text && width == m_width && theme().scale == m_scale) return;
    if (text != m_text) clear_selection();
    m_text = text;
    m_width = width;
    m_scale = theme().scale;
    const FontScope body(TextStyle::Body);
    ImFontBaked* baked = ImGui::GetFontBaked();
    m_layout = TextLayout(m_text, width, [baked](char32_t code) { return baked->GetCharAdvance(static_cast<ImWchar>(code)); });
}

std::string_view TokenText::selection(std::string_view text) const {
    const auto [low, high] = std::minmax(m_from, m_to);
    return low >= text.size() ? std::string_view() : text.substr(low, high - low);
}

void TokenText::handle_mouse(std::string_view text, ImVec2 at, float line_step) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const auto offset = [&] {
        return m_layout.offset_at(static_cast<std::ptrdiff_t>(std::floor((mouse.y - at.y) / line_step)), mouse.x - at.x);
    };
    const bool over = ImGui::IsItemHovered(ImGuiHoveredFlags_NoNavOverride);
    if (over) ImGui::SetMouseCursor(ImGuiMouseCursor_TextInput);
    if (over && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
        std::tie(m_from, m_to) = m_layout.word_at(offset(), text);
    } else if (ImGui::IsItemActivated()) {
        const std::size_t here = offset();
        if (!ImGui::GetIO().KeyShift) m_from = here;
        m_to = here;
    } else if (ImGui::IsItemActive() && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 2)) {
        m_to = offset();
    }
}

void TokenText::draw_stretch(std::size_t begin, std::size_t end, ImVec2 at, float line_step, const InkSpan& ink_span) const {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float glyphs = line_height(TextStyle::Body);
    for (std::size_t line_idx = m_layout.line_of(begin); line_idx < m_layout.lines().size(); ++line_idx) {
        const auto& line = m_layout.lines()[line_idx];
        if (line.begin >= end) break;
        const std::size_t from = std::max(begin, line.begin), to = std::min(end, line.end);
        if (from >= to) continue;
        const float top = at.y + line_step * static_cast<float>(line_idx) + (line_step - glyphs) / 2;
        const float pad = dp(2);
        const ImVec2 min{at.x + m_layout.x_of(from) - pad, std::round(top - pad)};
        const ImVec2 max{at.x + m_layout.x_of(to) + pad, std::round(top + glyphs + pad)};
        switch (ink_span.kind) {
        case InkSpan::Kind::Fill: list.AddRectFilled(min, max, ink_span.color, dp(4)); break;
        case InkSpan::Kind::Outline: list.AddRect(min, max, ink_span.color, dp(4), dp(1.5f)); break;
        case InkSpan::Kind::Underline:
            list.AddRectFilled({min.x + pad, max.y - dp(1)}, {max.x - pad, max.y + dp(1)}, ink_span.color, dp(1));
            break;
        }
    }
}

int TokenText::draw(const char* id, std::string_view text, std::span<const InkSpan> inks, float width, Commands& out) {
    lay_out(text, width);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float line_step = dp(kLineStep);
    const float height = std::max(line_step * static_cast<float>(m_layout.lines().size()), 1.0f);
    ImGui::InvisibleButton(id, {std::max(width, 1.0f), height}, ImGuiButtonFlags_EnableNav);
    const bool focused = ImGui::IsItemFocused() || ImGui::IsItemActive();
    const bool over = ImGui::IsItemHovered(ImGuiHoveredFlags_NoNavOverride); // by the mouse, which says where
    focus_ring(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), dp(4));
    handle_mouse(m_text, at, line_step);

    const auto cut = [&](const InkSpan& each) {
        return std::pair{std::min(each.begin, m_text.size()), std::min(each.end, m_text.size())};
    };
    for (const InkSpan::Kind kind : {InkSpan::Kind::Fill, InkSpan::Kind::Underline})
        for (const InkSpan& each : inks)
            if (each.kind == kind) draw_stretch(cut(each).first, cut(each).second, at, line_step, each);
    if (has_selection()) {
        const auto [low, high] = std::minmax(m_from, m_to);
        draw_stretch(low, high, at, line_step, {.kind = InkSpan::Kind::Fill, .color = ImGui::GetColorU32(ImGuiCol_TextSelectedBg)});
    }
    {
        // Only lines in sight are drawn, so that a book is as cheap as a page.
        const FontScope body(TextStyle::Body);
        ImDrawList& list = *ImGui::GetWindowDrawList();
        const float sight_top = list.GetClipRectMin().y, sight_bottom = list.GetClipRectMax().y;
        const float lead = std::round((line_step - ImGui::GetTextLineHeight()) / 2);
        for (std::size_t line_idx = 0; line_idx < m_layout.lines().size(); ++line_idx) {
            const float y = at.y + line_step * static_cast<float>(line_idx);
            if (y + line_step < sight_top || y > sight_bottom) continue;
            const auto& line = m_layout.lines()[line_idx];
            list.AddText({at.x, y + lead}, ink(colors().text), m_text.data() + line.begin, m_text.data() + line.end);
        }
    }
    for (const InkSpan& each : inks)
        if (each.kind == InkSpan::Kind::Outline) draw_stretch(cut(each).first, cut(each).second, at, line_step, each);

    int under = -1;
    if (over && !ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
        const ImVec2 mouse = ImGui::GetIO().MousePos;
        const auto line_idx = static_cast<std::size_t>(std::max((mouse.y - at.y) / line_step, 0.0f));
        for (std::size_t ink_idx = 0; line_idx < m_layout.lines().size() && ink_idx < inks.size(); ++ink_idx) {
            const auto [begin, end] = cut(inks[ink_idx]);
            const auto& line = m_layout.lines()[line_idx];
            const std::size_t from = std::max(begin, line.begin), to = std::min(end, line.end);
            if (from < to && mouse.x >= at.x + m_layout.x_of(from) - dp(2) && mouse.x <= at.x + m_layout.x_of(to) + dp(2))
                under = static_cast<int>(ink_idx);
        }
    }

    if (focused && ImGui::GetIO().KeyCtrl) {
        if (ImGui::IsKeyPressed(ImGuiKey_A, false)) std::tie(m_from, m_to) = std::pair<std::size_t, std::size_t>{0, m_text.size()};
        if (ImGui::IsKeyPressed(ImGuiKey_C, false) && has_selection()) out.emplace_back(CopyText{std::string(selection(m_text))});
    }
    if (ImGui::BeginPopupContextItem()) {
        if (menu_item("Copy", "Ctrl+C", has_selection())) out.emplace_back(CopyText{std::string(selection(m_text))});
        if (menu_item("Copy all")) out.emplace_back(CopyText{m_text});
        if (menu_item("Select all", "Ctrl+A")) std::tie(m_from, m_to) = std::pair<std::size_t, std::size_t>{0, m_text.size()};
        ImGui::EndPopup();
    }
    return under;
}

} // namespace cameo
