#include "views/gate_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/gate_storm.hpp"
#include "views/icons.hpp"
#include "views/judged_states.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/heat_scale.hpp"
#include "views/widgets/job_row.hpp"
#include "views/widgets/states.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cameo {
namespace {

constexpr std::size_t kDocuments = 8;

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

std::string percent(double share) { return std::isfinite(share) ? format_score(100 * share, share < 0.0995 ? 1 : 0) + " %" : "\u2013"; }

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

} // namespace

std::string gate_verdict(const GateReport& report) {
    const RoutingSummary& queries = report.queries.routing;
    const auto experts = static_cast<double>(report.experts.size());
    if (queries.inputs == 0 || report.experts.size() < 2) return "There are too few queries or experts to say anything.";
    const auto busiest = static_cast<std::size_t>(std::ranges::max_element(queries.load) - queries.load.begin());
    const double information_share = queries.information / std::log(experts);
    std::string text;
    if (queries.effective_experts < 1.5) {
        text = "Collapsed: " + report.experts[busiest] + " is the first choice of " + percent(queries.load[busiest]) + " of the queries";
        if (!queries.dead.empty())
            text += ", and " + format_count(static_cast<std::int64_t>(queries.dead.size())) + " of " + format_count(static_cast<std::int64_t>(report.experts.size())) +
                    " experts serve hardly any";
        text += ".";
    } else if (information_share < 0.05 && queries.entropy_share > 0.9) {
        text = "Undecided: the gate gives every query nearly the same weights (entropy " + percent(queries.entropy_share) +
               " of the largest possible), so that its first choices mean little.";
    } else if (queries.marginal_entropy_share > 0.7 && information_share > 0.15) {
        text = "Specialised, not collapsed: each query goes to few experts (entropy " + percent(queries.entropy_share) +
               " of the largest possible), and all queries together to many (" + percent(queries.marginal_entropy_share) + ").";
    } else {
        text = "In between: about " + format_score(queries.effective_experts, 1) + " of " + format_count(static_cast<std::int64_t>(report.experts.size())) +
               " experts share the queries, and knowing the query tells " + percent(information_share) + " of what there is to know about the choice.";
    }
    const double alike = off_diagonal(report.queries.similarity, report.queries.similarity.cosine);
    if (alike > 0.95) text += " The experts are nearly copies: their outputs point the same way (cosine " + format_score(alike, 2) + ").";
    if (report.agreement.pairs > 0) {
        text += " A query and its right document have the same first choice in " + percent(report.agreement.same) + " of the cases (" +
                percent(report.agreement.chance) + " by chance)";
        const bool apart = report.agreement.same < report.agreement.chance + 0.1 && queries.effective_experts >= 1.5;
        text += apart ? ": they are routed apart." : ".";
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
        empty_state(icon::kInfo, "No gate", "Only SB-MoE models route by a gate. Choose one above, such as sbmoe or sbmoe-collapsed.");
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
        m_report = gate.report && (!trace_has || (now.trace->model == gate.report->model && now.trace->collection == gate.report->collection)) &&
                           gate.report->experts.size() == m_styles.size()
                       ? gate.report : nullptr;
        if (m_report) {
            label(m_report->model + " on " + m_report->collection, TextStyle::Small, colors().dim);
            paragraph(gate_verdict(*m_report), TextStyle::Body, colors().text);
        } else if (gate.report) {
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
    const float bar = width - name - 3 * figure - dp(30);
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
                  ink(weight > 0 ? colors().text : colors().dim), trace.experts[m_first + expert].name, name - dp(24));
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
        std::string text = trace.experts[m_first + expert].name + ": p " + format_exact(p[expert]) + ", logit " + format_exact(trace.gate.logits[expert]) +
                           ", weight " + format_exact(weight) + (weight > 0 ? " (chosen)" : " (not chosen)");
        if (all)
            text += "\nAll queries: mean p " + format_score(all->probability[expert], 3) + ", first choice of " + percent(all->load[expert]) + ", serves " +
                    percent(all->chosen[expert]) + ".";
        hover_text(text + "\nPress: its own ranking alone.");
        ImGui::PopID();
    }
    ImGui::PopStyleVar();
    if (all) label("Full bars: this query. Pale bars: the mean of all queries.", TextStyle::Small, colors().dim);
    ImGui::Dummy({0, dp(space::kUnit)});
}

