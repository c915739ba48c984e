#include "views/time_machine_view.hpp"

#include "core/train/competition/competition.hpp"
#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/training_words.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/mix_triangle.hpp"
#include "views/widgets/states.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <imgui_stdlib.h>

namespace cameo {
namespace {

constexpr float kTriangle = 230;
constexpr double kSurely = 0.05;

/// The measure of the whole at each moment.
std::vector<double> measures(const std::vector<ProbeSummary>& summaries, std::size_t system) {
    std::vector<double> values;
    for (const ProbeSummary& summary : summaries) values.push_back(summary.categories.at("").reciprocal.at(system));
    return values;
}

std::string rank_figure(std::int32_t rank) { return rank > 0 ? format_count(rank) : "\u2013"; }

/// Where a rank stands on a scale on which the first ones have most room.
float height_of(std::int32_t rank, std::size_t documents) {
    const double last = std::log(static_cast<double>(std::max<std::size_t>(documents, 2)));
    return rank < 1 ? 0.0f : 1.0f - static_cast<float>(std::log(static_cast<double>(rank)) / last);
}

} // namespace

TimeMachineView::TimeMachineView()
    : View("Time machine",
           {.what = "The training that is looked at, as it was at any of its validations: the same dev queries are asked at each.",
            .formula = "All of it was recorded then: nothing is computed with a model. MRR@10 is over the validation's documents, which are a few thousand. The decline is found by Pettitt's "
                       "change-point test on the fusion's measure, from where it had risen.",
            .reading = "Drag the slider, or use Left and Right. Press a query to see its lists as they were; an arrow beside a document says how it moved since the validation before.",
            .healthy = "Experts part: different ones are ahead for different kinds of queries, and the whole rises.",
            .sick = "Experts fade to nothing, all instances gather in one corner, or the whole falls from a step on."},
           true) {}

ImU32 TimeMachineView::system_color(std::size_t system, float alpha) const {
    if (system < m_first || system >= m_first + m_styles.size()) return ink(colors().text, alpha);
    return hue(m_styles[system - m_first], alpha);
}

void TimeMachineView::follow(const Snapshot& now) {
    const Trainings& trainings = now.trainings;
    if (m_set != trainings.probe_set) {
        m_set = trainings.probe_set;
        m_moments.clear();
        m_query.reset();
    }
    if (!m_set || m_set->systems.empty()) return;
    if (m_moments != trainings.moments) {
        m_moments = trainings.moments;
        std::erase_if(m_moments, [](const auto& moment) { return moment->records.empty(); });
        m_summaries.clear();
        for (const auto& moment : m_moments) m_summaries.push_back(summarise(*m_set, moment->records));
        const bool gated = !m_moments.empty() && !m_moments.front()->records.front().probabilities.empty();
        m_first = gated ? 1 : 0;
        std::vector<ExpertKind> kinds;
        for (std::size_t system = 0; system < fusion(); ++system) {
            const std::string& name = m_set->systems[system];
            kinds.push_back(name == "lexical" ? ExpertKind::Lexical : name == "local" ? ExpertKind::Local : ExpertKind::Global);
        }
        m_styles = expert_styles(kinds);
        m_styles.erase(m_styles.begin(), m_styles.begin() + std::ptrdiff_t(std::min(m_first, m_styles.size())));
        const auto whole = m_moments.empty() ? std::vector<double>() : measures(m_summaries, fusion());
        m_decline = decline(whole);
        m_rows_of.first = ~std::size_t{0};
    }
    if (m_moments.empty()) return;
    // The last validation that is not behind the step; without one that was chosen, the last of all.
    m_at = m_moments.size() - 1;
    if (trainings.moment >= 0)
        while (m_at > 0 && m_moments[m_at]->step > trainings.moment) --m_at;
}

void TimeMachineView::draw_contents(const Snapshot& now, Commands& out) {
    const ShownTraining* const training = shown_training(now.trainings);
    if (!training) {
        if (empty_state(icon::kHistory, "No training is looked at", "Scrub through a training like through a film: who served which query when, and where a decline began.", "New training"))
            out.emplace_back(DraftTraining{});
        return;
    }
    follow(now);
    if (!m_set || m_moments.empty()) {
        const Trainings& trainings = now.trainings;
        const std::string& error = training->record ? trainings.probes_error : training->error;
        if (training->record && training->record->last_step() < 0) return loading_state("Waiting for the first validation", "What it finds is recorded, and can be looked at from then on.", out);
        if (!error.empty()) return void(failed_state("Its probes cannot be read", error, "It is tried again when something happens in its folder.", {}, out));
        if (!training->record || trainings.probes_phase != Phase::Ready) return loading_state("Reading its probes", training->name, out);
        empty_state(icon::kHistory, "No probes were recorded", "This training was made by an earlier version of Cameo: its curves are there, its queries at each validation are not.");
        return;
    }
    draw_slider(out);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##moment", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    if (visible) {
        draw_doors(now, out);
        if (!m_summaries[m_at].routing.query_load.empty()) draw_routing();
        draw_categories();
        if (m_styles.size() == 3 && m_first == 0) draw_instances(now);
        draw_wins();
        draw_queries();
        draw_lists(out);
        ImGui::Dummy({0, dp(space::kUnit)});
    }
    ImGui::EndChild();
}

