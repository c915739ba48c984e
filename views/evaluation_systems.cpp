// The systems of an evaluation beside each other: EvaluationView's upper half.
#include "views/evaluation_view.hpp"

#include "views/draw.hpp"
#include "views/evaluation_words.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/widgets/controls.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

constexpr float kSystemRowHeight = 26;

/// A letter in a round, where a system is one of the two that are compared.
void badge(ImDrawList& list, ImVec2 center, const char* letter, bool filled) {
    const float radius = dp(8);
    if (filled) list.AddCircleFilled(center, radius, ink(colors().accent));
    else list.AddCircle(center, radius, ink(colors().accent), 0, dp(1.5f));
    draw_text(list, {center.x, std::round(center.y - line_height(TextStyle::SmallStrong) / 2 + ascent(TextStyle::SmallStrong))}, TextStyle::SmallStrong,
              ink(filled ? colors().panel : colors().text), letter, dp(20), Align::Center);
}

} // namespace

std::vector<double> EvaluationView::best_means() const {
    constexpr int kMostAlike = 2; // where everybody is best, nobody is
    std::vector<double> best(kMeasureCount, 0);
    for (int measure = 0; measure < kMeasureCount; ++measure) {
        int alike = 0;
        double& highest = best[static_cast<std::size_t>(measure)];
        for (const SystemResult& system : m_evaluation->systems) {
            if (system.kind == "oracle") continue;
            const double one = value(system.mean, measure);
            alike = one > highest ? 1 : one == highest ? alike + 1 : alike;
            highest = std::max(highest, one);
        }
        if (alike > kMostAlike) highest = 2;
    }
    return best;
}

