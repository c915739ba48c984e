#include "views/alignment_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/ledger_states.hpp"
#include "views/widgets/alignment.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/heat_scale.hpp"
#include "views/widgets/states.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace cameo {
namespace {

constexpr double kStepSeconds = 0.7;

} // namespace

bool is_special_token(std::string_view token) { return token.size() > 2 && token.front() == '[' && token.back() == ']'; }

std::size_t best_window(const ExpertLedger& part, std::size_t width) {
    const std::size_t columns = part.document_tokens.size();
    if (width == 0 || width >= columns) return 0;
    std::vector<double> weight(columns + 1, 0.0); // sums up to each column
    for (const TokenPart& token : part.tokens)
        if (token.best >= 0 && static_cast<std::size_t>(token.best) < columns && !is_special_token(token.query_token))
            weight[static_cast<std::size_t>(token.best) + 1] += std::max(token.similarity, 0.0);
    for (std::size_t column = 0; column < columns; ++column)
        weight[column + 1] += weight[column];
    std::size_t best = 0;
    for (std::size_t first = 1; first + width <= columns; ++first)
        if (weight[first + width] - weight[first] > weight[best + width] - weight[best] + 1e-9) best = first;
    return best;
}

AlignmentView::AlignmentView()
    : View("Alignment",
           {.what = "Every token of the query against every token of the selected document, as the local expert sees them.",
            .formula = "score = Σ over query tokens of the largest similarity in their row (MaxSim). Similarities are inner "
                       "products of token vectors; where these have length 1 they are cosines.",
            .reading = "Strong cells are similar; each row's largest is outlined and is all that counts. Press a cell or a row: "
                       "the Document view follows. Left and Right step through the sum, Space plays it. Ctrl and the wheel zoom. "
                       "The strip above is the whole document: press it to go there.",
            .healthy = "One clear maximum a row, on a word that means the same.",
            .sick = "Rows that are alike everywhere, maxima on punctuation, or marks such as [MASK] that carry most of the sum."},
           true) {}

void AlignmentView::follow(const std::shared_ptr<const Ledger>& ledger, int expert_idx) {
    if (ledger == m_ledger && expert_idx == m_expert_idx) return;
    const ExpertLedger& part = ledger->experts[static_cast<std::size_t>(expert_idx)];
    // The same document under another fusion stays where it is; under another query it begins anew.
    const auto asked = [](const ExpertLedger& of) {
        std::vector<std::string> tokens;
        for (const TokenPart& token : of.tokens)
            tokens.push_back(token.query_token);
        return tokens;
    };
    const bool other_document = !m_ledger || m_ledger->id != ledger->id || m_expert_idx != expert_idx ||
                                asked(m_ledger->experts[static_cast<std::size_t>(m_expert_idx)]) != asked(part);
    m_ledger = ledger;
    m_expert_idx = expert_idx;
    m_best_of_column.assign(part.document_tokens.size(), 0);
    m_highest = 0;
    if (!holds_together(part)) return;
    for (std::size_t row = 0; row < part.tokens.size(); ++row) {
        if (is_special_token(part.tokens[row].query_token)) continue;
        for (std::size_t column = 0; column < m_best_of_column.size(); ++column) {
            const float value = part.similarities[row * m_best_of_column.size() + column];
            if (std::isfinite(value)) m_best_of_column[column] = std::max(m_best_of_column[column], value);
        }
    }
    for (const float value : part.similarities)
        if (std::isfinite(value)) m_highest = std::max(m_highest, value);
    if (!other_document) return;
    m_steps = -1;
    m_step_at = -1;
    m_scroll_to = static_cast<float>(best_window(part, static_cast<std::size_t>(std::max(m_columns_shown, 1.0f))));
}

void AlignmentView::draw_contents(const Snapshot& now, Commands& out) {
    const auto ledger = ledger_or_state(now, "how its tokens align with the query's", out);
    if (!ledger) return;
    const LedgerPart local = part_of_kind(*ledger, ExpertKind::Local, now.selection);
    if (!local.part) {
        empty_state(icon::kInfo, "No token vectors", "No expert of this model compares token by token: there is nothing to align.");
        return;
    }
    follow(ledger, local.expert_idx);
    if (!holds_together(*local.part)) {
        empty_state(icon::kInfo, "Nothing to align",
                    local.part->tokens.empty() ? "The local expert has no token for this query."
                                               : "The local expert has no token of this document.");
        return;
    }
    const Frame frame{.now = now,
                .part = *local.part,
                .style = ledger_styles(*ledger)[static_cast<std::size_t>(local.expert_idx)],
                .out = out};
    handle_keys(frame);
    play(frame);
    draw_head(frame);
    draw_sum(frame);
    if (m_drawing != Drawing::Arcs) draw_minimap(frame);
    if (m_drawing != Drawing::Arcs) draw_matrix(frame);
    // Beneath a matrix that leaves no room for it there is no text either.
    if (m_drawing == Drawing::Arcs || (m_drawing == Drawing::Both && ImGui::GetContentRegionAvail().y > dp(140))) {
        if (m_drawing == Drawing::Both) ImGui::Dummy({0, dp(space::kUnit)});
        draw_arcs(frame);
    }
}