void TimeMachineView::draw_slider(Commands& out) {
    const auto go = [&](std::ptrdiff_t by) {
        const auto to = std::clamp<std::ptrdiff_t>(std::ptrdiff_t(m_at) + by, 0, std::ssize(m_moments) - 1);
        if (std::size_t(to) != m_at) out.emplace_back(LookAtStep{m_moments[std::size_t(to)]->step});
    };
    if (has_keys()) {
        if (ImGui::IsKeyPressed(ImGuiKey_LeftArrow)) go(-1);
        if (ImGui::IsKeyPressed(ImGuiKey_RightArrow)) go(1);
    }
    const bool last = m_at + 1 == m_moments.size();
    label("Step " + format_count(moment().step), TextStyle::Title, colors().text);
    ImGui::SameLine(0, dp(12));
    label(last ? "the last validation" : format_count(m_moments.back()->step - moment().step) + " steps before the last validation", TextStyle::Small, colors().dim);
    const float width = ImGui::GetContentRegionAvail().x, height = dp(64);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::InvisibleButton("Steps", {std::max(width, dp(40)), height}, ImGuiButtonFlags_EnableNav);
    const bool held = ImGui::IsItemActive();
    focus_ring(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), dp(4));
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const double from = double(m_moments.front()->step), to = std::max(double(m_moments.back()->step), from + 1);
    const auto x_of = [&](double step) { return at.x + dp(6) + (width - dp(12)) * float((step - from) / (to - from)); };
    // The whole's measure is the track.
    const auto values = measures(m_summaries, fusion());
    const auto [low, high] = std::ranges::minmax(values);
    const auto y_of = [&](double value) { return at.y + height - dp(14) - (height - dp(24)) * float(high > low ? (value - low) / (high - low) : 0.5); };
    list.AddLine({x_of(from), at.y + height - dp(8)}, {x_of(to), at.y + height - dp(8)}, ink(colors().line), dp(2));
    std::vector<ImVec2> line;
    for (std::size_t each = 0; each < m_moments.size(); ++each) line.push_back({x_of(double(m_moments[each]->step)), y_of(values[each])});
    list.AddPolyline(line.data(), int(line.size()), ink(colors().text, 0.7f), dp(1.8f));
    for (std::size_t each = 0; each < m_moments.size(); ++each) {
        list.AddCircleFilled(line[each], dp(2.5f), ink(colors().text, 0.8f));
        list.AddCircleFilled({line[each].x, at.y + height - dp(8)}, dp(2.5f), ink(colors().dim));
    }
    if (m_decline.begins < m_moments.size() && m_decline.p < kSurely) {
        const float x = line[m_decline.begins].x;
        list.AddLine({x, at.y}, {x, at.y + height - dp(8)}, ink(colors().error), dp(1.5f));
        draw_text(list, {x + dp(5), at.y + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().text), "the decline begins", std::max(at.x + width - x - dp(8), dp(20)));
    }
    list.AddLine({line[m_at].x, at.y}, {line[m_at].x, at.y + height - dp(8)}, ink(colors().accent), dp(1.5f));
    list.AddCircleFilled({line[m_at].x, at.y + height - dp(8)}, dp(6), ink(colors().accent));
    const float mouse = ImGui::GetIO().MousePos.x;
    const auto nearest = std::size_t(std::ranges::min_element(line, {}, [&](const ImVec2& point) { return std::abs(point.x - mouse); }) - line.begin());
    if (held && nearest != m_at) out.emplace_back(LookAtStep{m_moments[nearest]->step});
    hover_text([&] { return "Step " + format_count(m_moments[nearest]->step) + ": MRR@10 of the whole " + format_exact(values[nearest]); });
    ImGui::Dummy({0, dp(4)});
}

