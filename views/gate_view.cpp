#include "views/gate_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/gate_storm.hpp"
#include "views/icons.hpp"
#include "views/judged_states.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/job_row.hpp"
#include "views/widgets/states.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cameo {
namespace {

constexpr std::size_t kDocuments = 8;
constexpr std::int64_t kPairs = 30; ///< judged pairs from which agreement is judged

std::vector<double> probabilities(const std::vector<float>& logits) {
    std::vector<double> p;
    if (logits.empty()) return p;
    const double largest = *std::ranges::max_element(logits);
    double sum = 0;
    for (const float logit : logits) {
        p.push_back(std::exp(logit - largest));
        sum += p.back();
    }
    for (double& share : p)
        share /= sum;
    return p;
}

/// Mean of what stands beside the diagonal.
double off_diagonal(const ExpertSimilarity& similarity, const std::vector<double>& matrix) {
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < similarity.experts; ++i)
        for (std::size_t j = 0; j < similarity.experts; ++j)
            if (i != j && std::isfinite(similarity.at(matrix, i, j))) {
                sum += similarity.at(matrix, i, j);
                ++count;
            }
    return count > 0 ? sum / static_cast<double>(count) : std::nan("");
}

/// Whether the gate that was read is that of the result on screen; without one of a gated model it is of what is open.
bool report_fits(const Snapshot& now) {
    const GateReport* report = now.gate.report.get();
    if (!report) return false;
    return !now.trace || now.trace->gate.logits.empty() || (now.trace->model_version == report->model_version && now.trace->collection == report->collection);
}

} // namespace

std::string gate_verdict(const GateReport& report) {
    const RoutingSummary& queries = report.queries.routing;
    const auto experts = static_cast<double>(report.experts.size());
    if (queries.inputs == 0 || report.experts.size() < 2) return "There are too few queries or experts to say anything.";
    const auto busiest = static_cast<std::size_t>(std::ranges::max_element(queries.load) - queries.load.begin());
    const double information_share = queries.information / std::log(experts);
    std::string text;
    if (queries.effective_experts < 1.5) {
        text = "Collapsed: " + report.experts[busiest] + " is the first choice of " + format_percent(queries.load[busiest]) + " of the queries";
        if (!queries.dead.empty())
            text += ", and " + format_count(static_cast<std::int64_t>(queries.dead.size())) + " of " + format_count(static_cast<std::int64_t>(report.experts.size())) +
                    " experts serve hardly any";
        text += ".";
    } else if (information_share < 0.05 && queries.entropy_share > 0.9) {
        text = "Undecided: the gate gives every query nearly the same weights (entropy " + format_percent(queries.entropy_share) +
               " of the largest possible), so that its first choices mean little.";
    } else if (queries.marginal_entropy_share > 0.7 && information_share > 0.15) {
        text = "Specialised, not collapsed: each query goes to few experts (entropy " + format_percent(queries.entropy_share) +
               " of the largest possible), and all queries together to many (" + format_percent(queries.marginal_entropy_share) + ").";
    } else {
        text = "In between: about " + format_score(queries.effective_experts, 1) + " of " + format_count(static_cast<std::int64_t>(report.experts.size())) +
               " experts share the queries, and knowing the query tells " + format_percent(information_share) + " of what there is to know about the choice.";
    }
    const double alike = off_diagonal(report.queries.similarity, report.queries.similarity.cosine);
    if (alike > 0.95) text += " The experts are nearly copies: their outputs point the same way (cosine " + format_score(alike, 2) + ").";
    if (report.agreement.pairs > 0) {
        text += " A query and its right document have the same first choice in " + format_percent(report.agreement.same) + " of the cases (" +
                format_percent(report.agreement.chance) + " by chance)";
        // What is left to agree on beyond chance; where chance alone brings them together there is nothing to say.
        const double beyond = (report.agreement.same - report.agreement.chance) / std::max(1 - report.agreement.chance, 1e-9);
        const bool apart = report.agreement.pairs >= kPairs && beyond < 0.1 && queries.effective_experts >= 1.5;
        text += apart ? ": hardly more often than by chance, they are routed apart." : ".";
    }
    return text;
}

GateView::GateView()
    : View("Gate",
           {.what = "How the gate of an SB-MoE model routes this query, its documents, and all of them.",
            .formula = "p = softmax of the clean logits (noise is for training only); the k largest are chosen, and their weights are what "
                       "the experts' vectors are multiplied by. Entropy of the mean minus mean entropy is the mutual information of input "
                       "and expert. Effective experts: e to the entropy of the load.",
            .reading = "Full bars are this query, pale ones the mean of all queries. Press an expert to see its own ranking in the Query "
                       "bench, where every expert is forced in turn. One query misleads: read it beside the set.",
            .healthy = "Low entropy for each query and high entropy of the mean: it decides, and not always for the same. No dead "
                       "expert; experts whose outputs differ; queries and their documents together.",
            .sick = "One expert takes all (collapse). Or all bars are alike (it does not decide). Or experts whose outputs are the same."},
           true) {}

