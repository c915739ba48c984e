#include "views/query_bench_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/fusion_chooser.hpp"
#include "views/icons.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"
#include "views/words.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

constexpr float kHeaderHeight = 56, kFooterHeight = 28;
constexpr double kMotionSeconds = 0.15;

/// "5/7" with a tick: judged relevant documents among the top of a list. @return width used, from the right.
float relevant_badge(ImDrawList& list, ImVec2 right_baseline, int found, int total, std::string_view list_name) {
    if (total == 0) return 0;
    const std::string text = std::to_string(found) + "/" + std::to_string(total);
    const float width = draw_text(list, right_baseline, TextStyle::Mono, ink(colors().text), text, dp(80), Align::Right);
    const float middle = right_baseline.y - ascent(TextStyle::Mono) + line_height(TextStyle::Mono) / 2;
    draw_icon(list, {right_baseline.x - width - dp(11), middle}, icon::kCheck, ink(colors().relevant), 15);
    const ImVec2 min{right_baseline.x - width - dp(20), middle - dp(9)}, max{right_baseline.x, middle + dp(9)};
    if (ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect(min, max) && ImGui::BeginTooltip()) {
        paragraph(std::to_string(found) + " of the " + std::to_string(total) +
                      " documents judged relevant stand in the top " + std::to_string(kTopK) + " of " +
                      std::string(list_name) + ".",
                  TextStyle::Small, colors().text, dp(320));
        ImGui::EndTooltip();
    }
    return width + dp(22);
}

} // namespace

QueryBenchView::QueryBenchView()
    : View("Query bench",
           {.what = "The same query under every expert and under their fusion.",
            .formula = "Every expert brings its own candidates; every expert then scores all of them, and the fusion adds up what "
                       "its formula makes of each score.",
            .reading = "Up and Down walk the list, 1 to 9 look at one expert alone, 0 at all, Enter opens the document. Shift and "
                       "press a document to compare the selected one with it. Hover any score to see what it is made of.",
            .healthy = "Experts bring different documents, and what is judged relevant stands high in the fused list.",
            .sick = "All lists alike: the experts are copies of each other. A relevant document high in one list and low in the "
                    "fused one: the fusion loses what an expert knows."},
           true) {}

void QueryBenchView::follow_pin(const Snapshot& now) {
    const auto pinned = now.pin ? now.pin->then->trace : nullptr;
    if (pinned == m_pinned) return;
    m_pinned = pinned;
    m_pinned_ranks.clear();
    if (!m_pinned) return;
    for (std::size_t place = 0; place < m_pinned->fused.size(); ++place)
        m_pinned_ranks.emplace(m_pinned->documents[static_cast<std::size_t>(m_pinned->fused[place].document)].id, static_cast<int>(place + 1));
}

void QueryBenchView::draw_contents(const Snapshot& now, Commands& out) {
    follow(now.trace);
    follow_pin(now);
    const ImVec2 top_left = ImGui::GetWindowPos();
    if (now.query_phase == Phase::Loading && now.trace)
        draw_busy_line(*ImGui::GetWindowDrawList(), top_left, ImGui::GetWindowWidth(), out);
    if (!now.trace) {
        draw_empty(now, out);
        return;
    }
    draw_strips(now, out);
    if (now.trace->documents.empty()) {
        empty_state(icon::kSearch, "Nothing found",
                    "No expert has a candidate for \u201C" + now.trace->query + "\u201D. Try other words.");
        return;
    }
    const auto expert_count = static_cast<int>(now.trace->experts.size());
    const float scrollbar = ImGui::GetStyle().ScrollbarSize;
    Frame frame{.now = now, .trace = *now.trace, .out = out};
    frame.columns = lay_out_columns(ImGui::GetContentRegionAvail().x - scrollbar, theme().scale, expert_count,
                                    now.selection.expert, m_first_expert);
    m_first_expert = frame.columns.first;
    const auto find = [&](const std::string& id) {
        const auto found = m_rows.position.find(id);
        return found == m_rows.position.end() ? -1 : found->second;
    };
    frame.selected = find(now.selection.document);
    frame.hovered = find(now.selection.hovered_document);
    follow_selection(frame);
    if (frame.columns.folded || frame.columns.count < expert_count) draw_tabs(now, out);
    handle_keys(frame);
    draw_header(frame);
    draw_lists(frame);
    draw_footer(*now.trace);

    const std::string hovered =
        frame.newly_hovered < 0 ? std::string() : frame.trace.documents[static_cast<std::size_t>(frame.newly_hovered)].id;
    if (hovered != m_hovered_before) {
        m_hovered_before = hovered;
        // On top of what a click of this very frame has chosen, or it would take the click back.
        Selection selection = now.selection;
        for (const Command& each : out)
            if (const auto* chosen = std::get_if<Select>(&each)) selection = chosen->selection;
        selection.hovered_document = hovered;
        out.emplace_back(Select{selection});
    }
}