void GateView::draw_documents(const Snapshot& now, Commands& out) const {
    if (!now.trace || now.trace->gate.logits.empty() || now.trace->fused.empty()) return;
    const Trace& trace = *now.trace;
    section("Its first documents", "what the gate weighs each by");
    const auto query_first = static_cast<std::size_t>(std::ranges::max_element(trace.gate.logits) - trace.gate.logits.begin());
    const float width = ImGui::GetContentRegionAvail().x, height = dp(24);
    const float cell = std::clamp((width * 0.5f) / static_cast<float>(m_styles.size()), dp(14), dp(44));
    const float cells = cell * static_cast<float>(m_styles.size());
    ImDrawList& list = *ImGui::GetWindowDrawList();
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
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
        draw_text(list, {min.x + dp(4), std::round(middle - line_height(TextStyle::Body) / 2 + ascent(TextStyle::Body))}, TextStyle::Body, ink(colors().text),
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
            text += "\n" + trace.experts[m_first + expert].name + ": weight " + format_score(weight, 3) + ", logit " + format_score(document.gate.logits[expert], 2);
        }
        hover_text(text);
        ImGui::PopID();
    }
    ImGui::PopStyleVar();
    ImGui::Dummy({0, dp(space::kUnit)});
}

void GateView::draw_numbers(const GateReport& report) const {
    section("All of them", std::string("split ") + (report.split.empty() ? "all queries" : report.split));
    const float width = std::min(ImGui::GetContentRegionAvail().x, dp(520)), figures = dp(110); // figures near their names
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const auto line = [&](const char* id, const std::string& name, const std::string& queries, const std::string& documents, const std::string& help, bool head = false) {
        ImGui::InvisibleButton(id, {width, dp(22)});
        const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
        const float middle = (min.y + max.y) / 2;
        const TextStyle style = head ? TextStyle::Small : TextStyle::Mono;
        const auto baseline = [&](TextStyle of) { return std::round(middle - line_height(of) / 2 + ascent(of)); };
        draw_text(list, {min.x + dp(4), baseline(TextStyle::Body)}, TextStyle::Body, ink(colors().text), name, width - 2 * figures - dp(12));
        draw_text(list, {max.x - figures - dp(4), baseline(style)}, style, ink(head ? colors().dim : colors().text), queries, figures, Align::Right);
        draw_text(list, {max.x - dp(4), baseline(style)}, style, ink(head ? colors().dim : colors().text), documents, figures, Align::Right);
        hover_text(help);
    };
    const RoutingSummary &q = report.queries.routing, &d = report.documents.routing;
    const auto pair = [](double value, int decimals) { return std::isfinite(value) ? format_score(value, decimals) : std::string("\u2013"); };
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    line("head", "", "queries", report.from_index ? "documents" : "documents, sample", "", true);
    line("inputs", "Read", format_count(q.inputs), format_count(d.inputs), "Texts that were counted.");
    line("effective", "Effective experts", pair(q.effective_experts, 1), pair(d.effective_experts, 1),
         "e to the entropy of the load: " + format_count(static_cast<std::int64_t>(report.experts.size())) + " when all are used alike, 1 when one has all.");
    line("ratio", "Load ratio", pair(q.load_ratio, 2), pair(d.load_ratio, 2), "Largest load over the mean load: 1 is fair.");
    line("dead", "Dead experts", format_count(static_cast<std::int64_t>(q.dead.size())), format_count(static_cast<std::int64_t>(d.dead.size())),
         "Experts that serve fewer than 1 in 100.");
    line("entropy", "Entropy of one (nats)", pair(q.entropy, 2), pair(d.entropy, 2), "How undecided the gate is about one text, on average: 0 is sure.");
    line("marginal", "Entropy of the mean (nats)", pair(q.marginal_entropy, 2), pair(d.marginal_entropy, 2), "How evenly it spreads all of them.");
    line("information", "Mutual information (nats)", pair(q.information, 2), pair(d.information, 2),
         "The second minus the first: 0 where the gate ignores what it reads. Low entropy with high information is specialisation; low entropy with none is collapse.");
    line("cv", "Importance CV\u00B2", pair(q.importance_cv2, 2), pair(d.importance_cv2, 2), "Variance over squared mean of the weights: 0 is balanced.");
    ImGui::PopStyleVar();
    ImGui::Dummy({0, dp(space::kUnit)});
}