void GateView::draw_contents(const Snapshot& now, Commands& out) {
    const auto gated = std::ranges::find_if(now.workbench.experts, [](const ExpertInfo& expert) { return expert.gate > 0; });
    const bool model_has = gated != now.workbench.experts.end();
    const bool trace_has = now.trace && !now.trace->gate.logits.empty();
    if (!model_has && !trace_has) {
        const auto with = std::ranges::find(now.workbench.models, "sbmoe", &ModelSummary::kind);
        const bool any = with != now.workbench.models.end();
        if (empty_state(icon::kInfo, "No gate", any ? "Only SB-MoE models route by a gate." : "Only SB-MoE models route by a gate, and none is here yet.",
                        any ? "Open " + with->name : std::string()))
            out.emplace_back(OpenModel{with->name});
        return;
    }
    std::vector<ExpertKind> kinds;
    const std::size_t experts = trace_has ? now.trace->gate.logits.size() : static_cast<std::size_t>(gated->gate);
    if (trace_has) {
        for (const auto& expert : now.trace->experts) kinds.push_back(expert.kind);
    } else {
        for (const auto& expert : now.workbench.experts) kinds.push_back(expert.kind);
    }
    const auto styles = expert_styles(kinds);
    m_first = styles.size() >= experts ? styles.size() - experts : 0;
    m_styles.assign(styles.begin() + static_cast<std::ptrdiff_t>(m_first), styles.end());

    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##gate", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    if (visible) {
        const auto& gate = now.gate;
        // Bars of one model beside another one's would be read as one picture.
        m_report = report_fits(now) && gate.report->experts.size() == m_styles.size() ? gate.report : nullptr;
        if (m_report) {
            label(m_report->model + " on " + m_report->collection, TextStyle::Small, colors().dim);
            paragraph(gate_verdict(*m_report), TextStyle::Body, colors().text);
        } else if (gate.report && now.trace) {
            paragraph("The gate of " + gate.report->model + " on " + gate.report->collection + " was read; the result on screen is of " + now.trace->model +
                          ". Run the query again to see both together.",
                      TextStyle::Small, colors().dim);
        } else if (gate.phase == Phase::Loading) {
            if (const JobSnapshot* job = running_job(now, "gate")) build_progress(*job, ImGui::GetContentRegionAvail().x, out);
            else label("Reading the gate \u2026", TextStyle::Small, colors().dim);
        } else if (gate.phase == Phase::Failed) {
            if (strip(StripKind::Error, gate.error, "Try again")) out.emplace_back(ReadGate{});
        } else if (now.workbench.building) {
            label("Something is being built: the gate can be read once it is whole.", TextStyle::Small, colors().dim);
        } else if (model_has && now.workbench.index) {
            paragraph("Whether this query is typical: run all queries and documents through the gate. It takes about a minute.", TextStyle::Small,
                      colors().dim);
            if (button("Read the gate on all queries", ButtonKind::Primary)) out.emplace_back(ReadGate{});
        }
        ImGui::Dummy({0, dp(4)});
        draw_query(now, out);
        draw_documents(now, out);
        draw_gate_storm(now, m_first, m_styles, out);
        if (m_report) {
            draw_numbers(*m_report);
            draw_categories(*m_report);
            draw_similarity(*m_report);
            draw_examples(*m_report, out);
        }
        ImGui::Dummy({0, dp(space::kUnit)});
    }
    ImGui::EndChild();
}