void TimeMachineView::draw_doors(const Snapshot& now, Commands& out) const {
    const ShownTraining& training = *shown_training(now.trainings);
    const std::int64_t step = moment().step;
    const bool kept = std::ranges::find(now.trainings.checkpoints, step) != now.trainings.checkpoints.end();
    ImGui::BeginDisabled(!kept);
    if (button("Open this checkpoint", ButtonKind::Plain, icon::kModel)) out.emplace_back(UseCheckpoint{training.folder, step});
    hover_text("Makes it the model in use, beside what was in use before: one press goes back");
    flow_next(button_width("Branch from here", true), dp(6));
    if (button("Branch from here", ButtonKind::Plain, icon::kPlus)) out.emplace_back(DraftTraining{.recipe = {}, .training = training.folder, .step = step, .set = {}});
    hover_text("A new training that begins with this checkpoint");
    ImGui::EndDisabled();
    if (!kept) {
        ImGui::SameLine(0, dp(10));
        ImGui::AlignTextToFramePadding();
        label("Its checkpoint was not kept: checkpoint.kept of the recipe says how many are.", TextStyle::Small, colors().dim);
    }
    ImGui::Dummy({0, dp(space::kUnit)});
}

void TimeMachineView::draw_routing() const {
    const ProbeRouting& routing = m_summaries[m_at].routing;
    section("The gate then", "Bars: share of the probe queries that each expert serves; the line: of their right documents.");
    const float width = ImGui::GetContentRegionAvail().x, name = dp(90), figure = dp(52);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    for (std::size_t expert = 0; expert < routing.query_load.size() && expert < m_styles.size(); ++expert) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float height = dp(18), middle = at.y + height / 2, room = width - name - figure;
        draw_mark(list, {at.x + dp(6), middle}, m_styles[expert], 8, true);
        draw_text(list, {at.x + dp(16), std::round(middle - line_height(TextStyle::Small) / 2 + ascent(TextStyle::Small))}, TextStyle::Small, ink(colors().text), m_set->systems[m_first + expert], name - dp(20));
        list.AddRectFilled({at.x + name, middle - dp(5)}, {at.x + name + room, middle + dp(5)}, ink(colors().text, 0.06f), dp(3));
        const float share = float(routing.query_load[expert]);
        if (share > 0) list.AddRectFilled({at.x + name, middle - dp(5)}, {at.x + name + room * std::min(share, 1.0f), middle + dp(5)}, hue(m_styles[expert]), dp(3));
        const float documents = at.x + name + room * std::min(float(routing.document_load[expert]), 1.0f);
        list.AddLine({documents, middle - dp(8)}, {documents, middle + dp(8)}, ink(colors().text), dp(2));
        draw_text(list, {at.x + width, std::round(middle - line_height(TextStyle::Mono) / 2 + ascent(TextStyle::Mono))}, TextStyle::Mono, ink(colors().text), format_percent(routing.query_load[expert]), figure, Align::Right);
        ImGui::Dummy({width, height});
        hover_text([&] { return m_set->systems[m_first + expert] + ": " + format_exact(routing.query_load[expert]) + " of the queries, " + format_exact(routing.document_load[expert]) + " of their right documents"; });
    }
    paragraph("Query and right document agree: " + format_percent(routing.agreement) + "  \u00B7  entropy of a query " + format_score(routing.entropy, 2) + " bits, of all " + format_score(routing.marginal, 2) +
                  "  \u00B7  mutual information " + format_score(routing.information(), 2) + " bits",
              TextStyle::Small, colors().dim);
    ImGui::Dummy({0, dp(space::kUnit)});
}