void AlignmentView::handle_keys(const Frame& frame) {
    if (!has_keys()) return;
    const ImGuiID owner = ImGui::GetID("##keys");
    const auto pressed = [&](ImGuiKey key) {
        ImGui::SetKeyOwner(key, owner);
        return ImGui::IsKeyPressed(key, ImGuiInputFlags_Repeat, owner);
    };
    const int rows = static_cast<int>(frame.part.tokens.size());
    if (pressed(ImGuiKey_RightArrow)) m_steps = m_steps < 0 ? 1 : std::min(m_steps + 1, rows);
    if (pressed(ImGuiKey_LeftArrow)) m_steps = m_steps < 0 ? rows - 1 : std::max(m_steps - 1, 0);
    if (pressed(ImGuiKey_Space)) {
        const bool stops = m_step_at >= 0;
        m_step_at = stops ? -1 : ImGui::GetTime() + kStepSeconds;
        if (!stops && (m_steps < 0 || m_steps >= rows)) m_steps = 0;
    }
    if (pressed(ImGuiKey_End)) m_steps = -1;
    if (pressed(ImGuiKey_Home)) m_steps = 0;
}

void AlignmentView::play(const Frame& frame) {
    if (m_step_at < 0) return;
    if (ImGui::GetTime() >= m_step_at) {
        ++m_steps;
        m_step_at = ImGui::GetTime() + kStepSeconds;
    }
    if (m_steps >= static_cast<int>(frame.part.tokens.size())) m_step_at = -1;
    else frame.out.emplace_back(KeepDrawing{});
}

void AlignmentView::select(const Frame& frame, std::int32_t token, std::int32_t column) const {
    Selection selection = frame.now.selection;
    const bool same = selection.query_token == token && (column < 0 || selection.document_token == column);
    selection.query_token = same ? -1 : token;
    selection.document_token = same ? -1 : column;
    selection.term = -1;
    frame.out.emplace_back(Select{selection});
}

bool AlignmentView::is_stepped_back(const Frame& frame, std::size_t row) const {
    if (m_steps >= 0) return static_cast<int>(row) >= m_steps;
    const int selected = frame.now.selection.query_token;
    if (selected >= 0) return static_cast<int>(row) != selected;
    return m_dim_special && is_special_token(frame.part.tokens[row].query_token);
}

void AlignmentView::draw_head(const Frame& frame) {
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(6)});
    if (text_chip("Matrix", "Matrix", m_drawing != Drawing::Arcs)) m_drawing = m_drawing == Drawing::Matrix ? Drawing::Both : Drawing::Matrix;
    hover_text("Every query token against every token of the document. Press to see it alone, or beside the arcs.");
    ImGui::SameLine(0, dp(6));
    if (text_chip("Arcs", "Arcs", m_drawing != Drawing::Matrix)) m_drawing = m_drawing == Drawing::Arcs ? Drawing::Both : Drawing::Arcs;
    hover_text("The two texts, and an arc from every query token to its best match. Press to see it alone, or beside the matrix.");
    const bool has_special = std::ranges::any_of(frame.part.tokens, [](const TokenPart& token) { return is_special_token(token.query_token); });
    if (has_special) {
        flow_next(text_chip_width("Dim marks"), dp(6));
        if (text_chip("Dim marks", "Dim marks", m_dim_special)) m_dim_special = !m_dim_special;
        hover_text("[CLS], [MASK] and the like: the expert counts them, a reader need not.");
    }
    if (m_drawing != Drawing::Arcs) {
        flow_next(text_chip_width("Each row by itself"), dp(6));
        if (text_chip("Each row by itself", "Each row by itself", m_by_row)) m_by_row = !m_by_row;
        hover_text("Strength from nothing to the row's own largest instead of the largest of all: shows where a weak token looks.");
    }
    const float slider = dp(120);
    flow_next(slider + text_width(TextStyle::Small, "Hide below ") + dp(16), dp(12));
    ImGui::AlignTextToFramePadding();
    label("Hide below", TextStyle::Small, colors().dim);
    ImGui::SameLine(0, dp(6));
    ImGui::SetNextItemWidth(slider);
    {
        const FontScope mono(TextStyle::Mono);
        ImGui::SliderFloat("##threshold", &m_threshold, 0, 1, "%.2f");
    }
    hover_text("Similarities below this are not drawn. The sum stays what it is.");
    ImGui::PopStyleVar();
}

