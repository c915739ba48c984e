// What stands above and below the lists: QueryBenchView's head, tabs and footer.
#include "views/query_bench_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/fusion_chooser.hpp"
#include "views/icons.hpp"
#include "views/judging.hpp"
#include "views/tour_anchor.hpp"
#include "views/widgets/controls.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace cameo {
namespace {

constexpr float kHeaderHeight = 56, kFooterHeight = 28;

/// "5/7" with a tick: judged relevant documents among the top of a list. @return width used, from the right.
float relevant_badge(ImDrawList& list, ImVec2 right_baseline, int found, int total, std::string_view list_name) {
    if (total == 0) return 0;
    const std::string text = std::to_string(found) + "/" + std::to_string(total);
    const float width = draw_text(list, right_baseline, TextStyle::Mono, ink(colors().text), text, dp(80), Align::Right);
    const float middle = right_baseline.y - ascent(TextStyle::Mono) + line_height(TextStyle::Mono) / 2;
    draw_icon(list, {right_baseline.x - width - dp(11), middle}, icon::kCheck, ink(colors().relevant), 15);
    const ImVec2 min{right_baseline.x - width - dp(20), middle - dp(9)}, max{right_baseline.x, middle + dp(9)};
    if (ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect(min, max) && begin_explanation()) {
        paragraph(std::to_string(found) + " of the " + std::to_string(total) +
                      " documents judged relevant stand in the top " + std::to_string(kTopK) + " of " +
                      std::string(list_name) + ".",
                  TextStyle::Small, colors().text, dp(320));
        ImGui::EndTooltip();
    }
    return width + dp(22);
}

/// "MRR@10 1.00  nDCG@10 0.81" by one's own grades, with less of it where there is less room. @return width used, from the right.
float own_badge(ImDrawList& list, ImVec2 right_baseline, const std::optional<Measures>& own, float room) {
    if (!own) return 0;
    const std::string mrr = format_score(own->mrr_10, 2), ndcg = format_score(own->ndcg_10, 2);
    const std::array<std::string, 3> forms{"MRR@10 " + mrr + "  nDCG@10 " + ndcg, "MRR " + mrr + "  nDCG " + ndcg, "nDCG@10 " + ndcg};
    const auto fitting = std::ranges::find_if(forms, [&](const std::string& form) { return text_width(TextStyle::Small, form) <= room; });
    if (fitting == forms.end()) return 0;
    return draw_text(list, right_baseline, TextStyle::Small, ink(colors().text), *fitting, room, Align::Right) + dp(10);
}

std::string own_words(const Snapshot& now, const Measures& own) {
    return "By your own " + format_amount(static_cast<std::int64_t>(now.own.grades->size()), Unit::Documents) + " graded for this query: MRR@10 " + format_exact(own.mrr_10) + ", nDCG@10 " +
           format_exact(own.ndcg_10) + ". What is not graded counts as not relevant.";
}

} // namespace

void QueryBenchView::draw_tabs(const Snapshot& now, Commands& out) {
    const Trace& trace = *now.trace;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(6)});
    if (text_chip("##tab fused", "All experts", now.selection.expert < 0)) select(now, out, -1, -1);
    for (std::size_t expert_idx = 0; expert_idx < trace.experts.size(); ++expert_idx) {
        const auto index = static_cast<int>(expert_idx);
        const auto words = expert_words(trace.experts[expert_idx].name, trace.experts[expert_idx].kind);
        flow_next(text_width(TextStyle::Small, words.title) + dp(36), dp(6));
        const auto state = now.selection.expert == index ? ChipState::Selected : ChipState::Normal;
        if (expert_chip(("##tab " + trace.experts[expert_idx].name).c_str(), m_rows.styles[expert_idx], words.title, {},
                        state))
            select(now, out, -1, now.selection.expert == index ? -1 : index);
        tour_anchor(anchor::kExperts);
        hover_text(words.plain + ": " + words.technical);
    }
    ImGui::PopStyleVar();
}

