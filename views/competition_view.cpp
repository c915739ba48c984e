#include "views/competition_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/judged_states.hpp"
#include "views/own_slices_editor.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace cameo {
namespace {

constexpr double kLeastTau = 0.02, kMostTau = 50;

std::string tau_words(double tau) {
    if (std::isinf(tau)) return "\u03C4 = \u221E";
    return "\u03C4 = " + format_score(tau, tau < 0.1 ? 3 : 2);
}

} // namespace

std::string competition_answer(const CompetitionReplay& replay, const CompetitionSpec& spec, const std::vector<std::string>& experts) {
    std::string text = "At " + tau_words(spec.temperature) + " the weights of " + format_score(100 * replay.away, 0) + " % of the instances are away from 1";
    std::string means;
    for (std::size_t expert_idx = 0; expert_idx < experts.size(); ++expert_idx)
        means.append(means.empty() ? "" : ", ").append(heading(experts[expert_idx])).append(1, ' ').append(format_score(replay.mean[expert_idx], 2));
    text += "; on average " + means + ".";
    std::string starving;
    for (std::size_t expert_idx = 0; expert_idx < experts.size(); ++expert_idx)
        if (replay.mean[expert_idx] < kStarving) starving.append(starving.empty() ? "" : " and ").append(heading(experts[expert_idx]));
    if (!starving.empty()) return text.append(" ").append(starving).append(" would starve: hardly any instance would teach it.");
    if (replay.away < 0.05) return text.append(" That is no competition: everybody learns from everything.");
    return text;
}

CompetitionView::CompetitionView()
    : View("Competition",
           {.what = "CAME's competition between the experts, replayed over the judged queries from ranks that were measured: which expert each "
                    "query would train, and how much.",
            .formula = "w\u2091 = E \u00B7 softmax over experts of g(r\u2091) \u00F7 \u03C4, with r\u2091 the rank of the right document under expert e among "
                       "all documents compared. The paper's g could not be read: 1/r, \u2212ln r and \u2212r are offered. \u03C4 \u2192 \u221E trains all alike, "
                       "\u03C4 \u2192 0 the winner only. It is a first-order estimate: ranks would change while experts learn.",
            .reading = "An instance is a query with one of its right documents. Each bubble holds those with the same ranks: near a corner one expert gets it, in the middle all. Drag around "
                       "bubbles, or press one, to list its queries. Move \u03C4 and see who would starve.",
            .healthy = "Bubbles in all three directions, categories that lean to different corners, nobody's mean weight near 0.",
            .sick = "All in the middle: the experts never disagree, and the competition does nothing. All in one corner: one expert takes all."},
           true) {}

void CompetitionView::follow(const Snapshot& now) {
    if (now.judged.instances == m_instances) return;
    m_instances = now.judged.instances;
    m_chosen.clear();
    m_lasso.clear();
    if (!m_instances) return;
    const JudgedScores& scores = *now.judged.scores;
    m_styles = expert_styles(scores.kinds);
    m_names = scores.experts;
    m_wins = win_shares(scores, *m_instances);
    m_categories.clear();
    for (const auto& [category, share] : m_wins.categories)
        m_categories.push_back(category);
    m_unfound = 0;
    for (const ScoredQuery& query : scores.queries)
        m_unfound += static_cast<std::size_t>(std::ranges::count_if(query.relevant, [](const RelevantDocument& relevant) { return relevant.position < 0; }));
    m_trace.reset();
    m_own.reset();
    gather_bubbles(scores);
    m_curve_of.reset();
    replay_again();
}

void CompetitionView::gather_bubbles(const JudgedScores& scores) {
    std::map<std::vector<double>, std::vector<std::size_t>> by_ranks;
    for (std::size_t at = 0; at < m_instances->size(); ++at)
        by_ranks[(*m_instances)[at].ranks].push_back(at);
    m_bubbles.clear();
    for (auto& [ranks, instances] : by_ranks) {
        std::map<std::size_t, std::size_t> parts;
        for (const std::size_t instance : instances)
            ++parts[static_cast<std::size_t>(std::ranges::find(m_categories, scores.judged.queries[(*m_instances)[instance].query].category) - m_categories.begin())];
        m_bubbles.push_back({.instances = std::move(instances), .parts = {parts.begin(), parts.end()}});
    }
    std::ranges::stable_sort(m_bubbles, [](const Bubble& a, const Bubble& b) { return a.instances.size() > b.instances.size(); });
    m_bubble_of.assign(m_instances->size(), 0);
    for (std::size_t bubble = 0; bubble < m_bubbles.size(); ++bubble)
        for (const std::size_t instance : m_bubbles[bubble].instances)
            m_bubble_of[instance] = bubble;
}

