// The rows of the bench: QueryBenchView's lists, apart from its frame.
#include "views/query_bench_view.hpp"

#include "views/draw.hpp"
#include "views/explain.hpp"
#include "views/format.hpp"
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

constexpr float kListRowHeight = 60, kFooterRoom = 36;
constexpr float kInset = 12, kBarHeight = 5;
constexpr double kMotionTail = 0.2; ///< a little longer than the motion, so that its last frame is drawn

float digits_width(std::size_t rows) {
    return text_width(TextStyle::Mono, std::string(std::to_string(std::max<std::size_t>(rows, 10)).size(), '0'));
}

std::string_view name_of(const UnionDocument& document) { return document.title.empty() ? document.id : document.title; }

/// All that a row has cut short.
std::string whole_text(const UnionDocument& document) {
    std::string text(name_of(document));
    if (text != document.id) text += "\n" + document.id;
    return document.snippet.empty() ? text : text + "\n\n" + document.snippet;
}

bool hot(ImVec2 min, ImVec2 max) { return ImGui::IsItemHovered() && ImGui::IsMouseHoveringRect(min, max); }

/// A small triangle and a figure: how many places the fusion lifts or lowers a document against an expert's own order.
float draw_shift(ImDrawList& list, ImVec2 left_baseline, int places, ImU32 color) {
    if (places == 0) return 0;
    const float size = dp(4), middle = std::round(left_baseline.y - dp(5)) + 0.5f;
    const float x = std::round(left_baseline.x + size) + 0.5f;
    const float tip = places > 0 ? -size : size;
    list.AddTriangleFilled({x, middle + tip}, {x - size, middle - tip}, {x + size, middle - tip}, color);
    return size * 2 + dp(4) +
           draw_text(list, {x + size + dp(4), left_baseline.y}, TextStyle::Mono, color, std::to_string(std::abs(places)));
}

std::string row_as_tsv(const Trace& trace, const BenchRows& rows, std::int32_t document) {
    const auto position = static_cast<std::size_t>(document);
    const auto& found = trace.documents[position];
    std::string line = found.id + "\t" + found.title + "\t" + std::to_string(rows.fused.rank[position]);
    const std::int32_t hit = rows.hit_of[position];
    const auto add = [&](const std::string& cell) { line.append(1, '\t').append(cell); };
    add(hit < 0 ? std::string() : format_exact(trace.fused[static_cast<std::size_t>(hit)].score));
    for (std::size_t expert_idx = 0; expert_idx < trace.experts.size(); ++expert_idx) {
        add(expert_idx < found.raw.size() ? format_exact(found.raw[expert_idx]) : std::string());
        add(std::to_string(rows.experts[expert_idx].rank[position]));
    }
    return line;
}

std::string tsv_heading(const Trace& trace) {
    std::string line = "id\ttitle\tfused rank\tfused score";
    for (const auto& expert : trace.experts)
        line += "\t" + expert.name + " score\t" + expert.name + " rank";
    return line;
}

} // namespace

