#include "views/missing_chain.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/widgets/controls.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace cameo {
namespace {

using Mark = MissingStep::Mark;

/// A tick in a round, a bare triangle with a sign, a cross in a square: told apart without their colours.
void draw_step_mark(ImDrawList& list, ImVec2 center, const MissingStep& step) {
    const float radius = dp(8);
    if (step.mark == Mark::Kept) {
        list.AddCircle(center, radius, ink(colors().dim), 0, dp(1.5f));
        draw_icon(list, center, icon::kCheck, ink(colors().text), 13);
    } else if (step.mark == Mark::Doubtful) {
        draw_icon(list, center, icon::kAlert, ink(colors().text), 16);
    } else if (!step.decisive) {
        list.AddRect({center.x - radius + dp(1), center.y - radius + dp(1)}, {center.x + radius - dp(1), center.y + radius - dp(1)}, ink(colors().dim), dp(3), dp(1.5f));
        draw_icon(list, center, icon::kClose, ink(colors().dim), 12);
    } else {
        list.AddRectFilled({center.x - radius, center.y - radius}, {center.x + radius, center.y + radius}, ink(colors().error), dp(3));
        draw_icon(list, center, icon::kClose, ink(colors().panel), 13);
    }
}

} // namespace

std::vector<MissingStep> missing_steps(const MissingDocument& missing, const MissingExpert& expert) {
    using Stage = MissingDocument::Stage;
    std::vector<MissingStep> steps;
    const std::string depth = format_count(missing.depth), rank = format_count(expert.rank), of = format_count(missing.indexed), within = format_count(missing.within);
    if (expert.truncated)
        steps.push_back({Mark::Doubtful, "reads its beginning only", "The document is longer than this expert reads: what stands behind that counts for nothing."});
    else steps.push_back({Mark::Kept, "reads all of it", "The whole document is within what this expert reads."});
    if (expert.lost)
        steps.push_back({Mark::Lost, "not found by its approximate search",
                         "By exact scores it is at rank " + rank + " of " + of + " documents, within the " + depth + " candidates that were asked for; the approximate search missed it.",
                         missing.stage == Stage::Search});
    else if (expert.candidate)
        steps.push_back({Mark::Kept, "among its " + depth + " candidates", "By exact scores it is at rank " + rank + " of " + of + " documents. It brought the document into what is fused."});
    else if (expert.kind == ExpertKind::Lexical && !(expert.raw > 0))
        steps.push_back({Mark::Lost, "shares no term with the query", "A lexical expert's candidates share a term with the query: no depth would bring this one."});
    else
        steps.push_back({Mark::Lost, "rank " + rank + ", behind its " + depth + " candidates",
                         "By exact scores over all " + of + " documents. At " + rank + " candidates this expert would bring it.", missing.stage == Stage::Depth});
    if (expert.rank <= missing.within) steps.push_back({Mark::Kept, "rank " + rank + ": among its own first " + within, "If this expert were alone, the document would be there."});
    else {
        const std::string short_by = std::isfinite(expert.short_by) ? format_score(expert.short_by, score_decimals(std::span(&expert.short_by, 1))) + " short of its own first " + within : "behind its own first " + within;
        steps.push_back({Mark::Lost, short_by, "Its score is " + format_exact(expert.raw) + ", its rank " + rank + " of " + of + "; what stands at " + within + " has " +
                                                   (std::isfinite(expert.short_by) ? format_exact(expert.short_by) + " more." : "more.")});
    }
    return steps;
}

MissingStep fusion_step(const MissingDocument& missing) {
    const std::string rank = format_count(missing.rank), within = format_count(missing.within);
    const bool outside = missing.stage == MissingDocument::Stage::Depth || missing.stage == MissingDocument::Stage::Search;
    if (outside) return {Mark::Lost, "not fused: no expert brought it", "If it had been brought along, it would stand at rank " + rank + " under " + missing.fusion + "."};
    if (missing.rank > missing.within) return {Mark::Lost, "rank " + rank + " after the fusion", "Every expert scored it, and " + missing.fusion + " puts others above it.", missing.stage == MissingDocument::Stage::Fusion};
    return {Mark::Kept, "rank " + rank + " after the fusion", "It is among the first " + within + " under " + missing.fusion + "."};
}

void draw_chain(const std::vector<MissingStep>& steps) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float height = dp(24), width = ImGui::GetContentRegionAvail().x;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    for (std::size_t each = 0; each < steps.size(); ++each) {
        const MissingStep& step = steps[each];
        const ImVec2 at = ImGui::GetCursorScreenPos();
        if (each > 0) list.AddLine({at.x + dp(8), at.y - dp(4)}, {at.x + dp(8), at.y + dp(4)}, ink(colors().line), dp(1.5f));
        ImGui::PushID(static_cast<int>(each));
        ImGui::InvisibleButton("Step", {width, height});
        ImGui::PopID();
        hover_text(step.help);
        draw_step_mark(list, {at.x + dp(8), at.y + height / 2}, step);
        draw_text(list, {at.x + dp(24), std::round(at.y + (height - line_height(TextStyle::Small)) / 2 + ascent(TextStyle::Small))},
                  step.decisive ? TextStyle::SmallStrong : TextStyle::Small, ink(step.mark == Mark::Lost && !step.decisive ? colors().dim : colors().text), step.words, width - dp(24));
    }
    ImGui::PopStyleVar();
    ImGui::Dummy({0, dp(2)});
}

} // namespace cameo