void CompetitionView::replay_again() {
    const std::size_t experts = m_names.size();
    m_replay = replay(*m_instances, experts, m_spec);
    for (Bubble& bubble : m_bubbles) {
        const auto weights = std::span(m_replay.weights).subspan(bubble.instances.front() * experts, experts);
        bubble.weights.assign(weights.begin(), weights.end());
    }
    if (m_curve_of == m_spec.form) return;
    m_curve_of = m_spec.form;
    m_temperatures.clear();
    m_mean_weights.clear();
    constexpr int kSteps = 60;
    for (int step = 0; step <= kSteps; ++step) {
        m_temperatures.push_back(kLeastTau * std::pow(kMostTau / kLeastTau, static_cast<double>(step) / kSteps));
        // Equal ranks have equal weights: one instance of each bubble stands for all of it.
        auto& mean = m_mean_weights.emplace_back(experts, 0.0);
        std::vector<double> weights(experts);
        for (const Bubble& bubble : m_bubbles) {
            competitive_weights({.form = m_spec.form, .temperature = m_temperatures.back()}, (*m_instances)[bubble.instances.front()].ranks, weights);
            const double share = static_cast<double>(bubble.instances.size()) / static_cast<double>(m_instances->size());
            for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) mean[expert_idx] += share * weights[expert_idx];
        }
    }
}

void CompetitionView::find_own(const Snapshot& now) {
    if (now.trace == m_trace) return;
    m_trace = now.trace;
    m_own.reset();
    const JudgedScores& scores = *now.judged.scores;
    if (!m_trace || m_trace->query_id.empty() || m_trace->collection != scores.collection) return;
    const auto found = std::ranges::find(*m_instances, m_trace->query_id, [&](const CompetitionInstance& each) -> const std::string& {
        return scores.judged.queries[each.query].id;
    });
    if (found != m_instances->end()) m_own = static_cast<std::size_t>(found - m_instances->begin());
}

void CompetitionView::draw_contents(const Snapshot& now, Commands& out) {
    if (std::ranges::any_of(now.workbench.experts, [](const ExpertInfo& expert) { return expert.gate > 0; })) {
        empty_state(icon::kInfo, "No competition", "This model routes by a gate; its experts do not compete by ranks. The Gate view shows what it does.");
        return;
    }
    if (!now.judged.scores) {
        judged_state(now, "which expert each query would train", JudgedPlace::Whole, out);
        return;
    }
    follow(now);
    if (!m_instances || m_instances->empty() || m_names.size() < 2) {
        empty_state(icon::kInfo, "Nothing to compete for", "It takes two experts and a judged query with a right document.");
        return;
    }
    find_own(now);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##competition", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    if (visible) {
        draw_controls();
        ImGui::Dummy({0, dp(2)});
        paragraph(competition_answer(m_replay, m_spec, m_names), TextStyle::Body, colors().text);
        ImGui::Dummy({0, dp(4)});
        const float width = ImGui::GetContentRegionAvail().x;
        const bool beside = width > dp(720) && m_names.size() == 3;
        const float picture = beside ? width * 0.52f : width;
        if (m_names.size() == 3) draw_instances(now, picture, std::min(picture * 0.86f, dp(460)));
        if (beside) {
            ImGui::SameLine(0, dp(space::kSection));
            ImGui::BeginGroup();
        }
        ImGui::PushItemWidth(beside ? width - picture - dp(space::kSection) : width);
        draw_query();
        draw_wins();
        draw_temperatures(ImGui::CalcItemWidth());
        ImGui::PopItemWidth();
        if (beside) ImGui::EndGroup();
        draw_chosen(now, out);
        ImGui::Dummy({0, dp(space::kUnit)});
    }
    ImGui::EndChild();
}