void QueryBenchView::draw_lists(Frame& frame) {
    frame.row_height = dp(kListRowHeight);
    std::size_t rows = frame.columns.fused_width > 0 ? m_rows.fused.order.size() : 0;
    for (int shown = 0; shown < frame.columns.count; ++shown)
        rows = std::max(rows, m_rows.experts[static_cast<std::size_t>(frame.columns.first + shown)].order.size());
    const float height = std::max(ImGui::GetContentRegionAvail().y - (theme().audience ? 0 : dp(kFooterRoom)), frame.row_height * 2);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##lists", {0, height}, ImGuiChildFlags_None, ImGuiWindowFlags_NoNavInputs);
    ImGui::PopStyleVar(); // the child's own padding, which tooltips and menus must not inherit
    if (visible) {
        if (m_scroll_to >= 0 || m_from_top) {
            const float before = m_from_top ? 0 : ImGui::GetScrollY(), view = ImGui::GetWindowHeight();
            const float top = static_cast<float>(std::max(m_scroll_to, 0)) * frame.row_height;
            ImGui::SetScrollY(std::clamp(before, std::max(top + frame.row_height - view, 0.0f), std::max(top, 0.0f)));
            m_scroll_to = -1;
            m_from_top = false;
        }
        frame.origin = ImGui::GetCursorScreenPos();
        const bool moving = m_moved_at >= 0 && !theme().reduce_motion && ImGui::GetTime() - m_moved_at < kMotionTail;
        if (moving) frame.out.emplace_back(KeepDrawing{});
        ImGuiListClipper clipper;
        clipper.Begin(static_cast<int>(rows), frame.row_height);
        if (tour_anchors().is_listening()) clipper.IncludeItemByIndex(0); // a tour scrolls to it
        while (clipper.Step())
            for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row)
                draw_row(frame, row);
        clipper.End();
        draw_edge(frame);
        if (frame.hovered >= 0 && frame.hovered != frame.selected)
            draw_links(frame, frame.hovered, ink(colors().dim, 0.9f), dp(1.5f));
        if (frame.selected >= 0) draw_links(frame, frame.selected, ink(colors().accent), dp(2));
    }
    ImGui::EndChild();
    ImGui::PopStyleVar();
}

void QueryBenchView::draw_row(Frame& frame, int row) {
    const float y = frame.origin.y + static_cast<float>(row) * frame.row_height;
    const auto index = static_cast<std::size_t>(row);
    if (frame.columns.fused_width > 0 && index < m_rows.fused.order.size())
        draw_fused_cell(frame, row, {frame.origin.x + frame.columns.fused_x, y});
    for (int shown = 0; shown < frame.columns.count; ++shown) {
        const int expert_idx = frame.columns.first + shown;
        if (index < m_rows.experts[static_cast<std::size_t>(expert_idx)].order.size())
            draw_expert_cell(frame, row, expert_idx, {frame.origin.x + frame.columns.x_of(shown), y});
    }
    ImGui::SetCursorScreenPos({frame.origin.x, y + frame.row_height});
    ImGui::Dummy({0, 0});
}

bool QueryBenchView::cell(Frame& frame, const char* list_name, std::int32_t document, ImVec2 at, float width) {
    const auto& id = frame.trace.documents[static_cast<std::size_t>(document)].id;
    ImGui::SetCursorScreenPos(at);
    const std::string name = std::string(list_name) + ":" + id;
    const bool pressed = ImGui::InvisibleButton(name.c_str(), {width, frame.row_height});
    if (ImGui::IsItemHovered()) {
        frame.newly_hovered = document;
        if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) frame.out.emplace_back(ShowView{"Document"});
    }
    const bool selected = document == frame.selected;
    if (selected || document == frame.hovered)
        ImGui::GetWindowDrawList()->AddRectFilled({at.x, at.y + dp(1)}, {at.x + width, at.y + frame.row_height - dp(1)},
                                                  ink(colors().raised, selected ? 1.0f : 0.6f), dp(space::kCorner));
    if (id == frame.now.selection.reference)
        ImGui::GetWindowDrawList()->AddRect({at.x + dp(1), at.y + dp(2)}, {at.x + width - dp(1), at.y + frame.row_height - dp(2)},
                                            ink(colors().accent, 0.7f), dp(space::kCorner), dp(1.5f));
    return pressed;
}

