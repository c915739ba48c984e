#include "views/explain.hpp"

#include "core/search/leaves.hpp"
#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

constexpr float kTooltipWidth = 400;

/// One line with a figure at its right end.
void line(std::string_view left, std::string_view right, TextStyle left_style, Rgb left_color, const ExpertStyle* mark) {
    const float width = dp(kTooltipWidth);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = line_height(left_style) + dp(2);
    const float baseline = at.y + ascent(left_style);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    float x = at.x;
    if (mark) {
        draw_mark(list, {x + dp(5), at.y + line_height(left_style) / 2}, *mark, 8, true);
        x += dp(18);
    }
    const float figure = draw_text(list, {at.x + width, baseline}, TextStyle::Mono, ink(colors().text), right, width,
                                   Align::Right);
    draw_text(list, {x, baseline}, left_style, ink(left_color), left, at.x + width - figure - dp(8) - x);
    ImGui::Dummy({width, height});
}

void indented(std::string_view text, Rgb color) {
    if (text.empty()) return;
    ImGui::Indent(dp(18));
    paragraph(text, TextStyle::Small, color, dp(kTooltipWidth - 18));
    ImGui::Unindent(dp(18));
}

double raw_of(const Trace& trace, std::int32_t document, std::size_t expert_idx) {
    const auto& raw = trace.documents[static_cast<std::size_t>(document)].raw;
    return expert_idx < raw.size() ? static_cast<double>(raw[expert_idx]) : std::nan("");
}

void heading_line(const UnionDocument& document, std::string_view rank) {
    const std::string_view name = document.title.empty() ? std::string_view(document.id) : std::string_view(document.title);
    line(name, rank, TextStyle::Strong, colors().text, nullptr);
}

const ExpertLedger* part_of(const Ledger* ledger, std::size_t expert_idx) {
    return ledger && expert_idx < ledger->experts.size() ? &ledger->experts[expert_idx] : nullptr;
}

} // namespace

std::string top_leaves(const ExpertLedger& part, std::size_t at_most, int decimals) {
    auto list = leaves(part);
    std::erase_if(list, [](const Leaf& leaf) { return leaf.kind == Leaf::Kind::Residual || leaf.kind == Leaf::Kind::Product; });
    std::string text;
    for (std::size_t leaf_idx = 0; leaf_idx < std::min(at_most, list.size()); ++leaf_idx)
        text += (leaf_idx > 0 ? " · " : "") + list[leaf_idx].words + " " + format_score(list[leaf_idx].raw, decimals);
    if (list.size() > at_most) text += " · and " + std::to_string(list.size() - at_most) + " more";
    return text;
}

std::string line_words(const FusionLine& line, double raw, std::int32_t rank, const FusionSpec& spec) {
    if (!std::isfinite(raw)) return "0: its score is not a number";
    const std::string weight = format_exact(line.weight);
    if (spec.method == FusionMethod::Rrf) return weight + " ÷ (" + format_exact(spec.rrf_k) + " + " + std::to_string(rank) + ")";
    if (spec.method == FusionMethod::ReciprocalRank) return weight + " ÷ " + std::to_string(rank);
    if (line.divisor == 0) return "0: all its scores are equal";
    if (spec.method == FusionMethod::Sum || spec.method == FusionMethod::Weighted) return weight + " × " + format_figure(raw);
    const std::string shift =
        line.offset < 0 ? " + " + format_figure(-line.offset) : " \u2212 " + format_figure(line.offset);
    return weight + " × (" + format_figure(raw) + shift + ") ÷ " + format_figure(line.divisor);
}

std::string used_words(const Trace& trace, std::int32_t document, std::size_t expert_idx) {
    const auto& ranks = trace.documents[static_cast<std::size_t>(document)].rank;
    return line_words(fusion_lines(trace)[expert_idx], raw_of(trace, document, expert_idx),
                      expert_idx < ranks.size() ? ranks[expert_idx] : 0, trace.fusion);
}

const Ledger* find_ledger(const Trace& trace, const Ledger* current, std::string_view document_id) {
    if (current && current->id == document_id) return current;
    const auto found = std::find_if(trace.ledgers.begin(), trace.ledgers.end(),
                                    [&](const Ledger& ledger) { return ledger.id == document_id; });
    return found == trace.ledgers.end() ? nullptr : &*found;
}