void CompetitionView::draw_controls() {
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(6)});
    bool changed = false;
    ImGui::AlignTextToFramePadding();
    label("Temperature", TextStyle::Small, colors().dim);
    ImGui::SameLine(0, dp(6));
    ImGui::SetNextItemWidth(dp(180));
    auto tau = static_cast<float>(std::clamp(m_spec.temperature, kLeastTau, kMostTau));
    if (ImGui::SliderFloat("##tau", &tau, static_cast<float>(kLeastTau), static_cast<float>(kMostTau), "",
                           ImGuiSliderFlags_Logarithmic | ImGuiSliderFlags_AlwaysClamp | ImGuiSliderFlags_NoRoundToFormat)) {
        m_spec.temperature = tau;
        changed = true;
    }
    hover_text("Low: the winner learns from the query, the others do not. High: all learn alike. Ctrl and press types it.");
    ImGui::SameLine(0, dp(8));
    ImGui::AlignTextToFramePadding();
    label(tau_words(m_spec.temperature), TextStyle::Mono, colors().text); // beside it: the knob would stand on the figure
    const auto limit = [&](const char* id, const char* words, double value, const char* help) {
        flow_next(text_chip_width(words), dp(6));
        if (text_chip(id, words, m_spec.temperature == value)) {
            m_spec.temperature = value;
            changed = true;
        }
        hover_text(help);
    };
    limit("Winner takes all", "\u03C4 \u2192 0", 0, "The winner takes all.");
    limit("All alike", "\u03C4 \u2192 \u221E", std::numeric_limits<double>::infinity(), "Everybody learns from everything: the stage before the competition.");
    bool first = true;
    for (const auto& [form, words] : {std::pair{RankGain::Reciprocal, "g = 1/r"}, {RankGain::NegativeLog, "g = \u2212ln r"}, {RankGain::Negative, "g = \u2212r"}}) {
        flow_next(text_chip_width(words), first ? dp(14) : dp(6));
        first = false;
        if (text_chip(std::string(name(form)).c_str(), words, m_spec.form == form)) {
            m_spec.form = form;
            changed = true;
        }
        hover_text("What a rank is worth.");
    }
    ImGui::PopStyleVar();
    if (changed) replay_again();
}

void CompetitionView::draw_query() const {
    label("This query", TextStyle::Strong, colors().text);
    if (!m_own) {
        paragraph("The query on screen is not a judged one of what was measured, or nobody found its right document.", TextStyle::Small, colors().dim,
                  ImGui::CalcItemWidth());
        ImGui::Dummy({0, dp(space::kUnit)});
        return;
    }
    const CompetitionInstance& instance = (*m_instances)[*m_own];
    const auto right = std::ranges::count(*m_instances, instance.query, &CompetitionInstance::query);
    if (right > 1) label("One of its " + std::to_string(right) + " right documents.", TextStyle::Small, colors().dim);
    std::vector<double> weights(m_names.size());
    competitive_weights(m_spec, instance.ranks, weights);
    const float width = ImGui::CalcItemWidth(), name_width = dp(92), rank_width = dp(84), figure = dp(48);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    for (std::size_t expert_idx = 0; expert_idx < m_names.size(); ++expert_idx) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float middle = at.y + dp(12);
        const auto baseline = [&](TextStyle style) { return std::round(middle - line_height(style) / 2 + ascent(style)); };
        draw_mark(list, {at.x + dp(6), middle}, m_styles[expert_idx], 9, true);
        draw_text(list, {at.x + dp(20), baseline(TextStyle::Body)}, TextStyle::Body, ink(colors().text), heading(m_names[expert_idx]), name_width - dp(22));
        draw_text(list, {at.x + name_width, baseline(TextStyle::Small)}, TextStyle::Small, ink(colors().dim),
                  "rank " + format_rank(instance.ranks[expert_idx]), rank_width);
        const float left = at.x + name_width + rank_width, room = width - name_width - rank_width - figure;
        const auto share = static_cast<float>(weights[expert_idx] / static_cast<double>(m_names.size()));
        list.AddRectFilled({left, middle - dp(3)}, {left + room * share, middle + dp(3)}, hue(m_styles[expert_idx]), dp(3));
        const float even = left + room / static_cast<float>(m_names.size());
        list.AddLine({even, middle - dp(7)}, {even, middle + dp(7)}, ink(colors().dim, 0.6f), dp(1));
        draw_text(list, {at.x + width - dp(2), baseline(TextStyle::Mono)}, TextStyle::Mono, ink(colors().text), format_score(weights[expert_idx], 2), figure, Align::Right);
        ImGui::Dummy({width, dp(24)});
    }
    paragraph("The line is a weight of 1: what all would have without competition.", TextStyle::Small, colors().dim, ImGui::CalcItemWidth());
    ImGui::Dummy({0, dp(space::kUnit)});
}

void CompetitionView::draw_wins() const {
    label("Who ranks the right document best", TextStyle::Strong, colors().text);
    draw_win_row("all", m_wins.all);
    for (const auto& [category, share] : m_wins.categories) {
        ImGui::PushID(category.c_str());
        draw_win_row(category, share);
        ImGui::PopID();
    }
    if (m_unfound > 0)
        paragraph(format_count(static_cast<std::int64_t>(m_unfound)) + (m_unfound == 1 ? " right document is" : " right documents are") + " among nobody's candidates, and left out here.",
                  TextStyle::Small, colors().dim, ImGui::CalcItemWidth());
    ImGui::Dummy({0, dp(space::kUnit)});
}