void QueryBenchView::draw_fused_cell(Frame& frame, int row, ImVec2 at) {
    const std::int32_t document = m_rows.fused.order[static_cast<std::size_t>(row)];
    const auto position = static_cast<std::size_t>(document);
    const UnionDocument& found = frame.trace.documents[position];
    const FusedHit& hit = frame.trace.fused[static_cast<std::size_t>(m_rows.hit_of[position])];
    at.y += moved_by(document, frame.row_height);
    const float width = frame.columns.fused_width;
    if (cell(frame, "fused", document, at, width)) press(frame.now, frame.out, document);

    ImDrawList& list = *ImGui::GetWindowDrawList();
    const bool selected = document == frame.selected;
    const float left = at.x + dp(kInset), right = at.x + width - dp(kInset);
    const float text_left = left + digits_width(m_rows.fused.order.size()) + dp(14);
    const float first = at.y + dp(9) + ascent(TextStyle::Body), second = at.y + dp(28) + ascent(TextStyle::Small);

    draw_text(list, {text_left - dp(14), first}, TextStyle::Mono, ink(colors().dim), std::to_string(row + 1), dp(60),
              Align::Right);
    if (const auto grade = own_grade(frame.now, found.id)) draw_grade(list, {(left + text_left - dp(14)) / 2, second - dp(4)}, *grade);
    // Under the grade, where there is one.
    if (m_pinned) draw_moved(frame, found, row, {left, own_grade(frame.now, found.id) ? second + dp(18) : second});
    const float score = draw_text(list, {right, first}, TextStyle::Mono, ink(colors().text),
                                  format_score(hit.score, m_rows.fused.decimals), dp(110), Align::Right);
    const bool score_hot = hot({right - std::max(score, dp(40)) - dp(6), at.y}, {right + dp(kInset), at.y + dp(30)});

    const int grade = m_rows.grade[position];
    std::string judged;
    if (grade != BenchRows::kUnjudged)
        judged = grade > 1 ? "relevant " + std::to_string(grade) : grade > 0 ? "relevant" : "judged not relevant";
    const float judged_width = judged.empty() ? 0 : text_width(TextStyle::Small, judged) + dp(8) + (grade > 0 ? dp(18) : 0);
    const float name_room = right - score - dp(12) - text_left;
    const bool badge_fits = judged_width < name_room * 0.55f;
    bool name_cut = false, id_cut = false, snippet_cut = false;
    const float name = draw_their_text(list, {text_left, first}, selected ? TextStyle::Strong : TextStyle::Body,
                                       ink(colors().text), name_of(found), name_room - (badge_fits ? judged_width : dp(20)),
                                       Align::Left, &name_cut);
    if (grade > 0)
        draw_icon(list, {text_left + name + dp(15), first - dp(5)}, icon::kCheck, ink(colors().relevant), 15);
    if (!judged.empty() && badge_fits)
        draw_text(list, {text_left + name + (grade > 0 ? dp(25) : dp(8)), first}, TextStyle::Small,
                  ink(grade > 0 ? colors().relevant : colors().dim), judged);

    // Who had it among its own candidates: filled; who only scored it afterwards: outlined.
    const float mark_step = dp(14);
    const float marks = mark_step * static_cast<float>(m_rows.styles.size());
    for (std::size_t expert_idx = 0; expert_idx < m_rows.styles.size(); ++expert_idx) {
        const bool brought = (found.brought_by >> expert_idx & 1U) != 0;
        draw_mark(list, {right - marks + mark_step * (static_cast<float>(expert_idx) + 0.6f), at.y + dp(37)},
                  m_rows.styles[expert_idx], 7, brought, brought ? 1.0f : 0.45f);
    }
    const bool marks_hot = hot({right - marks - dp(4), at.y + dp(28)}, {right + dp(4), at.y + dp(46)});

    float x = text_left;
    const float line_end = right - marks - dp(10);
    if (!found.title.empty() && found.title != found.id)
        x += draw_text(list, {x, second}, TextStyle::Mono, ink(colors().dim), found.id, (line_end - x) * 0.4f,
                       Align::Left, &id_cut) + dp(8);
    draw_their_text(list, {x, second}, TextStyle::Small, ink(colors().dim), found.snippet, line_end - x, Align::Left, &snippet_cut);
    if (name_cut || id_cut || snippet_cut)
        hover_text_in({text_left, at.y}, {line_end, at.y + dp(46)}, whole_text(found));

    const bool focus_elsewhere = frame.selected >= 0 && !selected;
    draw_stacked_bar(list, {text_left, at.y + dp(kListRowHeight - 12)}, {right - text_left, dp(kBarHeight)}, hit.used,
                     m_rows.styles, m_rows.fused.scale, focus_elsewhere ? 0.62f : 1.0f, frame.now.selection.expert);
    if (row == 0) {
        const float end = at.y + frame.row_height;
        tour_anchor(anchor::kFirstRow, at, {at.x + width, end});
        tour_anchor(anchor::kMarks, {right - marks, at.y + dp(28)}, {right + dp(4), at.y + dp(46)});
        tour_anchor(anchor::kScoreBar, {text_left, at.y + dp(kListRowHeight - 12 - 2)}, {right, at.y + dp(kListRowHeight - 12 + kBarHeight + 2)});
    }

    if (score_hot || hot({text_left, at.y + dp(46)}, {right, at.y + frame.row_height})) {
        if (begin_explanation()) {
            explain_fused_score(frame.trace, m_rows, document, find_ledger(frame.trace, frame.now.ledger.get(), found.id));
            ImGui::EndTooltip();
        }
    } else if (marks_hot && begin_explanation()) {
        std::string by;
        for (std::size_t expert_idx = 0; expert_idx < frame.trace.experts.size(); ++expert_idx)
            if ((found.brought_by >> expert_idx & 1U) != 0) by += (by.empty() ? "" : ", ") + heading(frame.trace.experts[expert_idx].name);
        paragraph(by.empty() ? "No expert had it among its own candidates." : "Found by " + by + ".", TextStyle::Small,
                  colors().text, dp(320));
        ImGui::EndTooltip();
    }
    row_menu(frame, document, m_rows.fused, -1);
}

