// The two drawings of the alignment: AlignmentView's matrix and arcs, apart from its frame.
#include "views/alignment_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/heat_scale.hpp"
#include "views/widgets/turned_text.hpp"
#include "views/widgets/word_piece.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

constexpr float kSlant = 0.82f; ///< radians that column labels climb
constexpr float kRowHeight = 24, kReadableCell = 18;
constexpr float kSmallestCell = 4, kLargestCell = 44;

/// What a cell says.
void cell_tooltip(const ExpertLedger& part, std::int32_t row, std::int32_t column, float value) {
    if (!begin_explanation()) return;
    const TokenPart& token = part.tokens[static_cast<std::size_t>(row)];
    label(token.query_token + " \u2192 " + part.document_tokens[static_cast<std::size_t>(column)] + "  " + format_exact(value),
          TextStyle::Mono, colors().text);
    paragraph(token.best == column ? "The largest of this row: it is what counts."
                                   : "The row's largest is " + format_score(token.similarity, 2) + ": this one does not count.",
              TextStyle::Small, colors().dim, dp(320));
    if (const std::string fragment = fragment_words(part.document_tokens[static_cast<std::size_t>(column)]); !fragment.empty())
        paragraph(fragment, TextStyle::Small, colors().dim, dp(320));
    ImGui::EndTooltip();
}

} // namespace

/// Where the matrix stands. Real pixels; the axes are outside of the region that scrolls.
struct AlignmentView::Grid {
    ImVec2 corner{};      ///< of the cells that are seen
    ImVec2 seen{};        ///< their room
    float label_width = 0, value_width = 0, head = 0;
    float cell_width = 0, row_height = 0;
    ImVec2 scroll{};
    std::int32_t hovered_row = -1, hovered_column = -1;

    std::size_t first(float scrolled, float step) const { return static_cast<std::size_t>(std::max(scrolled / step, 0.0f)); }
    std::size_t end(float scrolled, float room, float step, std::size_t count) const {
        return std::min(static_cast<std::size_t>(std::ceil((scrolled + room) / step)), count);
    }
};

void AlignmentView::draw_matrix(const Frame& frame) {
    const std::size_t rows = frame.part.tokens.size(), columns = frame.columns();
    const ImVec2 at = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
    Grid grid;
    grid.cell_width = std::round(dp(m_cell));
    grid.row_height = std::round(dp(std::min(m_cell, kRowHeight)));
    const bool readable = m_cell >= kReadableCell;
    for (const TokenPart& token : frame.part.tokens)
        grid.label_width = std::max(grid.label_width, std::min(text_width(TextStyle::Mono, token.query_token), dp(110)));
    grid.label_width += dp(12);
    grid.value_width = text_width(TextStyle::Mono, "0.00") + dp(12);
    grid.head = dp(20) + (readable ? dp(76) : dp(4));
    grid.corner = {at.x + grid.label_width, at.y + grid.head};
    grid.seen = {std::max(room.x - grid.label_width - grid.value_width, dp(40)), std::max(room.y - grid.head - dp(8), grid.row_height * 2)};
    const ImVec2 whole{grid.cell_width * static_cast<float>(columns), grid.row_height * static_cast<float>(rows)};
    const float bar = whole.x > grid.seen.x ? ImGui::GetStyle().ScrollbarSize : 0;
    grid.seen = {std::min(grid.seen.x, whole.x + dp(2)), std::min(grid.seen.y, whole.y + bar + dp(2))};
    m_columns_shown = grid.seen.x / grid.cell_width;

    ImGui::SetCursorScreenPos(grid.corner);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    ImGui::SetNextWindowContentSize(whole);
    // The wheel alone goes through the rows, with Shift through the columns, with Ctrl it zooms.
    const bool zooms = ImGui::GetIO().KeyCtrl;
    const bool visible = ImGui::BeginChild("##cells", grid.seen, ImGuiChildFlags_None,
                                           ImGuiWindowFlags_HorizontalScrollbar | ImGuiWindowFlags_NoNavInputs |
                                               (zooms ? ImGuiWindowFlags_NoScrollWithMouse : 0));
    ImGui::PopStyleVar(2);
    if (visible) draw_cells(frame, grid);
    ImGui::EndChild();
    draw_axes(frame, grid);
    // The scale, named.
    const std::string highest = m_by_row ? "row's largest" : format_score(m_highest, 2);
    draw_heat_scale(*ImGui::GetWindowDrawList(), {at.x + room.x - dp(2), at.y + ascent(TextStyle::Mono)}, "similarity 0", highest, frame.style);
    if (grid.hovered_row >= 0 && grid.hovered_column >= 0)
        cell_tooltip(frame.part, grid.hovered_row, grid.hovered_column,
                     frame.at(static_cast<std::size_t>(grid.hovered_row), static_cast<std::size_t>(grid.hovered_column)));
}