void CompetitionView::draw_win_row(const std::string& name, const WinShare& share) const {
    const float width = ImGui::CalcItemWidth(), name_width = dp(110), height = dp(26);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    ImGui::InvisibleButton("Wins", {width, height});
    const ImVec2 min = ImGui::GetItemRectMin();
    const float middle = min.y + height / 2;
    const auto baseline = [&](TextStyle style) { return std::round(middle - line_height(style) / 2 + ascent(style)); };
    draw_text(list, {min.x, baseline(TextStyle::Body)}, TextStyle::Body, ink(colors().text), name, name_width - dp(8));
    const float room = width - name_width;
    float x = min.x + name_width;
    for (std::size_t expert_idx = 0; expert_idx < share.sole.size(); ++expert_idx) {
        const float length = room * static_cast<float>(share.sole[expert_idx]);
        if (length > dp(1)) list.AddRectFilled({x, middle - dp(7)}, {x + length - dp(1), middle + dp(7)}, hue(m_styles[expert_idx]), dp(3));
        if (length > dp(34))
            draw_text(list, {x + length / 2, baseline(TextStyle::Mono)}, TextStyle::Mono, ink(colors().panel), format_score(100 * share.sole[expert_idx], 0) + " %", length,
                      Align::Center);
        x += length;
    }
    list.AddRectFilled({x, middle - dp(7)}, {min.x + width, middle + dp(7)}, ink(colors().raised), dp(3));
    if (share.tied > 0.12)
        draw_text(list, {(x + min.x + width) / 2, baseline(TextStyle::Small)}, TextStyle::Small, ink(colors().dim), "tied " + format_score(100 * share.tied, 0) + " %",
                  min.x + width - x, Align::Center);
    hover_text([&] {
        std::string words = name + ", " + format_count(static_cast<std::int64_t>(share.instances)) + " instances";
        for (std::size_t expert_idx = 0; expert_idx < share.sole.size(); ++expert_idx)
            words.append(1, '\n').append(heading(m_names[expert_idx])).append(" alone: ").append(format_score(100 * share.sole[expert_idx], 1)).append(" %");
        return words + "\nSeveral together: " + format_score(100 * share.tied, 1) + " %";
    });
}

void CompetitionView::draw_temperatures(float width) const {
    label("Mean weight by temperature", TextStyle::Strong, colors().text);
    const float height = dp(120);
    ImGui::InvisibleButton("Temperatures", {width, height + dp(18)});
    const ImVec2 at = ImGui::GetItemRectMin();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    double highest = 1;
    for (const auto& weights : m_mean_weights)
        for (const double weight : weights)
            highest = std::max(highest, weight);
    const float left = at.x + dp(30), right = at.x + width - dp(4), bottom = at.y + height;
    const auto x_of = [&](double tau) { return left + (right - left) * static_cast<float>(std::log(tau / kLeastTau) / std::log(kMostTau / kLeastTau)); };
    const auto y_of = [&](double weight) { return bottom - height * static_cast<float>(weight / highest); };
    list.AddRectFilled({left, y_of(kStarving)}, {right, bottom}, ink(colors().error, 0.10f));
    draw_text(list, {right - dp(4), bottom - dp(4)}, TextStyle::Small, ink(colors().dim), "starves", width, Align::Right);
    list.AddLine({left, y_of(1)}, {right, y_of(1)}, ink(colors().line), dp(1));
    draw_text(list, {left - dp(6), y_of(1) + dp(5)}, TextStyle::Mono, ink(colors().dim), "1", dp(30), Align::Right);
    draw_text(list, {left - dp(6), bottom}, TextStyle::Mono, ink(colors().dim), "0", dp(30), Align::Right);
    for (std::size_t expert_idx = 0; expert_idx < m_names.size(); ++expert_idx) {
        std::vector<ImVec2> line;
        for (std::size_t step = 0; step < m_temperatures.size(); ++step)
            line.push_back({x_of(m_temperatures[step]), y_of(m_mean_weights[step][expert_idx])});
        list.AddPolyline(line.data(), static_cast<int>(line.size()), hue(m_styles[expert_idx]), dp(2));
        draw_mark(list, line.front(), m_styles[expert_idx], 8, true);
    }
    if (m_spec.temperature > 0 && std::isfinite(m_spec.temperature)) {
        const float x = x_of(std::clamp(m_spec.temperature, kLeastTau, kMostTau));
        list.AddLine({x, at.y}, {x, bottom}, ink(colors().text, 0.7f), dp(1));
    }
    for (const double tau : {0.1, 1.0, 10.0})
        draw_text(list, {x_of(tau), bottom + ascent(TextStyle::Small) + dp(2)}, TextStyle::Small, ink(colors().dim), "\u03C4 " + format_score(tau, tau < 1 ? 1 : 0), dp(60), Align::Center);
    if (!ImGui::IsItemHovered()) return;
    const double share = std::clamp(static_cast<double>((ImGui::GetIO().MousePos.x - left) / (right - left)), 0.0, 1.0);
    const auto step = static_cast<std::size_t>(std::lround(share * static_cast<double>(m_temperatures.size() - 1)));
    std::string text = tau_words(m_temperatures[step]);
    for (std::size_t expert_idx = 0; expert_idx < m_names.size(); ++expert_idx)
        text.append(1, '\n').append(heading(m_names[expert_idx])).append(1, ' ').append(format_score(m_mean_weights[step][expert_idx], 3));
    hover_text(text + "\nBelow " + format_score(kStarving, 2) + " an expert learns hardly anything.");
}