void TimeMachineView::draw_categories() const {
    section("Who was good at what", "MRR@10 of each kind of query; the line stands under the best expert.");
    constexpr auto kFlags = ImGuiTableFlags_PadOuterX | ImGuiTableFlags_NoSavedSettings | ImGuiTableFlags_ScrollX;
    const auto& categories = m_summaries[m_at].categories;
    const auto systems = m_set->systems.size();
    const float height = (line_height(TextStyle::Mono) + 2 * ImGui::GetStyle().CellPadding.y) * float(categories.size() + 1) + dp(14);
    if (!ImGui::BeginTable("##categories", int(systems - m_first + 2), kFlags, {0, height})) return;
    ImGui::TableNextColumn();
    ImGui::TableNextColumn();
    for (std::size_t system = m_first; system < systems; ++system) {
        ImGui::TableNextColumn();
        label(system == fusion() && m_first > 0 ? "Gate" : heading(m_set->systems[system]), TextStyle::SmallStrong, colors().dim);
    }
    for (const auto& [name, category] : categories) {
        ImGui::TableNextColumn();
        label(name.empty() ? "all" : name, TextStyle::Small, colors().text);
        ImGui::TableNextColumn();
        label(format_count(std::int64_t(category.queries)), TextStyle::Small, colors().dim);
        const auto experts = std::span(category.reciprocal).subspan(m_first, m_styles.size());
        const auto best = m_first + std::size_t(std::ranges::max_element(experts) - experts.begin());
        for (std::size_t system = m_first; system < systems; ++system) {
            ImGui::TableNextColumn();
            const ImVec2 at = ImGui::GetCursorScreenPos();
            const std::string words = format_score(category.reciprocal[system], 3);
            label(words, TextStyle::Mono, system == fusion() || system == best ? colors().text : colors().dim);
            if (system == best) ImGui::GetWindowDrawList()->AddRectFilled({at.x, at.y + line_height(TextStyle::Mono)}, {at.x + text_width(TextStyle::Mono, words), at.y + line_height(TextStyle::Mono) + dp(2)}, system_color(system));
        }
    }
    ImGui::EndTable();
    ImGui::Dummy({0, dp(space::kUnit)});
}

void TimeMachineView::draw_instances(const Snapshot& now) {
    const Recipe& recipe = shown_training(now.trainings)->recipe;
    const CompetitionSpec spec{.form = rank_gain(recipe.competition), .temperature = recipe.competition_temperature};
    section("The competition then", "Each probe query where its weights would have it, at the recipe's temperature; a ring: the query below.");
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = std::min(ImGui::GetContentRegionAvail().x, dp(2 * kTriangle));
    const TrianglePlace place = TrianglePlace::within(at, {width, dp(kTriangle)});
    ImGui::Dummy({width, place.height()});
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddTriangleFilled(place.corners[0], place.corners[1], place.corners[2], ink(colors().raised));
    const std::array<double, 3> even{1, 1, 1};
    for (const ImVec2& corner : place.corners) list.AddLine(corner, place.at(even), ink(colors().line), dp(1));
    std::vector<std::string> names;
    for (std::size_t expert = 0; expert < 3; ++expert) names.push_back(heading(m_set->systems[expert]));
    place.name_corners(list, names, m_styles);
    std::array<double, 3> ranks{}, weights{};
    for (std::size_t query = 0; query < moment().records.size(); ++query) {
        for (std::size_t expert = 0; expert < 3; ++expert) ranks[expert] = std::max(moment().records[query].ranks[expert], 1);
        competitive_weights(spec, ranks, weights);
        // Those that are alike would hide each other: each a little aside, always the same way.
        const ImVec2 point = place.at(weights);
        const float turn = float(query) * 2.39996f, aside = dp(1.2f) * std::sqrt(float(query % 40));
        const ImVec2 dot{point.x + aside * std::cos(turn), point.y + aside * std::sin(turn)};
        list.AddCircleFilled(dot, dp(2), ink(colors().text, 0.45f));
        if (m_query == query) list.AddCircle(dot, dp(5), ink(colors().accent), 0, dp(2));
    }
    ImGui::Dummy({0, dp(space::kUnit)});
}