void AlignmentView::draw_cells(const Frame& frame, Grid& grid) {
    const std::size_t rows = frame.part.tokens.size(), columns = frame.columns();
    const ImVec2 whole{grid.cell_width * static_cast<float>(columns), grid.row_height * static_cast<float>(rows)};
    if (m_scroll_to >= 0) {
        ImGui::SetScrollX(m_scroll_to * grid.cell_width);
        m_scroll_to = -1;
    }
    const ImVec2 origin = ImGui::GetCursorScreenPos(); // moves with the scroll
    const bool pressed = ImGui::InvisibleButton("Cells", {std::max(whole.x, 1.0f), std::max(whole.y, 1.0f)});
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    if (ImGui::IsItemHovered()) {
        const int column = static_cast<int>((mouse.x - origin.x) / grid.cell_width), row = static_cast<int>((mouse.y - origin.y) / grid.row_height);
        if (column >= 0 && static_cast<std::size_t>(column) < columns && row >= 0 && static_cast<std::size_t>(row) < rows) {
            grid.hovered_column = column;
            grid.hovered_row = row;
        }
        if (ImGui::GetIO().KeyCtrl && ImGui::GetIO().MouseWheel != 0) {
            const float under = (mouse.x - origin.x) / grid.cell_width;
            m_cell = std::clamp(m_cell * (ImGui::GetIO().MouseWheel > 0 ? 1.2f : 1 / 1.2f), kSmallestCell, kLargestCell);
            m_scroll_to = std::max(under - (mouse.x - grid.corner.x) / std::round(dp(m_cell)), 0.0f); // what is under the mouse stays there
        }
    }
    if (pressed && grid.hovered_row >= 0) select(frame, grid.hovered_row, grid.hovered_column);
    grid.scroll = {ImGui::GetScrollX(), ImGui::GetScrollY()};
    m_first_column = grid.scroll.x / grid.cell_width;

    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float gap = m_cell >= 14 ? dp(2) : 0, corner = m_cell >= 14 ? dp(3) : 0;
    const std::size_t first_column = grid.first(grid.scroll.x, grid.cell_width);
    const std::size_t end_column = grid.end(grid.scroll.x, grid.seen.x, grid.cell_width, columns);
    const std::size_t end_row = grid.end(grid.scroll.y, grid.seen.y, grid.row_height, rows);
    for (std::size_t row = grid.first(grid.scroll.y, grid.row_height); row < end_row; ++row) {
        const TokenPart& token = frame.part.tokens[row];
        const float strength_of_row = is_stepped_back(frame, row) ? 0.3f : 1;
        const double scale = m_by_row ? token.similarity : m_highest;
        const float top = origin.y + grid.row_height * static_cast<float>(row);
        const float left = origin.x + grid.cell_width * static_cast<float>(first_column);
        if (gap == 0)
            list.AddRectFilled({left, top}, {origin.x + grid.cell_width * static_cast<float>(end_column), top + grid.row_height}, ink(colors().raised));
        for (std::size_t column = first_column; column < end_column; ++column) {
            const float value = frame.at(row, column);
            const ImVec2 min{origin.x + grid.cell_width * static_cast<float>(column), top};
            const ImVec2 max{min.x + grid.cell_width - gap, top + grid.row_height - gap};
            if (gap > 0) list.AddRectFilled(min, max, ink(colors().raised), corner);
            const float share = scale > 0 && std::isfinite(value) && value >= m_threshold ? static_cast<float>(value / scale) : 0.0f;
            const float strength = heat_strength(share) * strength_of_row;
            if (strength > 0.02f) list.AddRectFilled(min, max, hue(frame.style, strength), corner);
            if (token.best != static_cast<std::int32_t>(column)) continue;
            const bool followed = frame.now.selection.query_token == static_cast<int>(row);
            list.AddRect({min.x - dp(0.5f), min.y - dp(0.5f)}, {max.x + dp(0.5f), max.y + dp(0.5f)},
                         ink(followed ? colors().accent : colors().text, strength_of_row < 1 ? 0.45f : 1.0f), corner, dp(1.5f));
        }
    }
    const auto chosen_row = frame.now.selection.query_token, chosen_column = frame.now.selection.document_token;
    if (chosen_row >= 0 && chosen_column >= 0 && static_cast<std::size_t>(chosen_row) < rows && static_cast<std::size_t>(chosen_column) < columns) {
        const ImVec2 min{origin.x + grid.cell_width * static_cast<float>(chosen_column), origin.y + grid.row_height * static_cast<float>(chosen_row)};
        list.AddRect({min.x - dp(1.5f), min.y - dp(1.5f)}, {min.x + grid.cell_width - gap + dp(1.5f), min.y + grid.row_height - gap + dp(1.5f)},
                     ink(colors().accent), corner, dp(2));
    }
}

