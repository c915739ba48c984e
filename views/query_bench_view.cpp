#include "views/query_bench_view.hpp"

#include "views/draw.hpp"
#include "views/icons.hpp"
#include "views/judging.hpp"
#include "views/keys.hpp"
#include "views/widgets/states.hpp"
#include "views/words.hpp"

#include <imgui_internal.h>

#include <algorithm>

namespace cameo {
namespace {

constexpr double kMotionSeconds = 0.15;

} // namespace

QueryBenchView::QueryBenchView()
    : View("Query bench",
           {.what = "The same query under every expert and under their fusion.",
            .formula = "Every expert brings its own candidates; every expert then scores all of them, and the fusion adds up what "
                       "its formula makes of each score.",
            .reading = "Up and Down walk the list, Enter opens the document; Left and Right, or Alt+1 to Alt+9, look at one expert alone, "
                       "Alt+0 at all. 0 to 9 grade the selected document for this query, Delete takes the grade back. Shift and press a "
                       "document to compare the selected one with it. Hover any score to see what it is made of.",
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
    draw_footer(*now.trace, out);

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

void QueryBenchView::choose_expert_by_keys(Frame& frame) {
    if (!has_alt_keys()) return;
    const int digit = alt_digit_pressed(), expert = frame.now.selection.expert;
    if (digit > 0 && digit <= static_cast<int>(frame.trace.experts.size())) select(frame.now, frame.out, -1, expert == digit - 1 ? -1 : digit - 1);
    if (digit == 0) select(frame.now, frame.out, -1, -1);
}

void QueryBenchView::handle_keys(Frame& frame) {
    choose_expert_by_keys(frame);
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
    // A mark leads on to the next document, so that a list is judged with one hand.
    if (frame.selected >= 0 && judge_by_keys(frame.now, frame.trace.documents[static_cast<std::size_t>(frame.selected)].id, frame.out)) target = here + 1;
    if (target >= 0 && last >= 0) {
        target = std::min(target, last);
        select(frame.now, frame.out, list.order[static_cast<std::size_t>(target)], expert);
        m_scroll_to = target;
    }
    if (pressed(ImGuiKey_RightArrow) && expert + 1 < experts) select(frame.now, frame.out, -1, expert + 1);
    if (pressed(ImGuiKey_LeftArrow) && expert >= 0) select(frame.now, frame.out, -1, expert - 1);
    if (frame.selected >= 0 && (pressed(ImGuiKey_Enter) || pressed(ImGuiKey_KeypadEnter)))
        frame.out.emplace_back(ShowView{"Document"});
}

std::optional<ViewTable> QueryBenchView::table(const Snapshot& now) const {
    if (!now.trace || now.trace->fused.empty()) return {};
    const Trace& trace = *now.trace;
    ViewTable made{.title = title(), .columns = {"rank", "document", "title", "score"}, .keys = {1, 2}, .ranked = true, .documents = 1};
    const std::string fused_by = fused_scale(trace);
    made.scales.emplace_back(3, fused_by);
    for (const auto& expert : trace.experts)
        for (const char* what : {" score", " rank", " adds"}) {
            if (what != std::string_view(" rank")) made.scales.emplace_back(made.columns.size(), what == std::string_view(" score") ? trace.model_version : fused_by);
            made.columns.push_back(expert.name + what);
        }
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
        if (grade == trace.grades.end()) row.emplace_back();
        else row.emplace_back(static_cast<std::int64_t>(grade->second));
        made.rows.push_back(std::move(row));
    }
    return made;
}

} // namespace cameo