void QueryBenchView::follow(const std::shared_ptr<const Trace>& trace) {
    if (trace == m_trace) return;
    // The same run under another fusion: rows glide to their new ranks. Another query starts at the top.
    const bool same_run = trace && m_trace && trace->id == m_trace->id &&
                          trace->documents.size() == m_trace->documents.size();
    if (same_run) {
        m_ranks_before = std::move(m_rows.fused.rank);
        m_moved_at = ImGui::GetTime();
    } else {
        m_ranks_before.clear();
        m_moved_at = -1;
        m_from_top = true;
        m_followed.clear(); // what is selected all the same is brought into sight
    }
    m_trace = trace;
    m_rows = trace ? make_bench_rows(*trace) : BenchRows{};
}

std::int32_t QueryBenchView::row_of(std::int32_t document, int expert_idx) const {
    if (document < 0) return -1;
    const bool own_list = expert_idx >= 0 && static_cast<std::size_t>(expert_idx) < m_rows.experts.size();
    const BenchList& list = own_list ? m_rows.experts[static_cast<std::size_t>(expert_idx)] : m_rows.fused;
    return list.rank[static_cast<std::size_t>(document)] - 1;
}

void QueryBenchView::follow_selection(const Frame& frame) {
    const std::string& selected = frame.now.selection.document;
    if (selected == m_followed) return;
    // What was pressed here is under the eye already, in whichever list that was; a step of the keys scrolls by itself.
    if (selected != m_chosen) m_scroll_to = std::max(row_of(frame.selected, frame.now.selection.expert), m_scroll_to);
    m_followed = selected;
    m_chosen.clear();
}

float QueryBenchView::moved_by(std::int32_t document, float row_height) const {
    if (m_moved_at < 0 || theme().reduce_motion) return 0;
    const double t = (ImGui::GetTime() - m_moved_at) / kMotionSeconds;
    const auto position = static_cast<std::size_t>(document);
    if (t >= 1 || position >= m_ranks_before.size() || m_ranks_before[position] == 0) return 0;
    const double rest = 1 - t, eased = rest * rest * rest;
    const int places = std::clamp(m_ranks_before[position] - m_rows.fused.rank[position], -8, 8);
    return static_cast<float>(places * eased) * row_height;
}

void QueryBenchView::select(const Snapshot& now, Commands& out, std::int32_t document, int expert_idx) {
    Selection selection = now.selection;
    if (document >= 0) selection.document = m_chosen = m_trace->documents[static_cast<std::size_t>(document)].id;
    if (selection.reference == selection.document) selection.reference.clear();
    selection.expert = expert_idx;
    if (selection != now.selection) out.emplace_back(Select{selection});
}

void QueryBenchView::press(const Snapshot& now, Commands& out, std::int32_t document) {
    const std::string& id = m_trace->documents[static_cast<std::size_t>(document)].id;
    const bool compares = ImGui::GetIO().KeyShift && !now.selection.document.empty() && id != now.selection.document;
    if (!compares) return select(now, out, document, now.selection.expert);
    compare_with(now, out, id);
}

void QueryBenchView::compare_with(const Snapshot& now, Commands& out, const std::string& id) const {
    Selection selection = now.selection;
    selection.reference = selection.reference == id ? std::string() : id;
    out.emplace_back(Select{selection});
    if (!selection.reference.empty()) out.emplace_back(ShowView{"Ledger"});
}

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
        draw_text(list, {left, first_line}, TextStyle::Strong, ink(colors().text), "Fused", right - badge - left);
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
        if (chosen || ImGui::IsItemHovered())
            list.AddRectFilled(min, max, chosen ? hue(m_rows.styles[index], 0.16f) : ink(colors().text, 0.05f), dp(8));
        focus_ring(min, max, dp(8));
        hover_text(words.title + ": " + words.technical + "\n\n" + words.formula + "\n\n" +
                   format_count(static_cast<std::int64_t>(expert.hits.size())) + " candidates of its own in " +
                   format_ms(expert.candidates_ms) + ". Press or " + std::to_string(expert_idx + 1) +
                   ": look at this expert alone.");
        list.AddRectFilled({corner.x + dp(6), corner.y + dp(6)}, {corner.x + dp(10), corner.y + dp(42)},
                           hue(m_rows.styles[index]), dp(2));
        const float left = corner.x + dp(20), right = corner.x + columns.expert_width - dp(10);
        const float badge = relevant_badge(list, {right, first_line}, m_rows.experts[index].relevant_in_top,
                                           m_rows.relevant_total, words.title);
        const float name = draw_text(list, {left, first_line}, TextStyle::Strong, ink(colors().text), words.title,
                                     right - badge - left - dp(16));
        draw_mark(list, {left + name + dp(12), corner.y + dp(4) + line_height(TextStyle::Strong) / 2}, m_rows.styles[index],
                  7, true);
        draw_text(list, {left, second_line}, TextStyle::Small, ink(colors().dim), words.plain, right - left);
    }
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy({ImGui::GetContentRegionAvail().x, dp(kHeaderHeight)});
    ImGui::SetCursorScreenPos({at.x, at.y + dp(kHeaderHeight)});
}