void AlignmentView::draw_sum(const Frame& frame) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    double sum = 0, of_marks = 0;
    const std::size_t rows = frame.part.tokens.size();
    const std::size_t counted = m_steps < 0 ? rows : std::min(static_cast<std::size_t>(m_steps), rows);
    for (std::size_t row = 0; row < counted; ++row) {
        sum += frame.part.tokens[row].similarity;
        if (is_special_token(frame.part.tokens[row].query_token)) of_marks += frame.part.tokens[row].similarity;
    }
    const double largest[] = {frame.part.raw};
    const int decimals = std::max(score_decimals(largest), 2);
    std::string text;
    if (m_steps < 0) {
        text = format_score(frame.part.raw, decimals) + " = sum of " + std::to_string(rows) + (rows == 1 ? " row's largest" : " rows' largest");
        if (of_marks != 0) text += ", " + format_score(of_marks, decimals) + " of it from marks";
    } else {
        text = "After " + std::to_string(counted) + " of " + std::to_string(rows) + ": " + format_score(sum, decimals) + " of " +
               format_score(frame.part.raw, decimals);
        if (counted > 0) {
            const TokenPart& last = frame.part.tokens[counted - 1];
            text += "   + " + format_score(last.similarity, 2) + " for " + last.query_token;
        }
    }
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_text(list, {at.x, at.y + ascent(TextStyle::Mono)}, TextStyle::Mono, ink(colors().text), text, width);
    const float share = frame.part.raw > 0 ? static_cast<float>(std::clamp(sum / frame.part.raw, 0.0, 1.0)) : 0;
    const float top = at.y + line_height(TextStyle::Mono) + dp(4);
    list.AddRectFilled({at.x, top}, {at.x + width, top + dp(4)}, ink(colors().raised), dp(2));
    list.AddRectFilled({at.x, top}, {at.x + width * share, top + dp(4)}, hue(frame.style), dp(2));
    ImGui::InvisibleButton("Sum", {width, line_height(TextStyle::Mono) + dp(12)});
    hover_text([&] { return "Exact: " + format_exact(frame.part.raw) + ", leaves " + format_exact(frame.part.raw - frame.part.residual) + ", residual " +
               format_exact(frame.part.residual) + "\nLeft and Right add one row after the other, Space plays it, End shows all."; });
}

void AlignmentView::draw_minimap(const Frame& frame) {
    const std::size_t columns = frame.columns();
    if (m_columns_shown >= static_cast<float>(columns)) return;
    const float width = ImGui::GetContentRegionAvail().x, height = dp(14);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::InvisibleButton("Whole document", {width, height});
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(at, {at.x + width, at.y + height}, ink(colors().raised), dp(3));
    const float step = width / static_cast<float>(columns);
    // Many columns to a pixel: its strongest stands for it.
    for (float x = 0; x < width;) {
        const float to = std::max(x + dp(1), std::floor(x / step + 1) * step);
        const auto first = static_cast<std::size_t>(x / step), last = std::min(static_cast<std::size_t>(std::ceil(to / step)), columns);
        float strength = 0;
        for (std::size_t column = first; column < last; ++column)
            strength = std::max(strength, m_best_of_column[column]);
        if (m_highest > 0 && strength > 0.25f * m_highest)
            list.AddRectFilled({at.x + x, at.y + dp(2)}, {at.x + std::min(to, width), at.y + height - dp(2)},
                               hue(frame.style, heat_strength(strength / m_highest)));
        x = to;
    }
    const float left = at.x + m_first_column * step, right = std::min(left + m_columns_shown * step, at.x + width);
    list.AddRect({left, at.y}, {right, at.y + height}, ink(colors().accent), dp(3), dp(1.5f));
    if (ImGui::IsItemActive())
        m_scroll_to = std::clamp((ImGui::GetIO().MousePos.x - at.x) / step - m_columns_shown / 2, 0.0f, static_cast<float>(columns));
    hover_text("The whole document, " + format_count(static_cast<std::int64_t>(columns)) +
               " tokens; strong where some query token finds a match. Press to go there.");
}

std::optional<ViewTable> AlignmentView::table(const Snapshot& now) const {
    const auto ledger = selected_ledger(now);
    const LedgerPart local = ledger ? part_of_kind(*ledger, ExpertKind::Local, now.selection) : LedgerPart{};
    if (!local.part || !holds_together(*local.part)) return {};
    const ExpertLedger& part = *local.part;
    ViewTable made{.title = title(), .columns = {"query token", "largest", "with"}};
    // A word may stand in the text twice.
    for (std::size_t column = 0; column < part.document_tokens.size(); ++column) {
        made.apart.push_back(made.columns.size()); // another reading of the text has other tokens
        made.columns.push_back(std::to_string(column) + " " + part.document_tokens[column]);
    }
    for (std::size_t row = 0; row < part.tokens.size(); ++row) {
        const TokenPart& token = part.tokens[row];
        std::vector<ViewCell> cells{token.query_token, token.similarity,
                                    token.best < 0 ? ViewCell() : ViewCell(part.document_tokens[static_cast<std::size_t>(token.best)])};
        for (std::size_t column = 0; column < part.document_tokens.size(); ++column)
            cells.emplace_back(static_cast<double>(part.similarities[row * part.document_tokens.size() + column]));
        made.rows.push_back(std::move(cells));
    }
    return made;
}

} // namespace cameo
