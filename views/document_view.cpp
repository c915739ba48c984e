#include "views/document_view.hpp"

#include "views/draw.hpp"
#include "views/explain.hpp"
#include "views/format.hpp"
#include "views/judging.hpp"
#include "views/keys.hpp"
#include "views/ledger_states.hpp"
#include "views/tour_anchor.hpp"
#include "views/widgets/controls.hpp"
#include "views/words.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

namespace cameo {

DocumentView::DocumentView()
    : View("Document",
           {.what = "The selected document, with the evidence of every expert in its text.",
            .reading = "Underlined: words that the lexical expert counts, stronger the more they count. Filled: what the local "
                       "expert matched to a word of the query. Outlined: the term or token that is selected here or in another "
                       "view. Press an expert, or Alt+1 to Alt+9, to see its ink alone; Shift and press turns its ink off. 0 to 9 grade the document.",
            .healthy = "Experts that agree mark the same words, and the words that a person would point at.",
            .sick = "Ink on punctuation and filler words, or a high score with hardly any ink: the score comes of something "
                    "that this text does not say."},
           true) {}

std::optional<ViewTable> DocumentView::table(const Snapshot& now) const {
    const auto ledger = selected_ledger(now);
    if (!ledger) return {};
    ViewTable made{.title = title(), .columns = {"document", "expert", "score", "rank", "adds"}, .keys = {1}};
    if (now.trace) made.scales = {{2, fused_scale(*now.trace)}, {4, fused_scale(*now.trace)}};
    // Under another query it is still this document: rows are told apart by the expert alone.
    made.rows.push_back({ledger->id, std::string("fused"), ledger->score, ledger->rank > 0 ? ViewCell(static_cast<std::int64_t>(ledger->rank)) : ViewCell(), ledger->score});
    for (const ExpertLedger& part : ledger->experts)
        made.rows.push_back({ledger->id, part.name, part.raw, part.rank > 0 ? ViewCell(static_cast<std::int64_t>(part.rank)) : ViewCell(), part.used});
    return made;
}

bool DocumentView::is_looked_at(const Snapshot& now, std::size_t expert_idx) const {
    if (now.selection.expert >= 0) return now.selection.expert == static_cast<int>(expert_idx);
    return expert_idx >= 32 || (m_muted >> expert_idx & 1U) == 0;
}

void DocumentView::draw_contents(const Snapshot& now, Commands& out) {
    const auto ledger = ledger_or_state(now, "which of its words count, and for whom", out);
    if (!ledger) return;
    m_styles = ledger_styles(*ledger);
    handle_keys(now, *ledger, out);

    draw_head(now, *ledger, out);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool keys = has_keys();
    const bool visible = ImGui::BeginChild("##body", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar(); // the child's own padding, which tooltips and menus must not inherit
    if (visible) {
        if (keys) scroll_by_keys();
        if (m_shown != ledger->id) {
            m_shown = ledger->id;
            m_all_terms = m_all_missing = m_all_own = false;
            ImGui::SetScrollY(0);
        }
        draw_text_with_ink(now, *ledger, out);
        m_hovered_token = -1;
        for (std::size_t expert_idx = 0; expert_idx < ledger->experts.size(); ++expert_idx) {
            if (!is_looked_at(now, expert_idx)) continue;
            const ExpertLedger& part = ledger->experts[expert_idx];
            ImGui::PushID(static_cast<int>(expert_idx));
            switch (part.kind) {
            case ExpertKind::Lexical: draw_terms(now, part, m_styles[expert_idx], out); break;
            case ExpertKind::Local: draw_tokens(now, part, m_styles[expert_idx], out); break;
            case ExpertKind::Global: draw_whole(part, m_styles[expert_idx]); break;
            }
            ImGui::PopID();
        }
        ImGui::Dummy({0, dp(space::kUnit)});
    }
    ImGui::EndChild();
}

void DocumentView::draw_text_with_ink(const Snapshot& now, const Ledger& ledger, Commands& out) {
    const int follow = m_hovered_token >= 0 ? m_hovered_token : now.selection.query_token;
    const DocumentEvidence evidence = gather_evidence(ledger, m_styles, {.solo = now.selection.expert,
                                                              .muted = m_muted,
                                                              .query_token = follow,
                                                              .document_token = now.selection.document_token,
                                                              .term = now.selection.term});
    const float width = ImGui::GetContentRegionAvail().x - dp(6);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const int under = m_text.draw("Text", ledger.content, evidence.inks, width, out);
    tour_anchor(anchor::kText, at, {at.x + width, ImGui::GetCursorScreenPos().y});
    if (under < 0) return;
    // Everything that marks this stretch speaks, not only what was drawn last.
    const InkSpan& hit = evidence.inks[static_cast<std::size_t>(under)];
    if (!begin_explanation()) return;
    for (const InkSpan& each : evidence.inks) {
        if (each.end <= hit.begin || each.begin >= hit.end || each.kind == InkSpan::Kind::Outline) continue;
        const EvidenceNote& note = evidence.notes[static_cast<std::size_t>(each.tag)];
        const ExpertLedger& part = ledger.experts[note.expert_idx];
        const ImVec2 corner = ImGui::GetCursorScreenPos();
        draw_mark(*ImGui::GetWindowDrawList(), {corner.x + dp(5), corner.y + line_height(TextStyle::Small) / 2},
                  m_styles[note.expert_idx], 8, true);
        ImGui::SetCursorPosX(ImGui::GetCursorPosX() + dp(18));
        if (note.term_idx >= 0) {
            const auto& term = part.terms[static_cast<std::size_t>(note.term_idx)];
            label(term.word + "  " + format_score(term.query_weight, 2) + " × " + format_score(term.document_weight, 2) + " = " +
                      format_score(term.product, 2),
                  TextStyle::Small, colors().text);
        } else if (note.token_idx >= 0 && note.document_token >= 0) {
            const auto token_idx = static_cast<std::size_t>(note.token_idx), row = static_cast<std::size_t>(note.document_token);
            const double value = part.similarities.size() == part.tokens.size() * part.document_tokens.size()
                                     ? part.similarities[token_idx * part.document_tokens.size() + row]
                                     : part.tokens[token_idx].similarity;
            label(part.tokens[token_idx].query_token + " → " + (row < part.document_tokens.size() ? part.document_tokens[row] : "?") +
                      "  " + format_score(value, 2),
                  TextStyle::Small, colors().text);
        }
    }
    ImGui::EndTooltip();
}

void DocumentView::scroll_by_keys() {
    const ImGuiID owner = ImGui::GetID("##keys");
    const auto pressed = [&](ImGuiKey key) {
        ImGui::SetKeyOwner(key, owner); // or Dear ImGui's own navigation would take the step as well
        return ImGui::IsKeyPressed(key, ImGuiInputFlags_Repeat, owner);
    };
    const float page = std::max(ImGui::GetWindowHeight() - dp(40), dp(40));
    float by = 0;
    // Once Tab has brought the ring of the keyboard here, the arrows walk from item to item instead.
    if (!ImGui::GetIO().NavVisible) {
        if (pressed(ImGuiKey_DownArrow)) by = dp(50);
        if (pressed(ImGuiKey_UpArrow)) by = -dp(50);
    }
    if (pressed(ImGuiKey_PageDown)) by = page;
    if (pressed(ImGuiKey_PageUp)) by = -page;
    if (pressed(ImGuiKey_Home)) by = -ImGui::GetScrollMaxY();
    if (pressed(ImGuiKey_End)) by = ImGui::GetScrollMaxY();
    if (by != 0) ImGui::SetScrollY(std::clamp(ImGui::GetScrollY() + by, 0.0f, ImGui::GetScrollMaxY()));
}

void DocumentView::handle_keys(const Snapshot& now, const Ledger& ledger, Commands& out) const {
    if (has_keys()) judge_by_keys(now, ledger.id, out);
    if (!has_alt_keys()) return;
    Selection selection = now.selection;
    const int digit = alt_digit_pressed();
    if (digit > 0 && digit <= static_cast<int>(ledger.experts.size())) selection.expert = selection.expert == digit - 1 ? -1 : digit - 1;
    if (digit == 0) selection.expert = -1;
    if (selection != now.selection) out.emplace_back(Select{selection});
}

} // namespace cameo
