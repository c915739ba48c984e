// Why one document stands above another: LedgerView's statement of a difference.
#include "views/ledger_view.hpp"

#include "views/draw.hpp"
#include "views/explain.hpp"
#include "views/format.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/statement_row.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

constexpr std::size_t kDifferencesShown = 12;

/// "Local adds 0.48 and Lexical 0.21 more; Global 0.16 less."
std::string difference_sentence(const LedgerDifference& difference, const std::string& a, const std::string& b, int decimals) {
    std::string more, less;
    std::vector<const ExpertDifference*> experts;
    for (const ExpertDifference& expert : difference.experts)
        experts.push_back(&expert);
    std::ranges::stable_sort(experts, [](const auto* one, const auto* other) { return std::fabs(one->used) > std::fabs(other->used); });
    for (const ExpertDifference* expert : experts) {
        if (expert->used == 0 || !std::isfinite(expert->used)) continue;
        std::string& side = expert->used > 0 ? more : less;
        side += (side.empty() ? "" : ", ") + expert_words(expert->name, expert->kind).title + " " +
                format_score(std::fabs(expert->used), decimals);
    }
    std::string text = a;
    if (difference.score == 0) return text.append(" and ").append(b).append(" have the same score.");
    text.append(difference.score > 0 ? " stands above " : " stands below ").append(b).append(" by ");
    text.append(format_score(std::fabs(difference.score), decimals));
    if (!more.empty()) text.append(". More from ").append(more);
    if (!less.empty()) text.append(more.empty() ? ". Less from " : "; less from ").append(less);
    return text.append(".");
}

} // namespace

void LedgerView::draw_difference(const Snapshot& now, const Ledger& ledger, Commands& out) {
    const LedgerDifference& difference = *m_statement.difference;
    const Ledger& other = *m_reference;
    ImGui::Dummy({0, dp(2)});
    paragraph(difference_sentence(difference, title_of(ledger), title_of(other), m_statement.decimals), TextStyle::Body, colors().text);
    ImGui::Dummy({0, dp(4)});
    StatementRow total{.id = "Score", .words = "Score", .value = difference.score, .decimals = m_statement.decimals, .strong = true};
    total.detail = format_score(ledger.score, m_statement.decimals) + " against " + format_score(other.score, m_statement.decimals);
    total.is_signed = true;
    statement_row(total);
    hover_text([&] { return "Exact: " + format_exact(ledger.score) + " \u2212 " + format_exact(other.score) + " = " + format_exact(difference.score); });
    for (std::size_t expert_idx = 0; expert_idx < difference.experts.size(); ++expert_idx) {
        const ExpertDifference& expert = difference.experts[expert_idx];
        const double both[] = {ledger.experts[expert_idx].raw, other.experts[expert_idx].raw};
        const int decimals = score_decimals(both);
        ImGui::PushID(static_cast<int>(expert_idx));
        StatementRow row{.id = "Expert", .words = expert_words(expert.name, expert.kind).title,
                         .detail = "raw " + format_score(both[0], decimals) + " against " + format_score(both[1], decimals),
                         .value = expert.used, .style = &m_styles[expert_idx], .largest = m_statement.largest,
                         .decimals = m_statement.decimals};
        row.is_signed = true;
        if (statement_row(row)) {
            Selection selection = now.selection;
            selection.expert = selection.expert == static_cast<int>(expert_idx) ? -1 : static_cast<int>(expert_idx);
            out.emplace_back(Select{selection});
        }
        hover_text([&] { return "Raw " + format_exact(both[0]) + " against " + format_exact(both[1]) + "\nAdds " +
                   format_exact(ledger.experts[expert_idx].used) + " against " + format_exact(other.experts[expert_idx].used) + ": " +
                   format_exact(expert.used); });
        ImGui::PopID();
    }
    StatementRow residual{.id = "Residual", .words = "residual", .value = difference.residual, .decimals = m_statement.decimals, .quiet = true};
    residual.is_signed = true;
    statement_row(residual);
    hover_text([&] { return "Exact: " + format_exact(difference.residual); });
    ImGui::Dummy({0, dp(space::kUnit)});
    draw_reasons(now, difference, out);
}