void GateView::draw_categories(const GateReport& report) const {
    if (report.categories.load.empty()) return;
    section("Which queries go where", "share of each category; together " + format_score(report.categories.information, 2) + " nats, " +
                                          format_score(report.categories.shuffled, 2) + " if shuffled");
    const float width = ImGui::GetContentRegionAvail().x, name = std::min(dp(130), width * 0.3f), height = dp(26);
    const float cell = std::min((width - name) / static_cast<float>(m_styles.size()), dp(90));
    ImDrawList& list = *ImGui::GetWindowDrawList();
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    const auto row = [&](const std::string& title, const std::vector<double>& load) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        draw_text(list, {at.x + dp(4), at.y + dp(4) + ascent(TextStyle::Body)}, TextStyle::Body, ink(colors().text), title, name - dp(8));
        for (std::size_t expert = 0; expert < std::min(load.size(), m_styles.size()); ++expert) {
            const ImVec2 a{at.x + name + cell * static_cast<float>(expert), at.y + dp(2)}, b{a.x + cell - dp(2), at.y + height - dp(2)};
            list.AddRectFilled(a, b, ink(colors().raised), dp(3));
            list.AddRectFilled(a, b, hue(m_styles[expert], static_cast<float>(std::clamp(load[expert], 0.0, 1.0))), dp(3));
            // The share is written on the panel's tone, whatever the cell's.
            draw_text(list, {(a.x + b.x) / 2, at.y + dp(5) + ascent(TextStyle::Mono)}, TextStyle::Mono, ink(load[expert] > 0.55 ? colors().panel : colors().text),
                      percent(load[expert]), cell - dp(4), Align::Center);
        }
        ImGui::Dummy({width, height});
    };
    {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        for (std::size_t expert = 0; expert < m_styles.size(); ++expert) {
            const float left = at.x + name + cell * static_cast<float>(expert);
            draw_mark(list, {left + dp(6), at.y + dp(9)}, m_styles[expert], 8, true);
            draw_text(list, {left + dp(16), at.y + ascent(TextStyle::Small) + dp(2)}, TextStyle::Small, ink(colors().dim), report.experts[expert], cell - dp(18));
        }
        ImGui::Dummy({width, dp(20)});
    }
    row("all", report.queries.routing.load);
    for (const auto& [category, load] : report.categories.load)
        row(category, load);
    ImGui::PopStyleVar();
    ImGui::Dummy({0, dp(space::kUnit)});
}

void GateView::draw_similarity(const GateReport& report) const {
    section("How alike the experts are", "by what they make of the same queries");
    const ExpertSimilarity& similarity = report.queries.similarity;
    const std::size_t experts = similarity.experts;
    if (experts == 0 || experts != m_styles.size()) return;
    const float width = ImGui::GetContentRegionAvail().x, cell = std::clamp((width / 2 - dp(60)) / static_cast<float>(experts), dp(14), dp(34));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const auto matrix = [&](const char* id, const char* title, const std::vector<double>& values, float left, const char* help) {
        draw_text(list, {left, at.y + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().dim), title, width / 2);
        const ImVec2 corner{left + dp(22), at.y + dp(20)};
        for (std::size_t i = 0; i < experts; ++i) {
            draw_mark(list, {left + dp(8), corner.y + cell * (static_cast<float>(i) + 0.5f)}, m_styles[i], 8, true);
            for (std::size_t j = 0; j < experts; ++j) {
                const ImVec2 a{corner.x + cell * static_cast<float>(j), corner.y + cell * static_cast<float>(i)}, b{a.x + cell - dp(2), a.y + cell - dp(2)};
                list.AddRectFilled(a, b, ink(colors().raised), dp(3));
                const double value = similarity.at(values, i, j);
                if (std::isfinite(value)) list.AddRectFilled(a, b, ink(colors().accent, heat_strength(static_cast<float>(std::max(value, 0.0)))), dp(3));
            }
        }
        ImGui::SetCursorScreenPos(corner);
        ImGui::InvisibleButton(id, {cell * static_cast<float>(experts), cell * static_cast<float>(experts)});
        if (!ImGui::IsItemHovered()) return;
        const ImVec2 mouse = ImGui::GetIO().MousePos;
        const auto i = std::min(static_cast<std::size_t>(std::max((mouse.y - corner.y) / cell, 0.0f)), experts - 1);
        const auto j = std::min(static_cast<std::size_t>(std::max((mouse.x - corner.x) / cell, 0.0f)), experts - 1);
        hover_text(report.experts[i] + " and " + report.experts[j] + ": " + format_score(similarity.at(values, i, j), 3) + "\n" + help);
    };
    matrix("Cosine", "cosine of outputs, 0 to 1", similarity.cosine, at.x, "Mean cosine of their outputs: 1 everywhere are copies.");
    matrix("CKA", "linear CKA, 0 to 1", similarity.cka, at.x + width / 2,
           "1 where one is the other turned or scaled. Experts that have nothing in common still read the same texts and have more than 0.");
    ImGui::SetCursorScreenPos({at.x, at.y + dp(26) + cell * static_cast<float>(experts)});
    ImGui::Dummy({width, 0});
    ImGui::Dummy({0, dp(space::kUnit)});
}

