#include "views/widgets/statement_row.hpp"

#include "views/format.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/signed_bar.hpp"
#include "views/widgets/word_piece.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

constexpr float kStatementHeight = 24, kSumHeight = 28, kIndent = 26;

} // namespace

bool statement_row(const StatementRow& row) {
    const float width = ImGui::GetContentRegionAvail().x, height = dp(row.strong ? kSumHeight : kStatementHeight);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    const bool pressed = ImGui::InvisibleButton(row.id, {width, height}, ImGuiButtonFlags_EnableNav);
    ImGui::PopStyleVar();
    const ImVec2 at = ImGui::GetItemRectMin(), end = ImGui::GetItemRectMax();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (row.selected) list.AddRectFilled(at, end, ink(colors().accent, 0.16f), dp(4));
    else if (ImGui::IsItemHovered()) list.AddRectFilled(at, end, ink(colors().text, 0.05f), dp(4));
    focus_ring(at, end, dp(4));

    const TextStyle words_style = row.strong ? TextStyle::Strong : row.piece ? TextStyle::Mono : TextStyle::Body;
    const float middle = at.y + height / 2;
    const auto baseline = [&](TextStyle style) { return std::round(middle - line_height(style) / 2 + ascent(style)); };
    const std::string figure = row.is_signed ? format_signed(row.value, row.decimals) : format_score(row.value, row.decimals);
    const float figure_room = text_width(TextStyle::Mono, "\u221200.000") + dp(10);
    draw_text(list, {end.x - dp(4), baseline(TextStyle::Mono)}, TextStyle::Mono, ink(row.quiet ? colors().dim : colors().text), figure,
              figure_room, Align::Right);
    const float bar_room = std::clamp(width * 0.22f, dp(48), dp(140));
    float right = end.x - figure_room - bar_room - dp(8);
    if (row.style && row.largest > 0 && std::isfinite(row.value))
        signed_bar(list, {right + dp(8), middle}, bar_room, row.value / row.largest, hue(*row.style, row.strong ? 1.0f : 0.75f));

    float left = at.x + dp(4);
    if (row.indent) left += dp(kIndent - 4);
    if (row.style && ((row.strong && !row.indent) || row.marked)) {
        draw_mark(list, {left + dp(6), middle}, *row.style, 9, true);
        left += dp(kIndent - 4);
    }
    // The words have what they need, up to two thirds; the detail what they leave, from the right.
    const float room = right - left;
    const float words_room = std::min(text_width(words_style, row.words), row.detail.empty() ? room : room * 0.64f);
    const float detail_room = room - words_room - dp(12);
    const float detail = text_width(TextStyle::Mono, row.detail);
    const bool has_room = detail <= detail_room;
    const ImU32 color = ink(row.quiet ? colors().dim : colors().text);
    const float words_width = has_room || row.detail.empty() ? words_room + 1 : room;
    if (row.piece) draw_piece(list, {left, baseline(words_style)}, words_style, color, row.words, words_width);
    else draw_text(list, {left, baseline(words_style)}, words_style, color, row.words, words_width);
    if (has_room)
        draw_text(list, {right, baseline(TextStyle::Mono)}, TextStyle::Mono, ink(colors().dim), row.detail, detail_room + 1, Align::Right);
    return pressed;
}

void for_rows_in_sight(std::size_t rows, const std::function<void(std::size_t)>& draw) {
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(rows), dp(kStatementHeight));
    while (clipper.Step())
        for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row) draw(static_cast<std::size_t>(row));
}

} // namespace cameo
