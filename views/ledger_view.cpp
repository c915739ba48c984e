#include "views/ledger_view.hpp"

#include "views/draw.hpp"
#include "views/explain.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/ledger_states.hpp"
#include "views/tour_anchor.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/statement_row.hpp"
#include "views/widgets/states.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace cameo {
namespace {

constexpr std::size_t kLeavesShown = 6;
constexpr std::size_t kOffered = 30; ///< documents to compare with

/// The ledger that is subtracted, once it is there.
std::shared_ptr<const Ledger> reference_of(const Snapshot& now) {
    return now.reference && now.reference->id == now.selection.reference ? now.reference : nullptr;
}

std::string rank_words(const Ledger& ledger) {
    return ledger.rank > 0 ? "rank " + format_count(ledger.rank) : "not among this query's documents";
}

} // namespace

LedgerView::LedgerView()
    : View("Ledger",
           {.what = "The fused score of the selected document, opened to what it is made of; with a second document, why one "
                    "stands above the other.",
            .formula = "Each expert's raw score is the sum of its leaves: words (query weight × document weight), token pairs "
                       "(similarity) or one inner product. The fusion turns it into what it adds: weight × (raw − offset) ÷ "
                       "divisor for sums. A leaf's share is weight ÷ divisor × leaf; the offset is the same for every document, "
                       "so that in a difference only leaves are left. Fusions that count ranks have no share for a leaf.",
            .reading = "Press a leaf: its words light up in the Document view. \u201CCompare with\u201D, or Shift and press in the "
                       "Query bench, subtracts another document. Every total is the sum of what is shown, and the residual says "
                       "what is left over.",
            .healthy = "The largest leaves are what a person would name as the reason.",
            .sick = "One leaf carries everything, the sum lives of many tiny leaves, or a residual is not small: compression or "
                    "another version of the weights."},
           true) {}

void LedgerView::follow(const Snapshot& now, std::shared_ptr<const Ledger> ledger) {
    auto reference = reference_of(now);
    if (ledger == m_ledger && now.trace == m_trace && reference == m_reference) {
        if (now.selection.expert != m_reasons_of) sort_reasons(now.selection.expert);
        return;
    }
    m_trace = now.trace;
    m_ledger = std::move(ledger);
    m_reference = std::move(reference);
    m_styles = ledger_styles(*m_ledger);
    m_statement = make_ledger_statement(m_trace.get(), *m_ledger, m_reference.get());
    sort_reasons(now.selection.expert);
}

void LedgerView::draw_contents(const Snapshot& now, Commands& out) {
    auto ledger = ledger_or_state(now, "its score, opened down to words and token pairs", out);
    if (!ledger) return;
    follow(now, std::move(ledger));
    const Ledger& shown = *m_ledger;
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##statement", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    if (visible) {
        draw_head(now, shown, out);
        if (m_statement.difference) {
            draw_difference(now, shown, out);
        } else if (now.selection.reference.empty()) {
            draw_score(now, shown, out);
        } else if (now.reference_phase == Phase::Failed) {
            strip(StripKind::Error, now.selection.reference + " did not open: " + now.reference_error);
            draw_score(now, shown, out);
        } else {
            loading_state("Opening the other score", now.selection.reference, out);
        }
        ImGui::Dummy({0, dp(space::kUnit)});
    }
    ImGui::EndChild();
}

void LedgerView::draw_head(const Snapshot& now, const Ledger& ledger, Commands& out) {
    const float width = ImGui::GetContentRegionAvail().x;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    bool cut = false;
    const float title = draw_their_text(list, {at.x, at.y + ascent(TextStyle::Title)}, TextStyle::Title, ink(colors().text),
                                        title_of(ledger), width, Align::Left, &cut);
    draw_text(list, {at.x + title + dp(10), at.y + ascent(TextStyle::Title)}, TextStyle::Small, ink(colors().dim),
              rank_words(ledger), width - title - dp(10));
    ImGui::InvisibleButton("Title", {width, line_height(TextStyle::Title)});
    if (cut) hover_text(title_of(ledger));
    draw_comparison(now, out);
}