void GateView::draw_examples(const GateReport& report, Commands& out) {
    section("Whom each expert gets", "the surest first");
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(6)});
    if (text_chip("Queries", "Queries", !m_example_documents)) m_example_documents = false;
    ImGui::SameLine(0, dp(6));
    if (text_chip("Documents", "Documents", m_example_documents)) m_example_documents = true;
    m_example = std::min(m_example, m_styles.size() - 1);
    for (std::size_t expert = 0; expert < m_styles.size(); ++expert) {
        flow_next(text_width(TextStyle::Small, report.experts[expert]) + dp(36), expert == 0 ? dp(14) : dp(6));
        if (expert_chip(("##example " + report.experts[expert]).c_str(), m_styles[expert], report.experts[expert], {},
                        m_example == expert ? ChipState::Selected : ChipState::Normal))
            m_example = expert;
    }
    ImGui::PopStyleVar();
    const GateSide& side = m_example_documents ? report.documents : report.queries;
    if (m_example >= side.examples.size() || side.examples[m_example].empty()) {
        label("None.", TextStyle::Small, colors().dim);
        return;
    }
    const float width = ImGui::GetContentRegionAvail().x;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, dp(2)});
    for (std::size_t place = 0; place < side.examples[m_example].size(); ++place) {
        const GateExample& example = side.examples[m_example][place];
        ImGui::PushID(static_cast<int>(place));
        if (m_example_documents) {
            const ImVec2 at = ImGui::GetCursorScreenPos();
            ImDrawList& list = *ImGui::GetWindowDrawList();
            draw_text(list, {at.x + dp(4), at.y + ascent(TextStyle::Body)}, TextStyle::Body, ink(colors().text), example.name, width - dp(60));
            draw_text(list, {at.x + width - dp(12), at.y + ascent(TextStyle::Mono)}, TextStyle::Mono, ink(colors().dim), format_score(example.probability, 2), dp(60), Align::Right);
            ImGui::Dummy({width, line_height(TextStyle::Body) + dp(4)});
        } else if (sample_row("Example", example.name, format_score(example.probability, 2), width)) {
            out.emplace_back(RunQuery{example.name});
        }
        ImGui::PopID();
    }
    ImGui::PopStyleVar();
}

std::optional<ViewTable> GateView::table(const Snapshot& now) const {
    const bool asked = now.trace && !now.trace->gate.logits.empty();
    const GateReport* report = now.gate.report.get();
    if (!asked && !report) return {};
    ViewTable made{.title = title(), .columns = {"expert", "this query: p", "logit", "weight", "queries: mean p", "first choice", "served", "mean weight",
                                                 "documents: mean p", "first choice of documents", "first choice in the storm", "served in the storm", "deviation of the noise"}};
    const NoiseStorm* storm = storm_on_screen(now);
    const auto p = asked ? probabilities(now.trace->gate.logits) : std::vector<double>();
    const std::size_t experts = report ? report->experts.size() : p.size();
    for (std::size_t expert = 0; expert < experts; ++expert) {
        const bool here = asked && expert < p.size();
        std::vector<ViewCell> row{report ? report->experts[expert] : now.trace->experts[now.trace->experts.size() - p.size() + expert].name};
        row.push_back(here ? ViewCell(p[expert]) : ViewCell());
        row.push_back(here ? ViewCell(static_cast<double>(now.trace->gate.logits[expert])) : ViewCell());
        row.push_back(here ? ViewCell(static_cast<double>(now.trace->gate.weights[expert])) : ViewCell());
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
