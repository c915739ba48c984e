#include "views/evaluation_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/judged_states.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace cameo {
namespace {

constexpr float kRowHeight = 26;

double of(const SystemResult& system, std::size_t query, int measure) { return value(system.per_query[query], measure); }

/// A letter in a round, where a system is one of the two that are compared.
void badge(ImDrawList& list, ImVec2 center, const char* letter, bool filled) {
    const float radius = dp(8);
    if (filled) list.AddCircleFilled(center, radius, ink(colors().accent));
    else list.AddCircle(center, radius, ink(colors().accent), 0, dp(1.5f));
    draw_text(list, {center.x, std::round(center.y - line_height(TextStyle::SmallStrong) / 2 + ascent(TextStyle::SmallStrong))}, TextStyle::SmallStrong,
              ink(filled ? colors().panel : colors().text), letter, dp(20), Align::Center);
}

} // namespace

EvaluationView::EvaluationView()
    : View("Evaluation",
           {.what = "Experts, fusions and BM25 over all judged queries, and any two of them query by query.",
            .formula = "Measures as trec_eval computes them. Intervals: 95 % percentile bootstrap over queries. Tests: paired randomisation "
                       "over all pairs of systems, corrected by Holm. The numbers are those of `cameo eval`.",
            .reading = "Press a system to look at it as A, Shift and press for B: below stand the queries on which they differ, those that A "
                       "gains most first. Press a column's name to sort by it, a query to run it.",
            .healthy = "The fusion above each of its experts, beyond doubt, and gains spread over many queries.",
            .sick = "A fusion that is no better than one of its experts, or one that gains on few queries and loses on as many."},
           true) {}

void EvaluationView::follow(const Snapshot& now) {
    const bool other = m_evaluation != now.judged.evaluation;
    if (!other && m_measure == now.judged.measure) return;
    m_evaluation = now.judged.evaluation;
    m_measure = now.judged.measure;
    if (!m_evaluation) return;
    if (other) {
        m_styles = expert_styles(now.judged.scores->kinds);
        m_category.clear();
        // What is asked first: does the first fusion rank better than the best expert?
        const auto& systems = m_evaluation->systems;
        const auto fusion = std::ranges::find(systems, "fusion", &SystemResult::kind);
        m_a = fusion == systems.end() ? 0 : static_cast<std::size_t>(fusion - systems.begin());
        m_b = 0;
        for (std::size_t system = 0; system < m_styles.size() && system < systems.size(); ++system)
            if (value(systems[system].mean, m_measure) > value(systems[m_b].mean, m_measure)) m_b = system;
    }
    sort_systems();
    list_queries();
}

void EvaluationView::sort_systems() {
    m_systems.resize(m_evaluation->systems.size());
    std::iota(m_systems.begin(), m_systems.end(), std::size_t{0});
    if (m_sorted_by < 0) return;
    std::ranges::stable_sort(m_systems, [&](std::size_t a, std::size_t b) {
        return value(m_evaluation->systems[a].mean, m_sorted_by) > value(m_evaluation->systems[b].mean, m_sorted_by);
    });
}

void EvaluationView::list_queries() {
    m_queries.clear();
    m_same = 0;
    const SystemResult &a = m_evaluation->systems[m_a], &b = m_evaluation->systems[m_b];
    for (std::size_t query = 0; query < m_evaluation->query_ids.size(); ++query) {
        if (!m_category.empty() && m_evaluation->categories[query] != m_category) continue;
        if (of(a, query, m_measure) == of(b, query, m_measure)) ++m_same;
        else m_queries.push_back(query);
    }
    std::ranges::stable_sort(m_queries, [&](std::size_t one, std::size_t other) {
        return of(a, one, m_measure) - of(b, one, m_measure) > of(a, other, m_measure) - of(b, other, m_measure);
    });
}

void EvaluationView::draw_contents(const Snapshot& now, Commands& out) {
    if (!now.judged.scores) {
        judged_state(now, "how good every expert and fusion is", JudgedPlace::Whole, out);
        return;
    }
    if (!now.judged.evaluation && !now.judged.trouble.empty()) {
        if (failed_state("The systems were not compared", now.judged.trouble, {}, "Try again", out)) out.emplace_back(MeasureJudged{now.judged.split});
        return;
    }
    if (!now.judged.evaluation) {
        loading_state("Comparing experts and fusions", "A moment: all queries are scored already.", out);
        return;
    }
    follow(now);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##evaluation", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    if (visible) {
        label(format_amount(static_cast<std::int64_t>(m_evaluation->query_ids.size()), Unit::Queries) + " of " + m_evaluation->collection + ", split " +
                  m_evaluation->split + ", by " + m_evaluation->model,
              TextStyle::Small, colors().dim);
        draw_systems(now, out);
        draw_test();
        draw_queries(now, out);
    }
    ImGui::EndChild();
}