void AlignmentView::draw_axes(const Frame& frame, const Grid& grid) const {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const std::size_t rows = frame.part.tokens.size(), columns = frame.columns();
    const float right = grid.corner.x + grid.seen.x;
    const int selected = frame.now.selection.query_token;
    // Rows: the tokens at the left, their largest at the right; as many as are seen.
    list.PushClipRect({grid.corner.x - grid.label_width, grid.corner.y - dp(1)}, {right + grid.value_width, grid.corner.y + grid.seen.y}, true);
    const float row_step = grid.row_height;
    if (row_step >= dp(14))
        for (std::size_t row = grid.first(grid.scroll.y, row_step); row < grid.end(grid.scroll.y, grid.seen.y, row_step, rows); ++row) {
            const TokenPart& token = frame.part.tokens[row];
            const float top = grid.corner.y + row_step * static_cast<float>(row) - grid.scroll.y;
            const float baseline = std::round(top + (row_step - line_height(TextStyle::Mono)) / 2 + ascent(TextStyle::Mono));
            const bool followed = selected == static_cast<int>(row), back = is_stepped_back(frame, row);
            draw_piece(list, {grid.corner.x - grid.label_width, baseline}, TextStyle::Mono,
                       ink(followed ? colors().accent : back ? colors().dim : colors().text), token.query_token, grid.label_width - dp(10));
            draw_text(list, {right + grid.value_width - dp(2), baseline}, TextStyle::Mono, ink(back ? colors().dim : colors().text),
                      format_score(token.similarity, 2), grid.value_width, Align::Right);
        }
    list.PopClipRect();
    if (m_cell < kReadableCell) return;
    // Columns: the words lean over the edge of their column, so that each has its whole length.
    list.PushClipRect({grid.corner.x - dp(8), grid.corner.y - grid.head + dp(18)}, {right + grid.value_width + dp(8), grid.corner.y}, true);
    const std::int32_t followed = selected >= 0 && static_cast<std::size_t>(selected) < rows
                                      ? frame.part.tokens[static_cast<std::size_t>(selected)].best : -1;
    for (std::size_t column = grid.first(grid.scroll.x, grid.cell_width);
         column < grid.end(grid.scroll.x, grid.seen.x, grid.cell_width, columns); ++column) {
        const ImVec2 foot{grid.corner.x + grid.cell_width * (static_cast<float>(column) + 0.5f) - grid.scroll.x, grid.corner.y - dp(5)};
        if (foot.x < grid.corner.x || foot.x > right) continue;
        const auto index = static_cast<std::int32_t>(column);
        const bool strong = index == grid.hovered_column || index == followed || index == frame.now.selection.document_token;
        const TurnedText turned(list, foot, -kSlant);
        draw_piece(list, foot, TextStyle::Mono, ink(strong ? colors().text : colors().dim), frame.part.document_tokens[column], dp(90));
    }
    list.PopClipRect();
}

