// What the gate makes of all queries and documents: GateView's report beside the query on screen.
#include "views/gate_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/heat_scale.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {

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
        draw_their_text(list, {at.x + dp(4), at.y + dp(4) + ascent(TextStyle::Body)}, TextStyle::Body, ink(colors().text), title, name - dp(8));
        for (std::size_t expert = 0; expert < std::min(load.size(), m_styles.size()); ++expert) {
            const ImVec2 a{at.x + name + cell * static_cast<float>(expert), at.y + dp(2)}, b{a.x + cell - dp(2), at.y + height - dp(2)};
            list.AddRectFilled(a, b, ink(colors().raised), dp(3));
            list.AddRectFilled(a, b, hue(m_styles[expert], static_cast<float>(std::clamp(load[expert], 0.0, 1.0))), dp(3));
            // The share is written on the panel's tone, whatever the cell's.
            draw_text(list, {(a.x + b.x) / 2, at.y + dp(5) + ascent(TextStyle::Mono)}, TextStyle::Mono, ink(load[expert] > 0.55 ? colors().panel : colors().text),
                      format_percent(load[expert]), cell - dp(4), Align::Center);
        }
        ImGui::Dummy({width, height});
    };
    {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        for (std::size_t expert = 0; expert < m_styles.size(); ++expert) {
            const float left = at.x + name + cell * static_cast<float>(expert);
            draw_mark(list, {left + dp(6), at.y + dp(9)}, m_styles[expert], 8, true);
            draw_text(list, {left + dp(16), at.y + ascent(TextStyle::Small) + dp(2)}, TextStyle::Small, ink(colors().dim), heading(report.experts[expert]), cell - dp(18));
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
        hover_text(heading(report.experts[i]) + " and " + heading(report.experts[j]) + ": " + format_score(similarity.at(values, i, j), 3) + "\n" + help);
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
        flow_next(text_width(TextStyle::Small, heading(report.experts[expert])) + dp(36), expert == 0 ? dp(14) : dp(6));
        if (expert_chip(("##example " + report.experts[expert]).c_str(), m_styles[expert], heading(report.experts[expert]), {},
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
            draw_their_text(list, {at.x + dp(4), at.y + ascent(TextStyle::Body)}, TextStyle::Body, ink(colors().text), example.name, width - dp(60));
            draw_text(list, {at.x + width - dp(12), at.y + ascent(TextStyle::Mono)}, TextStyle::Mono, ink(colors().dim), format_score(example.probability, 2), dp(60), Align::Right);
            ImGui::Dummy({width, line_height(TextStyle::Body) + dp(4)});
        } else if (sample_row("Example", example.name, format_score(example.probability, 2), width)) {
            out.emplace_back(RunQuery{example.name});
        }
        ImGui::PopID();
    }
    ImGui::PopStyleVar();
}

} // namespace cameo