void GateView::draw_query(const Snapshot& now, Commands& out) {
    if (!now.trace || now.trace->gate.logits.empty()) {
        section("This query", "run one to see where it goes");
        return;
    }
    const Trace& trace = *now.trace;
    const auto p = probabilities(trace.gate.logits);
    std::vector<double> sorted = p;
    std::ranges::sort(sorted, std::ranges::greater());
    const double margin = sorted.size() > 1 ? sorted[0] - sorted[1] : 1;
    std::string note = "margin " + format_score(margin, 2);
    if (m_report) note += "; half of all queries have less than " + format_score(m_report->queries.routing.margin.p50, 2);
    section("This query", note);
    const RoutingSummary* all = m_report ? &m_report->queries.routing : nullptr;
    const float width = ImGui::GetContentRegionAvail().x, height = dp(26);
    const float name = std::min(dp(110), width * 0.25f), figure = text_width(TextStyle::Mono, "\u221200.00") + dp(8);
    const float bar = std::max(width - name - 3 * figure - dp(30), 0.0f);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float baseline = at.y + ascent(TextStyle::Small);
        float x = at.x + width - dp(26);
        for (const char* words : {"weight", "logit", "p"}) {
            draw_text(list, {x, baseline}, TextStyle::Small, ink(colors().dim), words, figure, Align::Right);
            x -= figure;
        }
        ImGui::Dummy({width, line_height(TextStyle::Small) + dp(2)});
    }
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    for (std::size_t expert = 0; expert < p.size() && expert < m_styles.size(); ++expert) {
        ImGui::PushID(static_cast<int>(expert));
        const int place = static_cast<int>(m_first + expert);
        const bool chosen = now.selection.expert == place;
        if (ImGui::InvisibleButton("Expert", {width, height}, ImGuiButtonFlags_EnableNav)) {
            Selection selection = now.selection;
            selection.expert = chosen ? -1 : place;
            out.emplace_back(Select{selection});
        }
        const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
        if (chosen) list.AddRectFilled(min, max, ink(colors().accent, 0.16f), dp(4));
        else if (ImGui::IsItemHovered()) list.AddRectFilled(min, max, ink(colors().text, 0.05f), dp(4));
        focus_ring(min, max, dp(4));
        const float middle = (min.y + max.y) / 2;
        const auto baseline = [&](TextStyle style) { return std::round(middle - line_height(style) / 2 + ascent(style)); };
        draw_mark(list, {min.x + dp(8), middle}, m_styles[expert], 9, true);
        const double weight = trace.gate.weights[expert];
        draw_text(list, {min.x + dp(22), baseline(TextStyle::Body)}, weight > 0 ? TextStyle::Strong : TextStyle::Body,
                  ink(weight > 0 ? colors().text : colors().dim), heading(trace.experts[m_first + expert].name), name - dp(24));
        const float left = min.x + name;
        if (all)
            list.AddRectFilled({left, middle - dp(7)}, {left + bar * static_cast<float>(std::clamp(all->probability[expert], 0.0, 1.0)), middle + dp(7)},
                               hue(m_styles[expert], 0.28f), dp(3));
        list.AddRectFilled({left, middle - dp(3)}, {left + bar * static_cast<float>(std::clamp(p[expert], 0.0, 1.0)), middle + dp(3)},
                           hue(m_styles[expert], weight > 0 ? 1.0f : 0.55f), dp(3));
        float x = max.x - dp(26);
        const auto put = [&](const std::string& text, bool quiet) {
            draw_text(list, {x, baseline(TextStyle::Mono)}, TextStyle::Mono, ink(quiet ? colors().dim : colors().text), text, figure, Align::Right);
            x -= figure;
        };
        put(weight > 0 ? format_score(weight, 2) : "\u2013", !(weight > 0));
        put(format_score(trace.gate.logits[expert], 2), true);
        put(format_score(p[expert], 2), false);
        if (weight > 0) draw_icon(list, {max.x - dp(12), middle}, icon::kCheck, ink(colors().text), 15);
        std::string text = heading(trace.experts[m_first + expert].name) + ": p " + format_exact(p[expert]) + ", logit " + format_exact(trace.gate.logits[expert]) +
                           ", weight " + format_exact(weight) + (weight > 0 ? " (chosen)" : " (not chosen)");
        if (all)
            text += "\nAll queries: mean p " + format_score(all->probability[expert], 3) + ", first choice of " + format_percent(all->load[expert]) + ", serves " +
                    format_percent(all->chosen[expert]) + ".";
        hover_text(text + "\nPress: its own ranking alone.");
        ImGui::PopID();
    }
    ImGui::PopStyleVar();
    ImGui::Dummy({0, dp(2)});
    if (all) label("Full bars: this query. Pale bars: the mean of all queries.", TextStyle::Small, colors().dim);
    ImGui::Dummy({0, dp(space::kUnit)});
}