void EvaluationView::draw_systems(const Snapshot& now, Commands& out) {
    const float width = ImGui::GetContentRegionAvail().x;
    const float figure = std::max(text_width(TextStyle::Small, "Recall@1000"), text_width(TextStyle::Mono, "0.000")) + dp(14);
    const float name_width = std::max(std::min(dp(230), width * 0.36f), dp(110));
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
    std::vector<double> best(kMeasureCount, 0);
    for (const SystemResult& system : m_evaluation->systems)
        for (int measure = 0; measure < kMeasureCount && system.kind != "oracle"; ++measure)
            best[static_cast<std::size_t>(measure)] = std::max(best[static_cast<std::size_t>(measure)], value(system.mean, measure));
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
        if (ImGui::InvisibleButton(("System " + system.name).c_str(), {width, dp(kRowHeight)}, ImGuiButtonFlags_EnableNav)) {
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
        const bool quiet = system.kind == "oracle" || system.kind == "baseline";
        draw_text(list, {left, baseline(TextStyle::Body)}, TextStyle::Body, ink(quiet ? colors().dim : colors().text), system_title(system.name),
                  min.x + dp(40) + name_width - left);
        std::string exact = system_title(system.name);
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
    }
    ImGui::PopStyleVar();
    ImGui::Dummy({0, dp(space::kUnit)});
}

void EvaluationView::draw_test() const {
    const SystemResult &a = m_evaluation->systems[m_a], &b = m_evaluation->systems[m_b];
    if (m_a == m_b) {
        label("A and B are the same: Shift and press another system.", TextStyle::Small, colors().dim);
        return;
    }
    std::string text = system_title(a.name) + " (A) against " + system_title(b.name) + " (B): " + format_signed(value(a.mean, m_measure) - value(b.mean, m_measure), 3);
    const auto test = std::ranges::find_if(m_evaluation->tests, [&](const SignificanceResult& one) {
        return one.measure == measure_name(m_measure) && ((one.a == a.name && one.b == b.name) || (one.a == b.name && one.b == a.name));
    });
    if (test != m_evaluation->tests.end()) {
        const double sign = test->a == a.name ? 1 : -1;
        text += ", 95 % between " + format_signed(sign > 0 ? test->low : -test->high, 3) + " and " + format_signed(sign > 0 ? test->high : -test->low, 3) +
                ", p = " + format_score(test->p_holm, 4) + " after Holm";
        text += test->p_holm < 0.05 ? ": a difference beyond doubt." : ": no difference that these queries can show.";
    } else {
        text += std::string(". Tests are made by ") + measure_name(m_evaluation->primary) + (a.kind == "oracle" || b.kind == "oracle" ? ", and not against what knows the answers." : ".");
    }
    paragraph(text, TextStyle::Body, colors().text);
    ImGui::Dummy({0, dp(4)});
}