void QueryBenchView::draw_moved(const Frame& frame, const UnionDocument& found, int row, ImVec2 left_baseline) const {
    const auto before = m_pinned_ranks.find(found.id);
    const float width = digits_width(m_rows.fused.order.size()) + dp(10);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float left = left_baseline.x - dp(4);
    std::string words;
    if (before == m_pinned_ranks.end()) {
        draw_text(list, {left, left_baseline.y}, TextStyle::Small, ink(colors().accent), "new", width);
        words = "Not in the list that is pinned.";
    } else {
        draw_shift(list, {left, left_baseline.y}, before->second - (row + 1), ink(colors().accent));
        words = "Rank " + std::to_string(before->second) + " in the list that is pinned.";
    }
    hover_text_in({left, left_baseline.y - dp(14)}, {left + width + dp(4), left_baseline.y + dp(4)}, words + "\n" + frame.now.pin->label);
}

void QueryBenchView::draw_expert_cell(Frame& frame, int row, int expert_idx, ImVec2 at) {
    const auto index = static_cast<std::size_t>(expert_idx);
    const BenchList& own = m_rows.experts[index];
    const std::int32_t document = own.order[static_cast<std::size_t>(row)];
    const auto position = static_cast<std::size_t>(document);
    const UnionDocument& found = frame.trace.documents[position];
    const float width = frame.columns.expert_width;
    if (cell(frame, frame.trace.experts[index].name.c_str(), document, at, width))
        press(frame.now, frame.out, document);

    ImDrawList& list = *ImGui::GetWindowDrawList();
    const bool selected = document == frame.selected;
    const bool brought = (found.brought_by >> index & 1U) != 0;
    const std::int32_t fused = m_rows.fused.rank[position];
    const bool in_top = fused > 0 && fused <= kTopK;
    const double raw = index < found.raw.size() ? static_cast<double>(found.raw[index]) : std::nan("");

    const float left = at.x + dp(8), right = at.x + width - dp(10);
    const float text_left = left + digits_width(std::min<std::size_t>(own.order.size(), 99)) + dp(12);
    const float first = at.y + dp(9) + ascent(TextStyle::Body), second = at.y + dp(28) + ascent(TextStyle::Small);
    if (row < 99)
        draw_text(list, {text_left - dp(12), first}, TextStyle::Mono, ink(colors().dim), std::to_string(row + 1), dp(60),
                  Align::Right);
    else
        draw_text(list, {left - dp(6), first}, TextStyle::Small, ink(colors().dim), std::to_string(row + 1), dp(44));
    if (const auto grade = own_grade(frame.now, found.id)) draw_grade(list, {text_left - dp(12) - dp(kGradeWidth) / 2, second - dp(3)}, *grade);
    const float tick = m_rows.is_relevant(document) ? dp(18) : 0;
    bool name_cut = false;
    const float name = draw_their_text(list, {text_left, first}, selected ? TextStyle::Strong : TextStyle::Body,
                                       ink(in_top || selected ? colors().text : colors().dim), name_of(found),
                                       right - text_left - tick, Align::Left, &name_cut);
    if (name_cut) hover_text_in({at.x, at.y}, {right, at.y + dp(24)}, whole_text(found));
    if (tick > 0) draw_icon(list, {text_left + name + dp(11), first - dp(5)}, icon::kCheck, ink(colors().relevant), 15);

    const std::string figure = format_score(raw, own.decimals);
    const float score = draw_text(list, {right, second}, TextStyle::Mono, ink(colors().text), figure, dp(90), Align::Right);
    float x = text_left;
    const float room = right - score - dp(8) - x;
    const std::string long_form = "not in fused top " + std::to_string(kTopK);
    if (!brought) {
        draw_mark(list, {x + dp(4), second - dp(4)}, m_rows.styles[index], 7, false, 0.8f);
        x += dp(14);
    }
    if (in_top) {
        x += draw_text(list, {x, second}, TextStyle::Small, ink(colors().dim), "fused " + std::to_string(fused),
                       right - score - dp(8) - x) + dp(8);
        if (!m_pinned && x + dp(24) < right - score - dp(8)) draw_shift(list, {x, second}, row + 1 - fused, ink(colors().dim));
    } else {
        draw_text(list, {x, second}, TextStyle::Small, ink(colors().dim),
                  text_width(TextStyle::Small, long_form) <= room - (brought ? 0 : dp(14)) ? long_form
                                                                                           : "fused " + std::to_string(fused),
                  right - score - dp(8) - x);
    }
    const bool stepped_back = (frame.selected >= 0 && !selected) || !in_top;
    draw_score_bar(list, {text_left, at.y + dp(kListRowHeight - 12)}, {right - text_left, dp(kBarHeight)}, raw,
                   m_rows.styles[index], own.scale, stepped_back ? 0.62f : 1.0f);
    if (row == 0 && frame.shows_all_experts()) tour_anchor(anchor::kExperts, at, {at.x + width, at.y + frame.row_height});

    if (hot({right - std::max(score, dp(40)) - dp(6), at.y + dp(26)}, {right + dp(10), at.y + frame.row_height}) ||
        hot({text_left, at.y + dp(24)}, {right, at.y + frame.row_height})) {
        if (begin_explanation()) {
            explain_expert_score(frame.trace, m_rows, document, index,
                                 find_ledger(frame.trace, frame.now.ledger.get(), found.id));
            ImGui::EndTooltip();
        }
    }
    row_menu(frame, document, own, expert_idx);
}