void QueryBenchView::draw_footer(const Trace& trace) {
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
    const float stages_end = at.x + width - found_width - dp(24);
    std::string words;
    for (const auto& stage : stages)
        words += (words.empty() ? "" : "  ") + stage.name + " " + format_ms(stage.ms);
    draw_text(list, {x, baseline}, TextStyle::Small, ink(colors().dim), words, stages_end - x);
    draw_text(list, {at.x + width - dp(12), baseline}, TextStyle::Small, ink(colors().dim), found, found_width, Align::Right);

    ImGui::InvisibleButton("Stage times", {width, dp(kFooterHeight - 8)});
    if (ImGui::IsItemHovered() && ImGui::BeginTooltip()) {
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

void QueryBenchView::handle_keys(Frame& frame) {
    if (!has_keys()) return;
    const ImGuiID owner = ImGui::GetID("##keys");
    const auto pressed = [&](ImGuiKey key) {
        // Owned, so that Dear ImGui's own navigation does not take a step as well.
        ImGui::SetKeyOwner(key, owner);
        return ImGui::IsKeyPressed(key, ImGuiInputFlags_Repeat, owner);
    };
    const int expert = frame.now.selection.expert;
    const int experts = static_cast<int>(frame.trace.experts.size());
    const bool own_list = expert >= 0 && expert < experts;
    const BenchList& list = own_list ? m_rows.experts[static_cast<std::size_t>(expert)] : m_rows.fused;
    const int last = static_cast<int>(list.order.size()) - 1;
    const int here = row_of(frame.selected, expert);
    int target = -1;
    if (pressed(ImGuiKey_DownArrow)) target = here + 1;
    if (pressed(ImGuiKey_UpArrow)) target = std::max(here - 1, 0);
    if (pressed(ImGuiKey_PageDown)) target = here + kTopK;
    if (pressed(ImGuiKey_PageUp)) target = std::max(here - kTopK, 0);
    if (pressed(ImGuiKey_Home)) target = 0;
    if (pressed(ImGuiKey_End)) target = last;
    if (target >= 0 && last >= 0) {
        target = std::min(target, last);
        select(frame.now, frame.out, list.order[static_cast<std::size_t>(target)], expert);
        m_scroll_to = target;
    }
    if (pressed(ImGuiKey_RightArrow) && expert + 1 < experts) select(frame.now, frame.out, -1, expert + 1);
    if (pressed(ImGuiKey_LeftArrow) && expert >= 0) select(frame.now, frame.out, -1, expert - 1);
    for (int expert_idx = 0; expert_idx < std::min(experts, 9); ++expert_idx)
        if (ImGui::IsKeyPressed(static_cast<ImGuiKey>(ImGuiKey_1 + expert_idx), false) ||
            ImGui::IsKeyPressed(static_cast<ImGuiKey>(ImGuiKey_Keypad1 + expert_idx), false))
            select(frame.now, frame.out, -1, expert == expert_idx ? -1 : expert_idx);
    if (ImGui::IsKeyPressed(ImGuiKey_0, false) || ImGui::IsKeyPressed(ImGuiKey_Keypad0, false))
        select(frame.now, frame.out, -1, -1);
    if (frame.selected >= 0 && (pressed(ImGuiKey_Enter) || pressed(ImGuiKey_KeypadEnter)))
        frame.out.emplace_back(ShowView{"Document"});
}

std::optional<ViewTable> QueryBenchView::table(const Snapshot& now) const {
    if (!now.trace || now.trace->fused.empty()) return {};
    const Trace& trace = *now.trace;
    ViewTable made{.title = title(), .columns = {"rank", "document", "title", "score"}, .keys = {1, 2}, .ranked = true, .documents = 1};
    for (const auto& expert : trace.experts)
        for (const char* what : {" score", " rank", " adds"})
            made.columns.push_back(expert.name + what);
    made.columns.push_back("grade");
    for (std::size_t place = 0; place < trace.fused.size(); ++place) {
        const FusedHit& hit = trace.fused[place];
        const UnionDocument& document = trace.documents[static_cast<std::size_t>(hit.document)];
        std::vector<ViewCell> row{static_cast<std::int64_t>(place + 1), document.id, document.title, hit.score};
        for (std::size_t expert_idx = 0; expert_idx < trace.experts.size(); ++expert_idx) {
            row.emplace_back(static_cast<double>(document.raw[expert_idx]));
            row.emplace_back(static_cast<std::int64_t>(document.rank[expert_idx]));
            row.emplace_back(hit.used[expert_idx]);
        }
        const auto grade = trace.grades.find(document.id);
        row.push_back(grade == trace.grades.end() ? ViewCell() : ViewCell(static_cast<std::int64_t>(grade->second)));
        made.rows.push_back(std::move(row));
    }
    return made;
}

} // namespace cameo