void EvaluationView::draw_queries(const Snapshot& now, Commands& out) {
    const SystemResult &a = m_evaluation->systems[m_a], &b = m_evaluation->systems[m_b];
    const auto better = std::ranges::count_if(m_queries, [&](std::size_t query) { return of(a, query, m_measure) > of(b, query, m_measure); });
    section("Query by query", "A is better on " + format_count(better) + ", B on " + format_count(static_cast<std::int64_t>(m_queries.size()) - better) + ", the same on " +
                                  format_count(static_cast<std::int64_t>(m_same)));
    const std::set<std::string> categories(m_evaluation->categories.begin(), m_evaluation->categories.end());
    if (categories.size() > 1) {
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(6)});
        const auto chip = [&](const char* id, const std::string& words, const std::string& category) {
            if (!text_chip(id, words, m_category == category)) return;
            m_category = category;
            list_queries();
        };
        chip("All categories", "All", {});
        for (const std::string& category : categories) {
            if (category.empty()) continue;
            flow_next(text_chip_width(category), dp(6));
            chip(("Category " + category).c_str(), category, category);
        }
        ImGui::PopStyleVar();
    }
    const float width = ImGui::GetContentRegionAvail().x, figure = text_width(TextStyle::Mono, "\u22120.00") + dp(10), height = dp(kRowHeight);
    const auto& queries = now.judged.scores->judged.queries;
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    const bool visible = ImGui::BeginChild("##queries", {0, std::max(ImGui::GetContentRegionAvail().y, height * 6)}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar(2);
    if (visible) {
        if (m_queries.empty()) label("None differs.", TextStyle::Small, colors().dim);
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
        ImDrawList& list = *ImGui::GetWindowDrawList();
        const float bar = std::clamp(width * 0.16f, dp(40), dp(120)), right = dp(14);
        ImGuiListClipper clipper;
        clipper.Begin(static_cast<int>(m_queries.size()), height);
        while (clipper.Step())
            for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row) {
                const std::size_t place = m_queries[static_cast<std::size_t>(row)];
                const Query& query = queries[place];
                if (ImGui::InvisibleButton(("Query " + query.id).c_str(), {width - right, height}, ImGuiButtonFlags_EnableNav)) out.emplace_back(RunQuery{query.text});
                const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
                if (ImGui::IsItemHovered()) list.AddRectFilled(min, max, ink(colors().text, 0.06f), dp(4));
                focus_ring(min, max, dp(4));
                const float middle = (min.y + max.y) / 2;
                const auto baseline = [&](TextStyle style) { return std::round(middle - line_height(style) / 2 + ascent(style)); };
                const double value_a = of(a, place, m_measure), value_b = of(b, place, m_measure), difference = value_a - value_b;
                float x = max.x - dp(4);
                const auto put = [&](const std::string& text, bool strong) {
                    draw_text(list, {x, baseline(TextStyle::Mono)}, TextStyle::Mono, ink(strong ? colors().text : colors().dim), text, figure, Align::Right);
                    x -= figure;
                };
                put(format_score(value_b, 2), value_b > value_a);
                put(format_score(value_a, 2), value_a > value_b);
                put(format_signed(difference, 2), true);
                const float zero = x - bar / 2, length = static_cast<float>(std::clamp(difference, -1.0, 1.0)) * bar / 2;
                list.AddLine({zero, min.y + dp(5)}, {zero, max.y - dp(5)}, ink(colors().line), dp(1));
                list.AddRectFilled({std::min(zero, zero + length), middle - dp(3)}, {std::max(zero, zero + length), middle + dp(3)}, ink(colors().accent, difference > 0 ? 1.0f : 0.5f), dp(2));
                x -= bar + dp(10);
                bool cut = false;
                draw_text(list, {min.x + dp(4), baseline(TextStyle::Body)}, TextStyle::Body, ink(colors().text), query.text, x - min.x - dp(8), Align::Left, &cut);
                std::string words = cut ? query.text + "\n" : std::string();
                words.append(query.id);
                if (!query.category.empty()) words.append(", ").append(query.category);
                hover_text(words.append("\nA ").append(format_exact(value_a)).append(", B ").append(format_exact(value_b)).append(". Press to run it."));
            }
        ImGui::PopStyleVar();
    }
    ImGui::EndChild();
}

std::optional<ViewTable> EvaluationView::table(const Snapshot& now) const {
    if (!now.judged.evaluation) return {};
    const Evaluation& evaluation = *now.judged.evaluation;
    ViewTable made{.title = title(), .columns = {"system", "kind"}};
    if (now.judged.scores) made.about = judged_about(*now.judged.scores);
    for (int measure = 0; measure < kMeasureCount; ++measure)
        for (const char* what : {"", " low", " high"})
            made.columns.push_back(std::string(measure_name(measure)) + what);
    for (std::size_t system = 0; system < evaluation.systems.size(); ++system) {
        std::vector<ViewCell> row{evaluation.systems[system].name, evaluation.systems[system].kind};
        for (int measure = 0; measure < kMeasureCount; ++measure) {
            row.emplace_back(value(evaluation.systems[system].mean, measure));
            const bool known = now.judged.intervals && system < now.judged.intervals->size();
            const MeanInterval* interval = known ? &(*now.judged.intervals)[system][static_cast<std::size_t>(measure)] : nullptr;
            if (interval) row.emplace_back(interval->low);
            else row.emplace_back();
            if (interval) row.emplace_back(interval->high);
            else row.emplace_back();
        }
        made.rows.push_back(std::move(row));
    }
    return made;
}

} // namespace cameo