void explain_fused_score(const Trace& trace, const BenchRows& rows, std::int32_t document, const Ledger* ledger) {
    const auto position = static_cast<std::size_t>(document);
    const std::int32_t hit_idx = rows.hit_of[position];
    if (hit_idx < 0) return;
    const FusedHit& hit = trace.fused[static_cast<std::size_t>(hit_idx)];
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(8), dp(4)});
    heading_line(trace.documents[position], "rank " + format_count(rows.fused.rank[position]) + " of " +
                                                format_count(static_cast<std::int64_t>(rows.fused.order.size())));
    const SumText sum = format_sum(hit.score, hit.used, rows.fused.decimals);
    {
        const FontScope mono(TextStyle::Mono);
        ImGui::TextUnformatted(to_string(sum).c_str());
    }
    ImGui::Dummy({0, dp(2)});
    for (std::size_t expert_idx = 0; expert_idx < std::min(trace.experts.size(), hit.used.size()); ++expert_idx) {
        const auto words = expert_words(trace.experts[expert_idx].name, trace.experts[expert_idx].kind);
        const int raw_decimals = rows.experts[expert_idx].decimals;
        line(words.title + "  raw " + format_score(raw_of(trace, document, expert_idx), raw_decimals) + ", rank " +
                 format_count(rows.experts[expert_idx].rank[position]),
             format_signed(hit.used[expert_idx], sum.decimals), TextStyle::Body, colors().text, &rows.styles[expert_idx]);
        indented(used_words(trace, document, expert_idx), colors().text);
        if (const auto* part = part_of(ledger, expert_idx)) indented(top_leaves(*part, 3), colors().dim);
    }
    ImGui::Dummy({0, dp(2)});
    const bool spreads = trace.fusion.method == FusionMethod::MinMax || trace.fusion.method == FusionMethod::ZScore ||
                         trace.fusion.method == FusionMethod::Adaptive;
    paragraph("Each part is " + std::string(fusion_words(trace.fusion.method).formula) +
                  (spreads ? ", over the " + format_count(static_cast<std::int64_t>(trace.documents.size())) +
                                 " documents compared" : "") +
                  ". Exact: " + format_exact(hit.score) + ", residual " + format_exact(hit.residual) + "." +
                  (rows.fused.scale.low < 0 ? " The upright line in the bar is zero: parts to its left take away." : ""),
              TextStyle::Small, colors().dim, dp(kTooltipWidth));
    if (!ledger)
        paragraph("Select the document to see its words and token pairs.", TextStyle::Small, colors().dim,
                  dp(kTooltipWidth));
    ImGui::PopStyleVar();
}

void explain_expert_score(const Trace& trace, const BenchRows& rows, std::int32_t document, std::size_t expert_idx,
                          const Ledger* ledger) {
    const auto position = static_cast<std::size_t>(document);
    const auto& expert = trace.experts[expert_idx];
    const auto words = expert_words(expert.name, expert.kind);
    const double raw = raw_of(trace, document, expert_idx);
    const std::int32_t own = rows.experts[expert_idx].rank[position], fused = rows.fused.rank[position];
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(8), dp(4)});
    heading_line(trace.documents[position], "rank " + format_count(own));
    line(words.title, format_score(raw, rows.experts[expert_idx].decimals), TextStyle::Body, colors().text,
         &rows.styles[expert_idx]);
    if (const auto* part = part_of(ledger, expert_idx)) {
        indented(top_leaves(*part, 6), colors().text);
        indented("residual " + format_exact(part->residual), colors().dim);
    }
    ImGui::Dummy({0, dp(2)});
    std::string story = "Exact: " + format_exact(raw) + ". " + words.formula + ".";
    const bool found = (trace.documents[position].brought_by >> expert_idx & 1U) != 0;
    story += found ? "\n" + words.title + " found it among its own " + std::to_string(trace.depth) + " candidates."
                   : "\n" + words.title + " did not find it by itself; another expert brought it, and " + words.title +
                         " scored it afterwards.";
    if (fused > 0)
        story += " The fusion ranks it " + format_count(fused) +
                 (fused > kTopK ? ": not in the fused top " + std::to_string(kTopK) + "." : ".");
    if (rows.experts[expert_idx].scale.low < 0) story += " The upright line in the bar is zero.";
    paragraph(story, TextStyle::Small, colors().dim, dp(kTooltipWidth));
    ImGui::PopStyleVar();
}

} // namespace cameo