void AlignmentView::draw_arcs(const Frame& frame) const {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float width = ImGui::GetContentRegionAvail().x;
    const float gap = dp(8), line = line_height(TextStyle::Mono) + dp(6), arch = dp(56);
    struct Word {
        ImVec2 at;
        float width;
    };
    const auto lay_out = [&](std::size_t count, const auto& text, float step, float room) {
        std::vector<Word> words;
        float x = 0, y = 0;
        for (std::size_t index = 0; index < count; ++index) {
            const float length = std::min(text_width(TextStyle::Mono, text(index)), room);
            if (x > 0 && x + length > room) {
                x = 0;
                y += step;
            }
            words.push_back({{x, y}, length});
            x += length + gap;
        }
        return words;
    };
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const auto query = lay_out(frame.part.tokens.size(), [&](std::size_t index) { return std::string_view(frame.part.tokens[index].query_token); }, line, width);
    int hovered = -1;
    for (std::size_t row = 0; row < query.size(); ++row) {
        ImGui::SetCursorScreenPos({at.x + query[row].at.x, at.y + query[row].at.y});
        ImGui::PushID(static_cast<int>(row));
        if (ImGui::InvisibleButton("Token", {std::max(query[row].width, 1.0f), line}, ImGuiButtonFlags_EnableNav))
            select(frame, static_cast<std::int32_t>(row), frame.part.tokens[row].best);
        focus_ring(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), dp(3));
        if (ImGui::IsItemHovered()) hovered = static_cast<int>(row);
        ImGui::PopID();
    }
    const float query_height = query.back().at.y + line;
    ImGui::SetCursorScreenPos({at.x, at.y + query_height});
    const ImVec2 room = ImGui::GetContentRegionAvail();
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##text", {0, std::max(room.y, line * 3)}, ImGuiChildFlags_None, ImGuiWindowFlags_NoNavInputs);
    ImGui::PopStyleVar();
    if (visible) {
        const ImVec2 origin = ImGui::GetCursorScreenPos();
        const auto words = lay_out(frame.columns(), [&](std::size_t index) { return std::string_view(frame.part.document_tokens[index]); }, line,
                                   width - ImGui::GetStyle().ScrollbarSize - dp(4));
        ImGui::Dummy({1, arch + words.back().at.y + line});
        ImDrawList& inner = *ImGui::GetWindowDrawList();
        const float top = ImGui::GetWindowPos().y, bottom = top + ImGui::GetWindowHeight();
        const int lit = hovered >= 0 ? hovered : frame.now.selection.query_token;
        std::vector<float> strength(words.size(), 0);
        for (std::size_t row = 0; row < query.size(); ++row) {
            const TokenPart& token = frame.part.tokens[row];
            if (token.best < 0 || static_cast<std::size_t>(token.best) >= words.size() || token.similarity < m_threshold) continue;
            const bool back = lit >= 0 ? lit != static_cast<int>(row) : is_stepped_back(frame, row);
            const auto share = static_cast<float>(m_highest > 0 ? std::clamp(token.similarity / m_highest, 0.0, 1.0) : 0.0);
            const Word& word = words[static_cast<std::size_t>(token.best)];
            strength[static_cast<std::size_t>(token.best)] = std::max(strength[static_cast<std::size_t>(token.best)], back ? 0.0f : heat_strength(share));
            const ImVec2 from{at.x + query[row].at.x + query[row].width / 2, top + dp(2)};
            const ImVec2 to{origin.x + word.at.x + word.width / 2, origin.y + arch + word.at.y};
            if (to.y < top || to.y > bottom) continue;
            const float bend = std::min((to.y - from.y) * 0.6f, dp(80));
            inner.AddBezierCubic(from, {from.x, from.y + bend}, {to.x, to.y - bend}, to, hue(frame.style, back ? 0.15f : 0.25f + 0.75f * share),
                                 dp(back ? 1.0f : 1.0f + 2.5f * share));
        }
        for (std::size_t column = 0; column < words.size(); ++column) {
            const ImVec2 corner{origin.x + words[column].at.x, origin.y + arch + words[column].at.y};
            if (corner.y + line < top || corner.y > bottom) continue;
            if (strength[column] > 0)
                inner.AddRectFilled({corner.x - dp(3), corner.y}, {corner.x + words[column].width + dp(3), corner.y + line - dp(3)},
                                    hue(frame.style, 0.5f * strength[column]), dp(4));
            if (frame.now.selection.document_token == static_cast<int>(column))
                inner.AddRect({corner.x - dp(3), corner.y}, {corner.x + words[column].width + dp(3), corner.y + line - dp(3)}, ink(colors().accent), dp(4),
                              dp(1.5f));
            draw_piece(inner, {corner.x, corner.y + ascent(TextStyle::Mono) + dp(2)}, TextStyle::Mono,
                       ink(strength[column] > 0 ? colors().text : colors().dim), frame.part.document_tokens[column], width);
        }
    }
    ImGui::EndChild();
    for (std::size_t row = 0; row < query.size(); ++row) {
        const bool back = is_stepped_back(frame, row);
        const ImVec2 corner{at.x + query[row].at.x, at.y + query[row].at.y};
        draw_piece(list, {corner.x, corner.y + ascent(TextStyle::Mono) + dp(2)}, TextStyle::Mono,
                   ink(frame.now.selection.query_token == static_cast<int>(row) ? colors().accent : back ? colors().dim : colors().text),
                   frame.part.tokens[row].query_token, width);
    }
    if (hovered >= 0 && frame.part.tokens[static_cast<std::size_t>(hovered)].best >= 0)
        cell_tooltip(frame.part, hovered, frame.part.tokens[static_cast<std::size_t>(hovered)].best,
                     static_cast<float>(frame.part.tokens[static_cast<std::size_t>(hovered)].similarity));
}

} // namespace cameo