void TimeMachineView::draw_wins() const {
    section("Who ranked the right document best", "Alone, of all experts; the rest of a bar: several together.");
    const float width = ImGui::GetContentRegionAvail().x, name = dp(90);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    for (const auto& [words, category] : m_summaries[m_at].categories) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float height = dp(18), middle = at.y + height / 2, room = width - name;
        draw_their_text(list, {at.x, std::round(middle - line_height(TextStyle::Small) / 2 + ascent(TextStyle::Small))}, TextStyle::Small, ink(colors().text), words.empty() ? "all" : words, name - dp(6));
        list.AddRectFilled({at.x + name, middle - dp(6)}, {at.x + width, middle + dp(6)}, ink(colors().text, 0.08f), dp(3));
        float x = at.x + name;
        std::string told = (words.empty() ? std::string("all") : words) + ": ";
        for (std::size_t expert = 0; expert < m_styles.size(); ++expert) {
            const double share = category.first[m_first + expert];
            const float to = x + room * float(share);
            if (to > x) list.AddRectFilled({x, middle - dp(6)}, {to, middle + dp(6)}, hue(m_styles[expert]), dp(2));
            x = to;
            told.append(m_set->systems[m_first + expert]).append(" ").append(format_percent(share)).append(", ");
        }
        ImGui::Dummy({width, height});
        hover_text([&] { return told + "together " + format_percent(category.tied); });
    }
    ImGui::Dummy({0, dp(space::kUnit)});
}

void TimeMachineView::draw_queries() {
    section("Probe queries", "Rank of the right document over the validations, the best at the top; those that moved most first.");
    ImGui::SetNextItemWidth(std::min(ImGui::GetContentRegionAvail().x, dp(260)));
    ImGui::InputTextWithHint("##probe", "Filter by words or kind", &m_filter);
    if (m_rows_of != std::pair(m_moments.size(), m_filter)) {
        m_rows_of = {m_moments.size(), m_filter};
        m_rows.clear();
        for (std::size_t query = 0; query < m_set->queries.size(); ++query) {
            const auto& each = m_set->queries[query];
            if (mentions(each.text, m_filter) || mentions(each.category, m_filter)) m_rows.push_back(query);
        }
        const auto moved = [&](std::size_t query) {
            float low = 1, high = 0;
            for (const auto& moment : m_moments) {
                const float place = height_of(moment->records[query].ranks[fusion()], m_set->documents.size());
                low = std::min(low, place), high = std::max(high, place);
            }
            return low - high;
        };
        std::ranges::stable_sort(m_rows, {}, moved);
        if (!m_query && !m_rows.empty()) m_query = m_rows.front();
    }
    if (m_rows.empty()) {
        paragraph("No query has \u201C" + m_filter + "\u201D in its words or its kind.", TextStyle::Small, colors().dim);
        return ImGui::Dummy({0, dp(space::kUnit)});
    }
    const float row = dp(28);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##queries", {0, row * float(std::min<std::size_t>(m_rows.size(), 8))}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    if (visible) {
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
        ImGuiListClipper clipper;
        clipper.Begin(int(m_rows.size()), row);
        while (clipper.Step())
            for (int at = clipper.DisplayStart; at < clipper.DisplayEnd; ++at) draw_query_row(m_rows[std::size_t(at)]);
        ImGui::PopStyleVar();
    }
    ImGui::EndChild();
    ImGui::Dummy({0, dp(space::kUnit)});
}