void QueryBenchView::draw_header(Frame& frame) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const BenchColumns& columns = frame.columns;
    const float first_line = at.y + dp(4) + ascent(TextStyle::Strong);
    const float second_line = at.y + dp(26) + ascent(TextStyle::Small);
    const float inset = dp(12);
    if (columns.fused_width > 0) {
        const float right = at.x + columns.fused_width - inset;
        const float badge = relevant_badge(list, {right, first_line}, m_rows.fused.relevant_in_top, m_rows.relevant_total,
                                           "the fused list");
        const float left = at.x + inset;
        const float name = draw_text(list, {left, first_line}, TextStyle::Strong, ink(colors().text), "Fused", right - badge - left);
        const auto own = measure_by_own(frame.now, m_rows, m_rows.fused);
        const float figures_end = right - badge - (badge > 0 ? dp(12) : 0);
        const float figures = own_badge(list, {figures_end, first_line}, own, figures_end - left - name - dp(12));
        if (figures > 0 && ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect({figures_end - figures, at.y}, {figures_end, at.y + dp(23)}) && begin_explanation()) {
            paragraph(own_words(frame.now, *own), TextStyle::Small, colors().text, dp(320));
            ImGui::EndTooltip();
        }
        // The caption is the chooser: it says what is done and is pressed to change it.
        const std::string caption = describe_fusion(frame.trace.fusion, frame.trace.experts.size(), frame.trace.query_weights);
        const float caption_width = std::min(text_width(TextStyle::Small, caption), right - left - dp(18));
        ImGui::SetCursorScreenPos({left - dp(6), at.y + dp(23)});
        if (ImGui::InvisibleButton("Fusion", {caption_width + dp(30), dp(24)}, ImGuiButtonFlags_EnableNav))
            ImGui::OpenPopup("##fusion");
        const bool hovered = ImGui::IsItemHovered();
        if (hovered)
            list.AddRectFilled(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), ink(colors().text, 0.08f), dp(6));
        focus_ring(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), dp(6));
        hover_text(heading(caption) + ". It adds up for each expert: " + std::string(fusion_words(frame.trace.fusion.method).formula) +
                   ". Press to choose another one.");
        draw_text(list, {left, second_line}, TextStyle::Small, ink(hovered ? colors().text : colors().dim), caption,
                  caption_width);
        draw_icon(list, {left + caption_width + dp(12), at.y + dp(35)}, icon::kChevronDown, ink(colors().dim), 15);
        if (ImGui::BeginPopup("##fusion")) {
            fusion_menu(frame.trace.fusion, shown_experts(frame.now), offers_adaptive(frame.now), frame.out);
            ImGui::EndPopup();
        }
    }
    for (int shown = 0; shown < columns.count; ++shown) {
        const int expert_idx = columns.first + shown;
        const auto index = static_cast<std::size_t>(expert_idx);
        const auto& expert = frame.trace.experts[index];
        const auto words = expert_words(expert.name, expert.kind);
        const ImVec2 corner{at.x + columns.x_of(shown), at.y};
        const bool chosen = frame.now.selection.expert == expert_idx;
        ImGui::SetCursorScreenPos(corner);
        if (ImGui::InvisibleButton(("Expert " + expert.name).c_str(), {columns.expert_width, dp(kHeaderHeight - 8)},
                                   ImGuiButtonFlags_EnableNav))
            select(frame.now, frame.out, -1, chosen ? -1 : expert_idx);
        const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
        if (frame.shows_all_experts()) tour_anchor(anchor::kExperts, min, max);
        if (chosen || ImGui::IsItemHovered())
            list.AddRectFilled(min, max, chosen ? hue(m_rows.styles[index], 0.16f) : ink(colors().text, 0.05f), dp(8));
        focus_ring(min, max, dp(8));
        const auto own = measure_by_own(frame.now, m_rows, m_rows.experts[index]);
        hover_text(words.title + ": " + words.technical + "\n\n" + words.formula + "\n\n" + (own ? own_words(frame.now, *own) + "\n\n" : std::string()) +
                   format_count(static_cast<std::int64_t>(expert.hits.size())) + " candidates of its own in " +
                   format_ms(expert.candidates_ms) + ". Press" + alone_key(static_cast<std::size_t>(expert_idx)) + ": look at this expert alone.");
        list.AddRectFilled({corner.x + dp(6), corner.y + dp(6)}, {corner.x + dp(10), corner.y + dp(42)},
                           hue(m_rows.styles[index]), dp(2));
        const float left = corner.x + dp(20), right = corner.x + columns.expert_width - dp(10);
        const float badge = relevant_badge(list, {right, first_line}, m_rows.experts[index].relevant_in_top,
                                           m_rows.relevant_total, words.title);
        const float name = draw_text(list, {left, first_line}, TextStyle::Strong, ink(colors().text), words.title,
                                     right - badge - left - dp(16));
        draw_mark(list, {left + name + dp(12), corner.y + dp(4) + line_height(TextStyle::Strong) / 2}, m_rows.styles[index],
                  7, true);
        const float figures = own_badge(list, {right, second_line}, own, right - left);
        // A stump of a word says less than none.
        if (right - left - figures > dp(64)) draw_text(list, {left, second_line}, TextStyle::Small, ink(colors().dim), words.plain, right - left - figures);
    }
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy({ImGui::GetContentRegionAvail().x, dp(kHeaderHeight)});
    ImGui::SetCursorScreenPos({at.x, at.y + dp(kHeaderHeight)});
}