void LedgerView::draw_comparison(const Snapshot& now, Commands& out) {
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(6)});
    const bool compares = !now.selection.reference.empty();
    if (text_chip("Compare with", compares ? "against " + now.selection.reference : "Compare with \u2026", compares))
        ImGui::OpenPopup("##others");
    hover_text("Subtract another document's score from this one's, leaf by leaf.");
    if (compares) {
        ImGui::SameLine(0, dp(6));
        if (text_chip("End comparison", "End the comparison")) {
            Selection selection = now.selection;
            selection.reference.clear();
            out.emplace_back(Select{selection});
        }
        ImGui::SameLine(0, dp(6));
        if (text_chip("Swap", "Turn it around")) {
            Selection selection = now.selection;
            std::swap(selection.document, selection.reference);
            out.emplace_back(Select{selection});
        }
        hover_text("Take this document from the other one instead.");
    }
    ImGui::PopStyleVar();
    if (!ImGui::BeginPopup("##others")) return;
    if (!now.trace || now.trace->fused.size() < 2) {
        label("This query found no other document.", TextStyle::Small, colors().dim);
    } else {
        for (std::size_t place = 0; place < std::min(now.trace->fused.size(), kOffered); ++place) {
            const auto& document = now.trace->documents[static_cast<std::size_t>(now.trace->fused[place].document)];
            if (document.id == now.selection.document) continue;
            const std::string row = std::to_string(place + 1) + "  " + (document.title.empty() ? document.id : document.title) +
                                    "##" + document.id;
            if (menu_item(row)) {
                Selection selection = now.selection;
                selection.reference = document.id;
                out.emplace_back(Select{selection});
            }
        }
    }
    ImGui::EndPopup();
}

void LedgerView::select_leaf(const Snapshot& now, std::size_t expert_idx, Leaf::Kind kind, std::int32_t key, Commands& out) const {
    const ExpertLedger& part = m_ledger->experts[expert_idx];
    Selection selection = now.selection;
    selection.term = selection.query_token = selection.document_token = -1;
    if (kind == Leaf::Kind::Term && now.selection.term != key) selection.term = key;
    if (kind == Leaf::Kind::Pair && now.selection.query_token != key) {
        selection.query_token = key;
        if (static_cast<std::size_t>(key) < part.tokens.size()) selection.document_token = part.tokens[static_cast<std::size_t>(key)].best;
    }
    // Its ink would be off where another expert is looked at alone.
    if (selection.expert >= 0 && selection.expert != static_cast<int>(expert_idx)) selection.expert = -1;
    out.emplace_back(Select{selection});
}

bool LedgerView::is_selected(const Snapshot& now, Leaf::Kind kind, std::int32_t key) {
    return key >= 0 && ((kind == Leaf::Kind::Term && now.selection.term == key) ||
                        (kind == Leaf::Kind::Pair && now.selection.query_token == key));
}

void LedgerView::draw_score(const Snapshot& now, const Ledger& ledger, Commands& out) {
    StatementRow total{.id = "Score", .words = "Score", .detail = ledger.fusion, .value = ledger.score, .strong = true};
    total.decimals = m_statement.decimals;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    statement_row(total);
    hover_text([&] { return "Exact: " + format_exact(ledger.score) + "\nThe sum of what the experts add, and a residual of " +
               format_exact(ledger.residual) + "."; });
    for (std::size_t expert_idx = 0; expert_idx < ledger.experts.size(); ++expert_idx) {
        ImGui::PushID(static_cast<int>(expert_idx));
        draw_expert(now, ledger.experts[expert_idx], expert_idx, out);
        ImGui::PopID();
        if (expert_idx == 0) tour_anchor(anchor::kSum, at, {at.x + width, ImGui::GetCursorScreenPos().y});
    }
    StatementRow residual{.id = "Residual", .words = "residual", .value = ledger.residual, .decimals = m_statement.decimals, .quiet = true};
    statement_row(residual);
    hover_text([&] { return "Exact: " + format_exact(ledger.residual) + "\nThe score minus the sum of the experts' parts."; });
}

