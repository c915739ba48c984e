// Two systems query by query, as a table or as a gallery of rank changes: EvaluationView's lower half.
#include "views/evaluation_view.hpp"

#include "views/draw.hpp"
#include "views/evaluation_words.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/signed_bar.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

constexpr float kQueryRowHeight = 26;

} // namespace

void EvaluationView::draw_queries(const Snapshot& now, Commands& out) {
    const SystemResult &a = m_evaluation->systems[m_a], &b = m_evaluation->systems[m_b];
    const auto count = [](std::size_t amount) { return format_count(static_cast<std::int64_t>(amount)); };
    if (m_gallery) {
        section("Rank changes", "from A to B the right document stands higher on " + count(m_moves.up.size()) + ", lower on " + count(m_moves.down.size()) + ", at the same place on " +
                                    count(m_moves.stayed));
    } else {
        const auto better = static_cast<std::size_t>(std::ranges::count_if(m_queries, [&](std::size_t query) { return measured(a, query, m_measure) > measured(b, query, m_measure); }));
        section("Query by query", "A is better on " + count(better) + ", B on " + count(m_queries.size() - better) + ", the same on " + count(m_same));
    }
    draw_filters();
    if (!m_gallery) return draw_table(now, out);
    draw_rank_gallery({.moves = m_moves, .queries = now.judged.scores->judged.queries, .category = m_category_of, .styles = m_category_styles, .a = system_title(a), .b = system_title(b),
                       .on_screen = now.trace ? now.trace->query : std::string()},
                      out);
}

void EvaluationView::draw_filters() {
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(6)});
    if (text_chip("As a table", "Table", !m_gallery)) m_gallery = false;
    hover_text("The queries on which A and B differ by the measure, the largest gain of A first.");
    flow_next(text_chip_width("Rank changes"), dp(6));
    if (text_chip("As a gallery", "Rank changes", m_gallery)) m_gallery = true;
    hover_text("How each query's right document moves from A's list to B's.");
    if (m_categories.size() > 1) {
        flow_next(text_chip_width("All"), dp(16));
        if (text_chip("All categories", "All", m_category.empty())) {
            m_category.clear();
            list_queries();
        }
        for (std::size_t category = 0; category < m_categories.size(); ++category) {
            const std::string& name = m_categories[category];
            flow_next(text_width(TextStyle::Small, name) + dp(36), dp(6));
            if (!expert_chip(("Category " + name).c_str(), m_category_styles[category], name, {}, m_category == name ? ChipState::Selected : ChipState::Normal)) continue;
            m_category = m_category == name ? std::string() : name;
            list_queries();
        }
    }
    ImGui::PopStyleVar();
}

void EvaluationView::draw_table(const Snapshot& now, Commands& out) {
    const float width = ImGui::GetContentRegionAvail().x;
    if (m_queries.empty()) label("None differs.", TextStyle::Small, colors().dim);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    ImGuiListClipper clipper; // the view scrolls as a whole: a list that scrolls inside it would have a row or two
    clipper.Begin(static_cast<int>(m_queries.size()), dp(kQueryRowHeight));
    while (clipper.Step())
        for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row)
            draw_query(now, m_queries[static_cast<std::size_t>(row)], width, out);
    ImGui::PopStyleVar();
}

void EvaluationView::draw_query(const Snapshot& now, std::size_t place, float width, Commands& out) const {
    const SystemResult &a = m_evaluation->systems[m_a], &b = m_evaluation->systems[m_b];
    const Query& query = now.judged.scores->judged.queries[place];
    const float figure = text_width(TextStyle::Mono, "\u22120.00") + dp(10), height = dp(kQueryRowHeight), asks = dp(26);
    const float bar = std::clamp(width * 0.16f, dp(40), dp(120)), right = dp(14);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (ImGui::InvisibleButton(("Query " + query.id).c_str(), {std::max(width - right - asks, dp(20)), height}, ImGuiButtonFlags_EnableNav)) out.emplace_back(RunQuery{query.text});
    const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
    if (ImGui::IsItemHovered()) list.AddRectFilled(min, max, ink(colors().text, 0.06f), dp(4));
    focus_ring(min, max, dp(4));
    const float middle = (min.y + max.y) / 2;
    const auto baseline = [&](TextStyle style) { return std::round(middle - line_height(style) / 2 + ascent(style)); };
    const double value_a = measured(a, place, m_measure), value_b = measured(b, place, m_measure), difference = value_a - value_b;
    float x = max.x - dp(4);
    const auto put = [&](const std::string& text, bool strong) {
        draw_text(list, {x, baseline(TextStyle::Mono)}, TextStyle::Mono, ink(strong ? colors().text : colors().dim), text, figure, Align::Right);
        x -= figure;
    };
    put(format_score(value_b, 2), value_b > value_a);
    put(format_score(value_a, 2), value_a > value_b);
    put(format_signed(difference, 2), true);
    signed_bar(list, {x - bar, middle}, bar, difference, ink(colors().accent, difference > 0 ? 1.0f : 0.5f));
    x -= bar + dp(10);
    bool cut = false;
    draw_their_text(list, {min.x + dp(4), baseline(TextStyle::Body)}, TextStyle::Body, ink(colors().text), query.text, x - min.x - dp(8), Align::Left, &cut);
    hover_text([&] {
        std::string words = cut ? query.text + "\n" : std::string();
        words.append(query.id);
        if (!query.category.empty()) words.append(", ").append(query.category);
        words.append("\nA ").append(format_exact(value_a)).append(", B ").append(format_exact(value_b));
        words.append("\nIts right document: ").append(rank_words(a.first_right[place])).append(" under A, ").append(rank_words(b.first_right[place])).append(" under B");
        return words.append(". Press to run it.");
    });

    // Why is it not there? Where one of the two does not have it among the first ten.
    const auto shown = [&](const SystemResult& system) { return system.first_right[place] > 0 && system.first_right[place] <= 10; };
    const Grades& grades = now.judged.scores->judged.grades(place);
    const auto best = std::ranges::max_element(grades, {}, [](const auto& judged) { return judged.second; });
    if ((!shown(a) || !shown(b)) && best != grades.end()) {
        ImGui::SetCursorScreenPos({max.x, at.y});
        if (ImGui::InvisibleButton(("Why not " + query.id).c_str(), {asks, height}, ImGuiButtonFlags_EnableNav)) out.emplace_back(ExplainMissing{.document = best->first, .within = 10, .query = query.text});
        const bool hovered = ImGui::IsItemHovered();
        focus_ring(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), dp(4));
        draw_icon(list, {max.x + asks / 2, middle}, icon::kHelp, ink(hovered ? colors().text : colors().dim), 15);
        hover_text("Runs the query and says why " + best->first + " is, or is not, among the first 10 of the list on screen.");
    }
    ImGui::SetCursorScreenPos({at.x, at.y + height});
    ImGui::Dummy({0, 0});
}

} // namespace cameo