void TimeMachineView::draw_query_row(std::size_t query) {
    const auto& probe = m_set->queries[query];
    const float width = ImGui::GetContentRegionAvail().x, height = dp(28), chart = std::min(width * 0.3f, dp(170)), figure = dp(64);
    ImGui::PushID(int(query));
    if (ImGui::InvisibleButton(probe.text.empty() ? "##query" : probe.text.c_str(), {width, height}, ImGuiButtonFlags_EnableNav)) m_query = query;
    const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (m_query == query) list.AddRectFilled(min, max, ink(colors().accent, 0.16f), dp(4));
    else if (ImGui::IsItemHovered()) list.AddRectFilled(min, max, ink(colors().text, 0.05f), dp(4));
    focus_ring(min, max, dp(4));
    const float middle = (min.y + max.y) / 2;
    const auto& record = moment().records[query];
    float x = min.x + dp(6);
    if (const int expert = heaviest(record.weights); expert >= 0 && std::size_t(expert) < m_styles.size()) {
        draw_mark(list, {x + dp(5), middle}, m_styles[std::size_t(expert)], 8, true);
        x += dp(16);
    }
    draw_their_text(list, {x, std::round(middle - line_height(TextStyle::Body) / 2 + ascent(TextStyle::Body))}, TextStyle::Body, ink(colors().text), probe.text, max.x - chart - figure - x - dp(10));
    draw_text(list, {max.x - chart - dp(14), std::round(middle - line_height(TextStyle::Mono) / 2 + ascent(TextStyle::Mono))}, TextStyle::Mono, ink(colors().text), rank_figure(record.ranks[fusion()]), figure, Align::Right);
    std::vector<ImVec2> line;
    for (std::size_t each = 0; each < m_moments.size(); ++each) {
        const float share = m_moments.size() > 1 ? float(each) / float(m_moments.size() - 1) : 0.5f;
        line.push_back({max.x - chart + (chart - dp(8)) * share, max.y - dp(5) - (height - dp(10)) * height_of(m_moments[each]->records[query].ranks[fusion()], m_set->documents.size())});
    }
    list.AddPolyline(line.data(), int(line.size()), ink(colors().text, 0.6f), dp(1.5f));
    list.AddCircleFilled(line[m_at], dp(3), ink(colors().accent));
    hover_text([&] {
        std::string words = probe.text + (probe.category.empty() ? "" : " (" + probe.category + ")") + "\nright: " + m_set->documents[std::size_t(probe.right)].id + "\nrank now ";
        for (std::size_t system = m_first; system < m_set->systems.size(); ++system)
            words.append(system == m_first ? "" : ", ").append(m_set->systems[system]).append(" ").append(rank_figure(record.ranks[system]));
        return words;
    });
    ImGui::PopID();
}