void LedgerView::draw_expert(const Snapshot& now, const ExpertLedger& part, std::size_t expert_idx, Commands& out) {
    const auto words = expert_words(part.name, part.kind);
    const bool has_line = !m_statement.lines.empty();
    const FusionLine line = has_line ? m_statement.lines[expert_idx] : FusionLine{};
    const double largest[] = {part.raw};
    const int raw_decimals = score_decimals(largest);
    ImGui::Dummy({0, dp(4)});
    StatementRow head{.id = "Expert", .words = words.title, .detail = "raw " + format_score(part.raw, raw_decimals), .value = part.used,
                      .style = &m_styles[expert_idx], .largest = m_statement.largest, .decimals = m_statement.decimals, .strong = true};
    if (statement_row(head)) {
        Selection selection = now.selection;
        selection.expert = selection.expert == static_cast<int>(expert_idx) ? -1 : static_cast<int>(expert_idx);
        out.emplace_back(Select{selection});
    }
    hover_text([&] { return words.title + ", " + words.plain + ": " + words.technical + "\n\n" + words.formula + "\nRaw " + format_exact(part.raw) +
               ", rank " + std::to_string(part.rank) + ", adds " + format_exact(part.used) +
               (has_line ? " = " + line_words(line, part.raw, part.rank, m_trace->fusion) : "") + "."; });
    const bool shares = has_line && line.straight;
    const auto& list = m_statement.leaves[expert_idx];
    const std::size_t count = list.size() - 1; // the residual stands apart
    const std::uint32_t bit = expert_idx < 32 ? 1U << expert_idx : 0;
    const bool open = (m_open & bit) != 0;
    const std::size_t shown = open || count <= kLeavesShown + 1 ? count : kLeavesShown;
    const auto draw_leaf = [&](const Leaf& leaf, std::size_t place) {
        ImGui::PushID(static_cast<int>(place));
        StatementRow row{.id = "Leaf", .words = leaf.words, .detail = m_statement.details[expert_idx][place], .value = leaf.raw,
                         .style = &m_styles[expert_idx], .decimals = std::max(raw_decimals, 2), .indent = true, .piece = true};
        if (shares) {
            row.detail += (row.detail.empty() ? "" : " = ") + format_score(leaf.raw, std::max(raw_decimals, 2));
            row.value = line.slope() * leaf.raw;
            row.decimals = m_statement.decimals;
            row.largest = m_statement.largest;
        }
        row.quiet = leaf.kind == Leaf::Kind::Residual;
        row.selected = is_selected(now, leaf.kind, leaf.key);
        if (statement_row(row) && leaf.key >= 0) select_leaf(now, expert_idx, leaf.kind, leaf.key, out);
        hover_text([&] { return (leaf.kind == Leaf::Kind::Residual ? "" : leaf.words + "\n") + leaf_meaning(leaf.kind) + "\nExact: " + format_exact(leaf.raw) +
                   (shares ? ", adds " + format_exact(line.slope() * leaf.raw) + " to the fused score (" +
                                 format_figure(line.weight) + " ÷ " + format_figure(line.divisor) + " of it)"
                           : ""); });
        ImGui::PopID();
    };
    for_rows_in_sight(shown, [&](std::size_t place) { draw_leaf(list[place], place); });
    if (shown < count || (open && count > kLeavesShown + 1)) {
        double rest = 0;
        for (std::size_t place = shown; place < count; ++place)
            rest += (shares ? line.slope() : 1) * list[place].raw;
        ImGui::Indent(dp(26));
        if (text_chip("##more", open ? "Fewer" : "And " + std::to_string(count - shown) + " more, " +
                                                                   format_score(rest, m_statement.decimals) + " together"))
            m_open ^= bit;
        ImGui::Unindent(dp(26));
    }
    if (shares && line.offset != 0 && line.divisor != 0) {
        const bool lowest = m_trace->fusion.method == FusionMethod::MinMax;
        StatementRow row{.id = "Offset", .words = lowest ? "the lowest score" : "the average score",
                         .detail = format_score(-line.offset, std::max(raw_decimals, 2)), .value = -line.slope() * line.offset,
                         .style = &m_styles[expert_idx], .largest = m_statement.largest, .decimals = m_statement.decimals, .indent = true};
        statement_row(row);
        hover_text([&] { return "The fusion counts from here: every document of this query loses as much. Exact: " + format_exact(line.offset) +
                   ", which takes " + format_exact(line.slope() * line.offset) + " away."; });
    }
    draw_leaf(list.back(), count);
    if (has_line && !line.straight) {
        ImGui::Indent(dp(26));
        paragraph("This fusion counts ranks: rank " + std::to_string(part.rank) + " adds " + format_score(part.used, m_statement.decimals) +
                      ". The leaves are of the raw score, which decides the rank.",
                  TextStyle::Small, colors().dim);
        ImGui::Unindent(dp(26));
    }
}

std::optional<ViewTable> LedgerView::table(const Snapshot& now) const {
    const auto ledger = selected_ledger(now);
    if (!ledger) return {};
    auto made = ledger_table(*ledger, make_ledger_statement(now.trace.get(), *ledger, reference_of(now).get()), title());
    if (now.trace && made.columns.size() == 4) made.scales = {{2, now.trace->model_version}, {3, fused_scale(*now.trace)}};
    return made;
}

} // namespace cameo