void LedgerView::sort_reasons(int expert) {
    m_reasons.clear();
    m_reasons_of = expert;
    if (!m_statement.difference) return;
    const LedgerDifference& difference = *m_statement.difference;
    const double unseen = 0.5 * std::pow(10.0, -m_statement.decimals); // a residual that would read as 0 says nothing
    for (std::size_t expert_idx = 0; expert_idx < difference.experts.size(); ++expert_idx) {
        if (expert >= 0 && expert != static_cast<int>(expert_idx)) continue;
        for (const LeafDifference& leaf : difference.experts[expert_idx].leaves)
            if (leaf.kind != Leaf::Kind::Residual || std::fabs(leaf.difference) >= unseen) m_reasons.push_back({expert_idx, &leaf});
    }
    // Raw scores of different experts have different units: they stay together, expert by expert.
    if (std::ranges::any_of(difference.experts, [](const ExpertDifference& each) { return !each.straight; })) return;
    std::ranges::stable_sort(m_reasons, [](const Reason& one, const Reason& other) { return std::fabs(one.leaf->difference) > std::fabs(other.leaf->difference); });
}

void LedgerView::draw_reasons(const Snapshot& now, const LedgerDifference& difference, Commands& out) {
    const bool ranks = std::ranges::any_of(difference.experts, [](const ExpertDifference& expert) { return !expert.straight; });
    section("Because", ranks ? "leaves of the raw scores: this fusion counts ranks" : "each leaf's share, the largest first");
    bool& open = m_open_difference;
    const std::size_t shown = open || m_reasons.size() <= kDifferencesShown + 1 ? m_reasons.size() : kDifferencesShown;
    for_rows_in_sight(shown, [&](std::size_t place) {
        const auto& [expert_idx, leaf] = m_reasons[place];
        ImGui::PushID(static_cast<int>(place));
        StatementRow row{.id = "Leaf", .words = leaf->words, .detail = format_score(leaf->a, 2) + " against " + format_score(leaf->b, 2),
                         .value = leaf->difference, .style = &m_styles[expert_idx], .decimals = m_statement.decimals, .piece = true};
        row.largest = ranks ? 0 : m_statement.largest;
        row.is_signed = row.marked = true;
        row.selected = is_selected(now, leaf->kind, leaf->key);
        if (statement_row(row) && leaf->key >= 0) select_leaf(now, expert_idx, leaf->kind, leaf->key, out);
        hover_text([&] { return leaf->words + "\n" + leaf_meaning(leaf->kind) + "\nExact: " + format_exact(leaf->a) + " against " +
                   format_exact(leaf->b) + ": " + format_exact(leaf->difference) + (ranks ? " of the raw score" : " of the fused score"); });
        ImGui::PopID();
    });
    if (m_reasons.empty())
        paragraph("No leaf differs.", TextStyle::Small, colors().dim);
    if (m_reasons.size() > kDifferencesShown + 1) {
        double rest = 0;
        for (std::size_t place = shown; place < m_reasons.size(); ++place)
            rest += m_reasons[place].leaf->difference;
        if (text_chip("##more", open ? "Fewer"
                                     : "And " + std::to_string(m_reasons.size() - shown) + " more" +
                                           (ranks ? std::string() : ", " + format_signed(rest, m_statement.decimals) + " together")))
            open = !open;
    }
    for (std::size_t expert_idx = 0; expert_idx < difference.experts.size(); ++expert_idx) {
        const ExpertDifference& expert = difference.experts[expert_idx];
        // Rounding is below every shown digit; a document from outside the union moves the norms, which is not.
        if (!(std::fabs(expert.rest) > 1e-6 * std::max(1.0, m_statement.largest))) continue;
        paragraph(expert_words(expert.name, expert.kind).title + ": " + format_signed(expert.rest, m_statement.decimals) +
                      " is left over, because a document that no expert brought was added to the others to be compared.",
                  TextStyle::Small, colors().dim);
    }
}

} // namespace cameo
