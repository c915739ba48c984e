#include "views/evaluation_view.hpp"

#include "views/draw.hpp"
#include "views/evaluation_words.hpp"
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

EvaluationView::EvaluationView()
    : View("Evaluation",
           {.what = "Experts, fusions, BM25, run files and other models over all judged queries, and any two of them query by query.",
            .formula = "Measures as trec_eval computes them. Intervals: 95 % percentile bootstrap over queries. Tests: paired randomisation "
                       "over all pairs of systems, corrected by Holm. The numbers are those of `cameo eval`.",
            .reading = "Press a system to look at it as A, Shift and press for B: below stand the queries on which they differ, those that A "
                       "gains most first, or the gallery of how their right documents move from A's list to B's. Press a column's name to sort by it, a "
                       "query to run it, the question mark beside it to see why its right document is not among the first.",
            .healthy = "The fusion significantly above each of its experts, and gains spread over many queries.",
            .sick = "A fusion that is no better than one of its experts, or one that gains on few queries and loses on as many."},
           true) {}

void EvaluationView::follow(const Snapshot& now) {
    const bool other = m_evaluation != now.judged.evaluation;
    if (!other && m_measure == now.judged.measure) return;
    // A system that was brought along or taken out leaves the others where they were.
    const bool same_queries = m_evaluation && now.judged.evaluation && m_evaluation->model == now.judged.evaluation->model && m_evaluation->collection == now.judged.evaluation->collection &&
                              m_evaluation->query_ids == now.judged.evaluation->query_ids;
    const std::string a = same_queries ? m_evaluation->systems[m_a].name : "", b = same_queries ? m_evaluation->systems[m_b].name : "";
    m_evaluation = now.judged.evaluation;
    m_measure = now.judged.measure;
    if (!m_evaluation) return;
    if (other) {
        m_styles = expert_styles(now.judged.scores->kinds);
        list_categories();
        // What is asked first: does the first fusion rank better than the best expert?
        const auto& systems = m_evaluation->systems;
        const auto fusion = std::ranges::find(systems, "fusion", &SystemResult::kind);
        m_a = fusion == systems.end() ? 0 : static_cast<std::size_t>(fusion - systems.begin());
        m_b = 0;
        for (std::size_t system = 0; system < m_styles.size() && system < systems.size(); ++system)
            if (value(systems[system].mean, m_measure) > value(systems[m_b].mean, m_measure)) m_b = system;
        for (std::size_t system = 0; same_queries && system < systems.size(); ++system) {
            if (systems[system].name == a) m_a = system;
            if (systems[system].name == b) m_b = system;
        }
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

void EvaluationView::list_categories() {
    const std::set<std::string> categories(m_evaluation->categories.begin(), m_evaluation->categories.end());
    m_categories.clear();
    m_category_styles.clear();
    for (const std::string& category : categories) {
        if (category.empty()) continue;
        m_category_styles.push_back(category_style(m_categories.size()));
        m_categories.push_back(category);
    }
    if (std::ranges::find(m_categories, m_category) == m_categories.end()) m_category.clear();
    m_category_of.clear();
    for (const std::string& category : m_evaluation->categories) // npos and the like where it has none: beyond all styles
        m_category_of.push_back(static_cast<std::size_t>(std::ranges::find(m_categories, category) - m_categories.begin()));
}

void EvaluationView::list_queries() {
    m_queries.clear();
    m_same = 0;
    std::vector<std::size_t> all;
    const SystemResult &a = m_evaluation->systems[m_a], &b = m_evaluation->systems[m_b];
    for (std::size_t query = 0; query < m_evaluation->query_ids.size(); ++query) {
        if (!m_category.empty() && m_evaluation->categories[query] != m_category) continue;
        all.push_back(query);
        if (measured(a, query, m_measure) == measured(b, query, m_measure)) ++m_same;
        else m_queries.push_back(query);
    }
    std::ranges::stable_sort(m_queries, [&](std::size_t one, std::size_t other) {
        return measured(a, one, m_measure) - measured(b, one, m_measure) > measured(a, other, m_measure) - measured(b, other, m_measure);
    });
    m_moves = rank_moves(a, b, all);
}

void EvaluationView::draw_contents(const Snapshot& now, Commands& out) {
    if (!now.judged.scores) {
        judged_state(now, "how good every expert and fusion is", JudgedPlace::Whole, out);
        return;
    }
    if (!now.judged.evaluation && !now.judged.evaluation_trouble.empty()) {
        if (failed_state("The systems were not compared", now.judged.evaluation_trouble, {}, "Try again", out)) out.emplace_back(MeasureJudged{now.judged.split});
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
        draw_head(out);
        draw_systems(now, out);
        draw_test();
        draw_queries(now, out);
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
        made.names.push_back(system_title(evaluation.systems[system]));
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