void TimeMachineView::draw_lists(Commands& out) const {
    if (!m_query || *m_query >= m_set->queries.size()) return;
    const auto& probe = m_set->queries[*m_query];
    section("Lists then: " + probe.text);
    if (button("Ask it now", ButtonKind::Quiet, icon::kSearch)) out.emplace_back(RunQuery{probe.text});
    hover_text("Runs the query with the model in use");
    const std::size_t depth = std::min(kProbeDepth, m_set->documents.size());
    const auto& top = moment().records[*m_query].top;
    const std::vector<std::int32_t>* before = m_at > 0 ? &m_moments[m_at - 1]->records[*m_query].top : nullptr;
    // The whole first, then its experts; a gate's own list is the whole's.
    std::vector<std::size_t> order{fusion()};
    for (std::size_t system = m_first; system < fusion(); ++system) order.push_back(system);
    constexpr auto kFlags = ImGuiTableFlags_PadOuterX | ImGuiTableFlags_NoSavedSettings | ImGuiTableFlags_ScrollX;
    const float height = (line_height(TextStyle::Small) + 2 * ImGui::GetStyle().CellPadding.y) * float(depth + 1) + dp(14);
    if (!ImGui::BeginTable("##lists", int(order.size()), kFlags, {0, height})) return;
    for (const std::size_t system : order) ImGui::TableSetupColumn(m_set->systems[system].c_str(), ImGuiTableColumnFlags_WidthFixed, dp(170));
    for (const std::size_t system : order) {
        ImGui::TableNextColumn();
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImGui::GetWindowDrawList()->AddRectFilled({at.x, at.y + line_height(TextStyle::SmallStrong)}, {at.x + dp(24), at.y + line_height(TextStyle::SmallStrong) + dp(2)}, system_color(system));
        label(system == fusion() && m_first > 0 ? "Gate" : heading(m_set->systems[system]), TextStyle::SmallStrong, colors().text);
    }
    for (std::size_t rank = 0; rank < depth; ++rank)
        for (const std::size_t system : order) {
            ImGui::TableNextColumn();
            const auto lists = std::span(top).subspan(system * depth, depth);
            const auto document = lists[rank];
            std::string moved;
            if (before && before->size() == top.size()) {
                const auto then = std::span(*before).subspan(system * depth, depth);
                const auto was = std::size_t(std::ranges::find(then, document) - then.begin());
                moved = was == depth ? " new" : was > rank ? " \u2191" + std::to_string(was - rank) : was < rank ? " \u2193" + std::to_string(rank - was) : "";
            }
            const bool right = document == probe.right;
            const auto& shown = m_set->documents[std::size_t(document)];
            const ImVec2 at = ImGui::GetCursorScreenPos();
            ImDrawList& list = *ImGui::GetWindowDrawList();
            if (right) list.AddRectFilled({at.x - dp(2), at.y}, {at.x + dp(2), at.y + line_height(TextStyle::Small)}, ink(colors().relevant), dp(1));
            const float room = ImGui::GetContentRegionAvail().x - text_width(TextStyle::Small, moved);
            const float used = draw_their_text(list, {at.x + dp(6), at.y + ascent(TextStyle::Small)}, right ? TextStyle::SmallStrong : TextStyle::Small, ink(colors().text), shown.id, room - dp(8));
            draw_text(list, {at.x + dp(6) + used, at.y + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().dim), moved);
            ImGui::Dummy({ImGui::GetContentRegionAvail().x, line_height(TextStyle::Small)});
            hover_text([&] { return shown.id + (shown.title.empty() ? "" : ": " + shown.title) + (right ? "\nright for this query" : ""); });
        }
    ImGui::EndTable();
}

bool TimeMachineView::has_table(const Snapshot& now) const { return shown_training(now.trainings) && m_set && m_set == now.trainings.probe_set && !m_moments.empty(); }

std::optional<ViewTable> TimeMachineView::table(const Snapshot& now) const {
    if (!has_table(now)) return {};
    const ShownTraining* const training = shown_training(now.trainings);
    ViewTable made{.title = title(), .columns = {"step", "query", "text", "category"}, .keys = {0, 1}};
    made.about = {{"training", training->folder.string()}, {"documents", std::to_string(m_set->documents.size())}};
    for (const std::string& system : m_set->systems) made.columns.push_back("rank under " + system);
    const std::size_t experts = moment().records.front().weights.size();
    for (std::size_t expert = 0; expert < experts; ++expert) made.columns.push_back("weight of expert " + std::to_string(expert + 1));
    for (const auto& at : m_moments)
        for (std::size_t query = 0; query < at->records.size(); ++query) {
            const auto& probe = m_set->queries[query];
            std::vector<ViewCell> row{at->step, probe.id, probe.text, probe.category};
            for (const std::int32_t rank : at->records[query].ranks) row.emplace_back(std::int64_t(rank));
            for (const float weight : at->records[query].weights) row.emplace_back(double(weight));
            made.rows.push_back(std::move(row));
        }
    return made;
}

} // namespace cameo