void GateView::draw_documents(const Snapshot& now, Commands& out) const {
    if (!now.trace || now.trace->gate.logits.empty() || now.trace->fused.empty()) return;
    const Trace& trace = *now.trace;
    section("Its first documents", "and which experts the gate gives them");
    const auto query_first = static_cast<std::size_t>(std::ranges::max_element(trace.gate.logits) - trace.gate.logits.begin());
    const float width = ImGui::GetContentRegionAvail().x, height = dp(24);
    const float cell = std::clamp((width * 0.5f) / static_cast<float>(m_styles.size()), dp(14), dp(44));
    const float cells = cell * static_cast<float>(m_styles.size());
    ImDrawList& list = *ImGui::GetWindowDrawList();
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    // Whose column is which.
    const ImVec2 top = ImGui::GetCursorScreenPos();
    for (std::size_t expert = 0; expert < m_styles.size(); ++expert)
        draw_mark(list, {top.x + width - cells + cell * (static_cast<float>(expert) + 0.5f) - dp(1), top.y + dp(6)}, m_styles[expert], 9, true);
    ImGui::Dummy({width, dp(16)});
    for (std::size_t row = 0; row < std::min(kDocuments, trace.fused.size()); ++row) {
        const UnionDocument& document = trace.documents[static_cast<std::size_t>(trace.fused[row].document)];
        if (document.gate.weights.size() != m_styles.size()) continue;
        ImGui::PushID(static_cast<int>(row));
        if (ImGui::InvisibleButton("Document", {width, height}, ImGuiButtonFlags_EnableNav)) {
            Selection selection = now.selection;
            selection.document = document.id;
            out.emplace_back(Select{selection});
        }
        const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
        if (document.id == now.selection.document) list.AddRectFilled(min, max, ink(colors().accent, 0.16f), dp(4));
        else if (ImGui::IsItemHovered()) list.AddRectFilled(min, max, ink(colors().text, 0.05f), dp(4));
        focus_ring(min, max, dp(4));
        const float middle = (min.y + max.y) / 2;
        draw_their_text(list, {min.x + dp(4), std::round(middle - line_height(TextStyle::Body) / 2 + ascent(TextStyle::Body))}, TextStyle::Body, ink(colors().text),
                        document.title.empty() ? document.id : document.title, width - cells - dp(40));
        const auto first = static_cast<std::size_t>(std::ranges::max_element(document.gate.logits) - document.gate.logits.begin());
        if (first == query_first) draw_icon(list, {max.x - cells - dp(16), middle}, icon::kCheck, ink(colors().dim), 14);
        std::string text = document.id + (first == query_first ? ": the same first choice as the query." : ": another first choice than the query.");
        for (std::size_t expert = 0; expert < m_styles.size(); ++expert) {
            const float left = max.x - cells + cell * static_cast<float>(expert);
            const ImVec2 a{left, min.y + dp(2)}, b{left + cell - dp(2), max.y - dp(2)};
            list.AddRectFilled(a, b, ink(colors().raised), dp(3));
            const float weight = document.gate.weights[expert];
            if (weight > 0) list.AddRectFilled(a, b, hue(m_styles[expert], 0.25f + 0.75f * std::clamp(weight, 0.0f, 1.0f)), dp(3));
            text.append(1, '\n').append(heading(trace.experts[m_first + expert].name));
            text.append(": weight ").append(format_score(weight, 3)).append(", logit ").append(format_score(document.gate.logits[expert], 2));
        }
        hover_text(text);
        ImGui::PopID();
    }
    ImGui::PopStyleVar();
    ImGui::Dummy({0, dp(space::kUnit)});
}

std::optional<ViewTable> GateView::table(const Snapshot& now) const {
    const bool asked = now.trace && !now.trace->gate.logits.empty();
    const GateReport* report = report_fits(now) ? now.gate.report.get() : nullptr;
    if (!asked && !report) return {};
    ViewTable made{.title = title(), .columns = {"expert", "this query: p", "logit", "weight", "queries: mean p", "first choice", "served", "mean weight",
                                                 "documents: mean p", "first choice of documents", "first choice in the storm", "served in the storm", "deviation of the noise"}};
    if (report) {
        made.about = {{"model", report->model}, {"model version", report->model_version}, {"collection", report->collection}, {"split", report->split}};
        if (asked) made.about.emplace_back("query", now.trace->query);
    }
    const NoiseStorm* storm = storm_on_screen(now);
    const auto p = asked ? probabilities(now.trace->gate.logits) : std::vector<double>();
    const std::size_t experts = report ? report->experts.size() : p.size();
    for (std::size_t expert = 0; expert < experts; ++expert) {
        const bool here = asked && expert < p.size();
        std::vector<ViewCell> row{report ? report->experts[expert] : now.trace->experts[now.trace->experts.size() - p.size() + expert].name};
        row.resize(4);
        if (here) {
            row[1] = p[expert];
            row[2] = static_cast<double>(now.trace->gate.logits[expert]);
            row[3] = static_cast<double>(now.trace->gate.weights[expert]);
        }
        if (report) {
            const RoutingSummary &queries = report->queries.routing, &documents = report->documents.routing;
            for (const double figure : {queries.probability[expert], queries.load[expert], queries.chosen[expert], queries.importance[expert],
                                        documents.probability[expert], documents.load[expert]})
                row.emplace_back(figure);
        }
        row.resize(made.columns.size() - 3);
        if (storm && here)
            for (const double figure : {storm->first[expert], storm->served[expert], storm->deviation[expert]}) row.emplace_back(figure);
        row.resize(made.columns.size());
        made.rows.push_back(std::move(row));
    }
    return made;
}

} // namespace cameo