void QueryBenchView::draw_footer(const Trace& trace, Commands& out) {
    if (theme().audience) return; // how long a stage took tells them nothing
    struct Stage {
        std::string name;
        double ms;
        ImU32 color;
    };
    std::vector<Stage> stages;
    stages.push_back({"encode", trace.timings.encode_ms, ink(colors().dim)});
    for (std::size_t expert_idx = 0; expert_idx < trace.experts.size(); ++expert_idx)
        stages.push_back({trace.experts[expert_idx].name, trace.experts[expert_idx].candidates_ms,
                          hue(m_rows.styles[expert_idx])});
    stages.push_back({"rescore", trace.timings.rescore_ms, ink(colors().dim, 0.7f)});
    stages.push_back({"fuse", trace.timings.fuse_ms, ink(colors().dim, 0.5f)});
    stages.push_back({"explain", trace.timings.explain_ms, ink(colors().dim, 0.35f)});

    double sum = 0;
    for (const auto& stage : stages)
        sum += std::isfinite(stage.ms) ? std::max(stage.ms, 0.0) : 0;
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() + dp(8));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x - dp(8);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float middle = at.y + dp(kFooterHeight - 8) / 2;
    const float baseline = middle - line_height(TextStyle::Small) / 2 + ascent(TextStyle::Small);
    float x = at.x + dp(12);
    x += draw_text(list, {x, baseline}, TextStyle::Mono, ink(colors().text), format_ms(trace.timings.total_ms)) + dp(10);
    const float bar = std::clamp(width * 0.2f, dp(80), dp(200));
    float from = x;
    for (const auto& stage : stages) {
        if (!(sum > 0) || !std::isfinite(stage.ms)) continue;
        const float length = static_cast<float>(std::max(stage.ms, 0.0) / sum) * bar;
        if (length > dp(1))
            list.AddRectFilled({from, middle - dp(3)}, {from + length - dp(1), middle + dp(3)}, stage.color, dp(2));
        from += length;
    }
    x += bar + dp(14);
    const std::string found = format_amount(static_cast<std::int64_t>(trace.documents.size()), Unit::Documents) + " compared";
    const float found_width = std::min(text_width(TextStyle::Small, found), width * 0.45f);
    const std::string missing = width > dp(560) ? "Is a document missing?" : "Missing?";
    const float missing_width = text_width(TextStyle::Small, missing) + dp(20);
    const float found_end = at.x + width - missing_width - dp(12), stages_end = found_end - found_width - dp(12);
    std::string words;
    for (const auto& stage : stages)
        words += (words.empty() ? "" : "  ") + stage.name + " " + format_ms(stage.ms);
    draw_text(list, {x, baseline}, TextStyle::Small, ink(colors().dim), words, stages_end - x);
    draw_text(list, {found_end, baseline}, TextStyle::Small, ink(colors().dim), found, found_width, Align::Right);
    ImGui::SetCursorScreenPos({at.x + width - missing_width, at.y});
    if (ImGui::InvisibleButton("A document is missing", {missing_width, dp(kFooterHeight - 8)}, ImGuiButtonFlags_EnableNav)) out.emplace_back(ShowView{"Missing"});
    const bool asks = ImGui::IsItemHovered();
    focus_ring(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), dp(4));
    hover_text("A document that should be among the first: which stage lost it, and what would bring it back.");
    draw_text(list, {at.x + width - dp(12), baseline}, TextStyle::Small, ink(asks ? colors().text : colors().accent), missing, missing_width, Align::Right);

    ImGui::SetCursorScreenPos(at);
    ImGui::InvisibleButton("Stage times", {found_end - at.x, dp(kFooterHeight - 8)});
    if (ImGui::IsItemHovered() && begin_explanation()) {
        label("Where the time went", TextStyle::Strong, colors().text);
        for (const auto& stage : stages) {
            const ImVec2 corner = ImGui::GetCursorScreenPos();
            const float line = corner.y + ascent(TextStyle::Small);
            ImDrawList& tip = *ImGui::GetWindowDrawList();
            tip.AddRectFilled({corner.x, corner.y + dp(4)}, {corner.x + dp(8), corner.y + dp(12)}, stage.color, dp(2));
            draw_text(tip, {corner.x + dp(16), line}, TextStyle::Small, ink(colors().text), stage.name);
            draw_text(tip, {corner.x + dp(310), line}, TextStyle::Mono, ink(colors().text), format_ms(stage.ms), dp(90),
                      Align::Right);
            ImGui::Dummy({dp(310), line_height(TextStyle::Small)});
        }
        const double rest = trace.timings.total_ms - sum;
        paragraph("Together " + format_ms(sum) + "; from text to trace it took " + format_ms(trace.timings.total_ms) +
                      (rest >= 0.05    ? ": " + format_ms(rest) + " went between the stages"
                       : rest <= -0.05 ? ": " + format_ms(-rest) + " less, because experts search side by side" : "") +
                      ".",
                  TextStyle::Small, colors().text, dp(310));
        paragraph(trace.device + ", " + trace.precision + ", " + std::to_string(trace.threads) +
                      (trace.threads == 1 ? " thread" : " threads") + ". Each expert brings up to " + format_count(trace.depth) +
                      " candidates; every expert scores all of them.",
                  TextStyle::Small, colors().dim, dp(310));
        ImGui::EndTooltip();
    }
}

} // namespace cameo
