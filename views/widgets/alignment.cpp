#include "views/widgets/alignment.hpp"

#include "views/format.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/heat_scale.hpp"
#include "views/widgets/turned_text.hpp"
#include "views/widgets/word_piece.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace cameo {
namespace {

constexpr float kMatrixCellHeight = 24, kCellMin = 24, kCellMax = 40, kMatrixGap = 2;
constexpr std::size_t kMostRows = 64;
constexpr float kLabelSlant = 0.82f; ///< radians that column labels climb

float value_at(const ExpertLedger& part, std::size_t token_idx, std::int32_t column) {
    return part.similarities[token_idx * part.document_tokens.size() + static_cast<std::size_t>(column)];
}

} // namespace

bool holds_together(const ExpertLedger& part) {
    return !part.tokens.empty() && !part.document_tokens.empty() &&
           part.similarities.size() == part.tokens.size() * part.document_tokens.size();
}

std::vector<std::int32_t> alignment_columns(const ExpertLedger& part, std::size_t at_most) {
    if (!holds_together(part)) return {};
    const std::size_t rows = part.document_tokens.size();
    std::vector<float> weight(rows, 0.0f);
    for (std::size_t token_idx = 0; token_idx < part.tokens.size(); ++token_idx) {
        for (std::size_t row = 0; row < rows; ++row)
            weight[row] = std::max(weight[row], part.similarities[token_idx * rows + row]);
    }
    for (const auto& token : part.tokens)
        if (token.best >= 0 && static_cast<std::size_t>(token.best) < rows)
            weight[static_cast<std::size_t>(token.best)] += 10; // every best match comes before any other
    std::vector<std::int32_t> columns(rows);
    std::iota(columns.begin(), columns.end(), 0);
    std::stable_sort(columns.begin(), columns.end(), [&](std::int32_t one, std::int32_t other) {
        return weight[static_cast<std::size_t>(one)] > weight[static_cast<std::size_t>(other)];
    });
    columns.resize(std::min(columns.size(), at_most));
    std::sort(columns.begin(), columns.end());
    return columns;
}