void EvaluationView::draw_systems(const Snapshot& now, Commands& out) {
    const float width = ImGui::GetContentRegionAvail().x;
    const float figure = std::max(text_width(TextStyle::Small, "Recall@1000"), text_width(TextStyle::Mono, "0.000")) + dp(14);
    float widest = 0;
    for (const SystemResult& system : m_evaluation->systems)
        widest = std::max(widest, text_width(TextStyle::Body, system_title(system)) + dp(18 + 16));
    const float name_width = std::clamp(widest, dp(110), std::max(std::min(dp(230), width * 0.36f), dp(110)));
    const auto shown = static_cast<int>(std::clamp((width - name_width - dp(44)) / figure, 1.0f, static_cast<float>(kMeasureCount)));
    const float forest = std::max(width - name_width - dp(44) - figure * static_cast<float>(shown), 0.0f);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    // The chosen measure comes first where not all have room.
    std::vector<int> measures;
    if (shown < kMeasureCount) measures.push_back(m_measure);
    for (int measure = 0; measure < kMeasureCount && static_cast<int>(measures.size()) < shown; ++measure)
        if (shown == kMeasureCount || measure != m_measure) measures.push_back(measure);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float columns = at.x + dp(44) + name_width + forest;
    for (std::size_t column = 0; column < measures.size(); ++column) {
        const int measure = measures[column];
        ImGui::SetCursorScreenPos({columns + figure * static_cast<float>(column), at.y});
        if (ImGui::InvisibleButton(measure_name(measure), {figure, dp(24)}, ImGuiButtonFlags_EnableNav)) {
            m_sorted_by = m_sorted_by == measure ? -1 : measure;
            sort_systems();
            if (measure != m_measure) out.emplace_back(JudgeBy{measure});
        }
        focus_ring(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), dp(3));
        draw_text(list, {columns + figure * static_cast<float>(column + 1) - dp(6), at.y + dp(4) + ascent(TextStyle::Small)},
                  measure == m_measure ? TextStyle::SmallStrong : TextStyle::Small,
                  ink(measure == m_measure || ImGui::IsItemHovered() ? colors().text : colors().dim), measure_name(measure), figure, Align::Right);
        hover_text(std::string("Press to judge by ") + measure_name(measure) + " and to sort by it; again: as they came.");
    }
    ImGui::SetCursorScreenPos({at.x, at.y + dp(26)});
    const auto best = best_means();
    double low = 1, high = 0;
    const auto interval_of = [&](std::size_t system) -> const MeanInterval* {
        if (!now.judged.intervals || system >= now.judged.intervals->size()) return nullptr;
        return &(*now.judged.intervals)[system][static_cast<std::size_t>(m_measure)];
    };
    for (std::size_t system = 0; system < m_evaluation->systems.size(); ++system)
        if (const auto* interval = interval_of(system)) {
            low = std::min(low, interval->low);
            high = std::max(high, interval->high);
        }
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    for (const std::size_t system_idx : m_systems) {
        const SystemResult& system = m_evaluation->systems[system_idx];
        if (ImGui::InvisibleButton(("System " + system.name).c_str(), {width, dp(kSystemRowHeight)}, ImGuiButtonFlags_EnableNav)) {
            (ImGui::GetIO().KeyShift ? m_b : m_a) = system_idx;
            list_queries();
        }
        const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
        if (ImGui::IsItemHovered()) list.AddRectFilled(min, max, ink(colors().text, 0.05f), dp(4));
        focus_ring(min, max, dp(4));
        const float middle = (min.y + max.y) / 2;
        const auto baseline = [&](TextStyle style) { return std::round(middle - line_height(style) / 2 + ascent(style)); };
        if (system_idx == m_a) badge(list, {min.x + dp(10), middle}, "A", true);
        if (system_idx == m_b) badge(list, {min.x + dp(system_idx == m_a ? 28 : 10), middle}, "B", false);
        float left = min.x + dp(44);
        if (system_idx < m_styles.size()) {
            draw_mark(list, {left + dp(5), middle}, m_styles[system_idx], 9, true);
            left += dp(18);
        }
        const bool quiet = system.kind == "oracle" || system.kind == "baseline" || is_guest(system);
        draw_text(list, {left, baseline(TextStyle::Body)}, TextStyle::Body, ink(quiet ? colors().dim : colors().text), system_title(system),
                  min.x + dp(40) + name_width - left);
        std::string exact = system_title(system);
        if (const auto* interval = interval_of(system_idx); interval && forest > dp(60) && high > low) {
            const auto place = [&](double one) { return min.x + dp(44) + name_width + (forest - dp(16)) * static_cast<float>((one - low) / (high - low)) + dp(4); };
            const ImU32 color = system_idx < m_styles.size() ? hue(m_styles[system_idx]) : ink(quiet ? colors().dim : colors().accent);
            list.AddRectFilled({place(interval->low), middle - dp(1.5f)}, {place(interval->high), middle + dp(1.5f)}, color, dp(1));
            list.AddCircleFilled({place(interval->mean), middle}, dp(4), color);
        }
        for (std::size_t column = 0; column < measures.size(); ++column) {
            const double one = value(system.mean, measures[column]);
            const bool is_best = system.kind != "oracle" && one == best[static_cast<std::size_t>(measures[column])];
            draw_text(list, {columns + figure * static_cast<float>(column + 1) - dp(6), baseline(TextStyle::Mono)}, TextStyle::Mono,
                      ink(is_best || measures[column] == m_measure ? colors().text : colors().dim), format_score(one, 3), figure, Align::Right);
            if (is_best)
                list.AddRectFilled({columns + figure * static_cast<float>(column + 1) - dp(6) - text_width(TextStyle::Mono, "0.000"), max.y - dp(4)},
                                   {columns + figure * static_cast<float>(column + 1) - dp(6), max.y - dp(2)}, ink(colors().accent));
        }
        for (int measure = 0; measure < kMeasureCount; ++measure)
            exact.append(1, '\n').append(measure_name(measure)).append(1, ' ').append(format_exact(value(system.mean, measure)));
        if (const auto* interval = interval_of(system_idx))
            exact.append("\n95 % of ").append(measure_name(m_measure)).append(" between ").append(format_score(interval->low, 3)).append(" and ").append(format_score(interval->high, 3));
        hover_text(exact.append("\nPress: A. Shift and press: B."));
        system_menu(system_idx, out);
    }
    ImGui::PopStyleVar();
    ImGui::Dummy({0, dp(space::kUnit)});
}