void CompetitionView::draw_chosen(const Snapshot& now, Commands& out) {
    if (m_chosen.empty()) return;
    ImGui::Dummy({0, dp(space::kUnit)});
    section("Picked", format_count(static_cast<std::int64_t>(m_chosen.size())) + (m_chosen.size() == 1 ? " instance" : " instances") + ", press one to run its query");
    const float width = ImGui::GetContentRegionAvail().x, height = dp(36);
    const auto& queries = now.judged.scores->judged.queries;
    const auto picked = [&] {
        std::vector<std::string> ids;
        for (const std::size_t instance : m_chosen)
            if (const std::string& id = queries[(*m_instances)[instance].query].id; ids.empty() || ids.back() != id) ids.push_back(id);
        return ids;
    };
    keep_as_slice(now, picked, out);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    const bool visible = ImGui::BeginChild("##picked", {0, std::min(static_cast<float>(m_chosen.size()), 7.0f) * height}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar(2);
    if (visible) {
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, dp(2)});
        ImGuiListClipper clipper;
        clipper.Begin(static_cast<int>(m_chosen.size()), height);
        while (clipper.Step())
            for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row) {
                const CompetitionInstance& instance = (*m_instances)[m_chosen[static_cast<std::size_t>(row)]];
                const Query& query = queries[instance.query];
                std::string ranks = "ranks ";
                for (std::size_t each = 0; each < instance.ranks.size(); ++each)
                    ranks.append(each > 0 ? " : " : "").append(format_rank(instance.ranks[each]));
                ImGui::PushID(row);
                if (sample_row("Query", query.text, ranks, width - dp(14))) out.emplace_back(RunQuery{query.text});
                ImGui::PopID();
            }
        ImGui::PopStyleVar();
    }
    ImGui::EndChild();
}

std::optional<ViewTable> CompetitionView::table(const Snapshot& now) const {
    if (!now.judged.scores || !now.judged.instances) return {};
    const auto& instances = *now.judged.instances;
    const auto& experts = now.judged.scores->experts;
    const CompetitionReplay replayed = replay(instances, experts.size(), m_spec);
    ViewTable made{.title = title(), .columns = {"query", "text", "category"}, .keys = {0, 1}, .about = judged_about(*now.judged.scores)};
    made.about.emplace_back("temperature", std::isinf(m_spec.temperature) ? "infinity" : format_exact(m_spec.temperature));
    made.about.emplace_back("gain", std::string(name(m_spec.form)));
    for (const std::string& expert : experts)
        made.columns.push_back("rank under " + expert);
    for (const std::string& expert : experts)
        made.columns.push_back("weight of " + expert);
    for (std::size_t at = 0; at < instances.size(); ++at) {
        const CompetitionInstance& instance = instances[at];
        const Query& query = now.judged.scores->judged.queries[instance.query];
        std::vector<ViewCell> row{query.id, query.text, query.category};
        row.insert(row.end(), instance.ranks.begin(), instance.ranks.end());
        for (std::size_t expert_idx = 0; expert_idx < experts.size(); ++expert_idx)
            row.emplace_back(replayed.weights[at * experts.size() + expert_idx]);
        made.rows.push_back(std::move(row));
    }
    return made;
}

} // namespace cameo