AlignmentHover draw_alignment(const ExpertLedger& part, ExpertStyle style, int selected) {
    AlignmentHover hover;
    if (!holds_together(part)) return hover;
    const std::size_t rows = std::min(part.tokens.size(), kMostRows);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;

    float label_width = dp(40);
    for (std::size_t row = 0; row < rows; ++row)
        label_width = std::max(label_width, std::min(text_width(TextStyle::Mono, part.tokens[row].query_token), dp(110)));
    label_width += dp(12);
    const float value_width = text_width(TextStyle::Mono, "0.00") + dp(10);
    const float slant_room = dp(30); // the last label leans over the edge of the grid
    const float grid_room = std::max(width - label_width - value_width - slant_room, dp(kCellMin));
    const auto columns = alignment_columns(part, static_cast<std::size_t>(std::max(grid_room / dp(kCellMin), 1.0f)));
    const float cell_width = std::floor(std::clamp(grid_room / static_cast<float>(columns.size()), dp(kCellMin), dp(kCellMax)));
    const float cell_height = dp(kMatrixCellHeight), gap = dp(kMatrixGap);

    float longest = 0, highest = 0;
    for (const std::int32_t column : columns)
        longest = std::max(longest, std::min(text_width(TextStyle::Mono, part.document_tokens[static_cast<std::size_t>(column)]), dp(90)));
    for (std::size_t row = 0; row < rows; ++row)
        for (const std::int32_t column : columns)
            if (std::isfinite(value_at(part, row, column))) highest = std::max(highest, value_at(part, row, column));
    const float head = longest * std::sin(kLabelSlant) + dp(14);
    const ImVec2 grid{at.x + label_width, at.y + head};
    const float grid_width = cell_width * static_cast<float>(columns.size());
    ImGui::Dummy({width, head});
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const int column = static_cast<int>(std::floor((mouse.x - grid.x) / cell_width));
    const bool in_columns = column >= 0 && column < static_cast<int>(columns.size());
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    for (std::size_t row = 0; row < rows; ++row) {
        // A row is an item, so that the keyboard reaches it too.
        ImGui::SetCursorScreenPos({at.x, grid.y + cell_height * static_cast<float>(row)});
        ImGui::PushID(static_cast<int>(row));
        if (ImGui::InvisibleButton("Row", {width, cell_height}, ImGuiButtonFlags_EnableNav))
            hover.clicked_token = static_cast<int>(row);
        ImGui::PopID();
        focus_ring(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), dp(3));
        if (!ImGui::IsItemHovered()) continue;
        hover.query_token = static_cast<int>(row);
        if (in_columns && ImGui::IsMouseHoveringRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()))
            hover.document_token = columns[static_cast<std::size_t>(column)];
    }
    ImGui::PopStyleVar();

    const int lit = hover.query_token >= 0 ? hover.query_token : selected;
    for (std::size_t index = 0; index < columns.size(); ++index) {
        const auto& token = part.document_tokens[static_cast<std::size_t>(columns[index])];
        const bool strong = columns[index] == hover.document_token ||
                            (lit >= 0 && static_cast<std::size_t>(lit) < rows && part.tokens[static_cast<std::size_t>(lit)].best == columns[index]);
        const ImVec2 foot{grid.x + cell_width * (static_cast<float>(index) + 0.5f), grid.y - dp(5)};
        const TurnedText turned(list, foot, -kLabelSlant);
        draw_piece(list, foot, TextStyle::Mono, ink(strong ? colors().text : colors().dim), token, dp(90));
    }
    for (std::size_t row = 0; row < rows; ++row) {
        const auto& token = part.tokens[row];
        const float top = grid.y + cell_height * static_cast<float>(row);
        const float baseline = std::round(top + (cell_height - line_height(TextStyle::Mono)) / 2 + ascent(TextStyle::Mono));
        const bool followed = lit == static_cast<int>(row);
        const bool stepped_back = lit >= 0 && !followed;
        draw_piece(list, {at.x, baseline}, TextStyle::Mono, ink(followed ? colors().accent : colors().text), token.query_token,
                   label_width - dp(10));
        for (std::size_t index = 0; index < columns.size(); ++index) {
            const float value = value_at(part, row, columns[index]);
            const ImVec2 min{grid.x + cell_width * static_cast<float>(index), top};
            const ImVec2 max{min.x + cell_width - gap, top + cell_height - gap};
            const float strength = highest > 0 && std::isfinite(value) ? std::clamp(value / highest, 0.0f, 1.0f) : 0.0f;
            list.AddRectFilled(min, max, ink(colors().raised), dp(3));
            list.AddRectFilled(min, max, hue(style, heat_strength(strength) * (stepped_back ? 0.45f : 1.0f)), dp(3));
            if (token.best == columns[index])
                list.AddRect({min.x - dp(0.5f), min.y - dp(0.5f)}, {max.x + dp(0.5f), max.y + dp(0.5f)},
                             ink(followed ? colors().accent : colors().text, stepped_back ? 0.5f : 1.0f), dp(3), dp(1.5f));
        }
        draw_text(list, {grid.x + grid_width + value_width - dp(2), baseline}, TextStyle::Mono,
                  ink(stepped_back ? colors().dim : colors().text), format_score(token.similarity, 2), value_width, Align::Right);
    }
    if (hover.document_token >= 0 && begin_explanation()) {
        const auto row = static_cast<std::size_t>(hover.query_token);
        const float value = value_at(part, row, hover.document_token);
        label(part.tokens[row].query_token + " → " + part.document_tokens[static_cast<std::size_t>(hover.document_token)] + "  " +
                  format_exact(value),
              TextStyle::Mono, colors().text);
        paragraph(part.tokens[row].best == hover.document_token
                      ? "The largest of this row: it is what counts. " + format_score(part.raw, 2) + " is the sum of the rows' largest."
                      : "Cosine of the two tokens. Only the largest of a row counts.",
                  TextStyle::Small, colors().dim, dp(320));
        const auto& match = part.document_tokens[static_cast<std::size_t>(hover.document_token)];
        if (const std::string fragment = fragment_words(match); !fragment.empty())
            paragraph(fragment, TextStyle::Small, colors().dim, dp(320));
        ImGui::EndTooltip();
    }
    return hover;
}

} // namespace cameo