void EvaluationView::system_menu(std::size_t system_idx, Commands& out) {
    if (!ImGui::BeginPopupContextItem()) return;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(8), dp(6)}); // the list has none
    const SystemResult& system = m_evaluation->systems[system_idx];
    const bool as_a = menu_item("Look at it as A", "press"), as_b = menu_item("Look at it as B", "Shift+press");
    if (as_a) m_a = system_idx;
    if (as_b) m_b = system_idx;
    if (as_a || as_b) list_queries();
    ImGui::Separator();
    if (menu_item("Save its run file \u2026", nullptr, has_run(system))) out.emplace_back(ExportRun{system.name});
    if (is_guest(system) && menu_item("Take it out of the comparison")) out.emplace_back(DropSystem{system.name});
    ImGui::PopStyleVar();
    ImGui::EndPopup();
}

/// What is compared; beside it what can be brought here from other programs, and taken there.
void EvaluationView::draw_head(Commands& out) const {
    const SystemResult& a = m_evaluation->systems[m_a];
    const std::string of = format_amount(static_cast<std::int64_t>(m_evaluation->query_ids.size()), Unit::Queries) + " of " + m_evaluation->collection + ", split " + m_evaluation->split +
                           ", by " + m_evaluation->model;
    const std::string compare = "Compare a run file \u2026", save = "Save the run of " + system_title(a) + " \u2026", drop = "Take " + system_title(a) + " out", nothing;
    const std::string& second = has_run(a) ? save : is_guest(a) ? drop : nothing;
    const float chips = text_chip_width(compare) + (second.empty() ? 0 : dp(6) + text_chip_width(second));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const bool beside = text_width(TextStyle::Small, of) + dp(24) + chips <= width;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_text(list, {at.x, std::round(at.y + (beside ? (dp(26) - line_height(TextStyle::Small)) / 2 : 0) + ascent(TextStyle::Small))}, TextStyle::Small, ink(colors().dim), of, width);
    ImGui::SetCursorScreenPos({beside ? at.x + width - chips : at.x, beside ? at.y : at.y + line_height(TextStyle::Small) + dp(4)});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(6)});
    if (text_chip("Compare a run file", compare)) out.emplace_back(ImportRun{});
    hover_text("Takes a TREC run file of another system in, with the same measures and tests. Another model that has been measured on these queries stands here by itself.");
    if (!second.empty()) flow_next(text_chip_width(second), dp(6));
    if (has_run(a)) {
        if (text_chip("Save the run", save)) out.emplace_back(ExportRun{a.name});
        hover_text("Writes A's ranked lists of all judged queries as a TREC run file.");
    } else if (is_guest(a)) {
        if (text_chip("Take it out", drop)) out.emplace_back(DropSystem{a.name});
        hover_text("Compares the others without it.");
    }
    ImGui::PopStyleVar();
    ImGui::Dummy({0, 0});
}

void EvaluationView::draw_test() const {
    const SystemResult &a = m_evaluation->systems[m_a], &b = m_evaluation->systems[m_b];
    if (m_a == m_b) {
        label("A and B are the same: Shift and press another system.", TextStyle::Small, colors().dim);
        return;
    }
    std::string text = system_title(a) + " (A) against " + system_title(b) + " (B): " + format_signed(value(a.mean, m_measure) - value(b.mean, m_measure), 3);
    const auto test = std::ranges::find_if(m_evaluation->tests, [&](const SignificanceResult& one) {
        return one.measure == measure_name(m_measure) && ((one.a == a.name && one.b == b.name) || (one.a == b.name && one.b == a.name));
    });
    if (test != m_evaluation->tests.end()) {
        const double sign = test->a == a.name ? 1 : -1;
        text += ", 95 % between " + format_signed(sign > 0 ? test->low : -test->high, 3) + " and " + format_signed(sign > 0 ? test->high : -test->low, 3) +
                ", p = " + format_score(test->p_holm, 4) + " after Holm";
        text += test->p_holm < kSignificant ? ": a difference that chance seldom makes (5 % level)." : ": no difference that these queries can show.";
    } else {
        text += std::string(". Tests are made by ") + measure_name(m_evaluation->primary) + (a.kind == "oracle" || b.kind == "oracle" ? ", and not against what knows the answers." : ".");
    }
    paragraph(text, TextStyle::Body, colors().text);
    ImGui::Dummy({0, dp(4)});
}

} // namespace cameo