void QueryBenchView::draw_links(Frame& frame, std::int32_t document, ImU32 color, float thickness) {
    const auto position = static_cast<std::size_t>(document);
    const BenchColumns& columns = frame.columns;
    if (columns.fused_width <= 0 || columns.count == 0 || m_rows.fused.rank[position] == 0) return;
    const auto middle = [&](std::int32_t rank) {
        return frame.origin.y + (static_cast<float>(rank) - 0.5f) * frame.row_height;
    };
    ImDrawList& list = *ImGui::GetWindowDrawList();
    float x = frame.origin.x + columns.fused_width, y = middle(m_rows.fused.rank[position]);
    for (int shown = 0; shown < columns.count; ++shown) {
        const float to_x = frame.origin.x + columns.x_of(shown);
        const float to_y = middle(m_rows.experts[static_cast<std::size_t>(columns.first + shown)].rank[position]);
        const float bend = (to_x - x) * 0.55f;
        list.AddBezierCubic({x, y}, {x + bend, y}, {to_x - bend, to_y}, {to_x, to_y}, color, thickness);
        list.AddCircleFilled({x, y}, thickness * 1.4f, color);
        list.AddCircleFilled({to_x, to_y}, thickness * 1.4f, color);
        x = to_x + columns.expert_width;
        y = to_y;
    }
}

void QueryBenchView::draw_edge(Frame& frame) {
    if (m_rows.fused.order.size() <= static_cast<std::size_t>(kTopK)) return;
    const float y = std::round(frame.origin.y + static_cast<float>(kTopK) * frame.row_height);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float right = frame.columns.count > 0 ? frame.columns.x_of(frame.columns.count - 1) + frame.columns.expert_width
                                                : frame.columns.fused_width;
    for (float x = 0; x < right; x += dp(8))
        list.AddLine({frame.origin.x + x, y}, {frame.origin.x + std::min(x + dp(4), right), y}, ink(colors().line), dp(1));
}

void QueryBenchView::row_menu(Frame& frame, std::int32_t document, const BenchList& list, int expert_idx) {
    if (!ImGui::BeginPopupContextItem()) return;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(8), dp(6)}); // the lists have none
    const auto& found = frame.trace.documents[static_cast<std::size_t>(document)];
    const std::string& selected = frame.now.selection.document;
    if (menu_item("Open the document", "Enter")) {
        select(frame.now, frame.out, document, frame.now.selection.expert);
        frame.out.emplace_back(ShowView{"Document"});
    }
    const bool is_reference = found.id == frame.now.selection.reference;
    if (!selected.empty() && found.id != selected &&
        menu_item(is_reference ? "End the comparison" : "Compare " + selected + " with this", "Shift+press"))
        compare_with(frame.now, frame.out, found.id);
    if (menu_item("Why is it not higher?")) frame.out.emplace_back(ExplainMissing{.document = found.id, .within = frame.now.missing.within, .query = {}});
    ImGui::Separator();
    const auto own = own_grade(frame.now, found.id);
    if (menu_item("Relevant to this query", "1")) frame.out.emplace_back(GradeDocument{found.id, 1});
    if (menu_item("Not relevant to it", "0")) frame.out.emplace_back(GradeDocument{found.id, 0});
    if (own && menu_item("Take the grade back", "Delete")) frame.out.emplace_back(GradeDocument{found.id, {}});
    ImGui::Separator();
    if (menu_item("Copy id")) frame.out.emplace_back(CopyText{found.id});
    if (menu_item("Copy row"))
        frame.out.emplace_back(CopyText{tsv_heading(frame.trace) + "\n" + row_as_tsv(frame.trace, m_rows, document) + "\n"});
    const std::string which = expert_idx < 0 ? "fused list" : "list of " + frame.trace.experts[static_cast<std::size_t>(expert_idx)].name;
    if (menu_item("Copy the " + which + " as a table")) {
        std::string table = tsv_heading(frame.trace) + "\n";
        for (const std::int32_t each : list.order)
            table += row_as_tsv(frame.trace, m_rows, each) + "\n";
        frame.out.emplace_back(CopyText{std::move(table)});
    }
    ImGui::PopStyleVar();
    ImGui::EndPopup();
}

} // namespace cameo
