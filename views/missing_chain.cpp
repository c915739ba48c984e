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

float step_width(const MissingStep& step) { return dp(24) + text_width(TextStyle::Small, step.words) + dp(8); }

/// A tick in a round, a bare triangle with a sign, a cross in a square: told apart without their colours.
void draw_step_mark(ImDrawList& list, ImVec2 center, Mark mark) {
    const float radius = dp(8);
    if (mark == Mark::Kept) {
        list.AddCircle(center, radius, ink(colors().dim), 0, dp(1.5f));
        draw_icon(list, center, icon::kCheck, ink(colors().text), 13);
    } else if (mark == Mark::Doubtful) {
        draw_icon(list, center, icon::kAlert, ink(colors().text), 16);
    } else {
        list.AddRectFilled({center.x - radius, center.y - radius}, {center.x + radius, center.y + radius}, ink(colors().error), dp(3));
        draw_icon(list, center, icon::kClose, ink(colors().panel), 13);
    }
}

} // namespace

std::vector<MissingStep> missing_steps(const MissingDocument& missing, const MissingExpert& expert) {
    std::vector<MissingStep> steps;
    const std::string depth = format_count(missing.depth), rank = format_count(expert.rank), of = format_count(missing.indexed), within = format_count(missing.within);
    if (expert.truncated)
        steps.push_back({Mark::Doubtful, "reads its beginning only", "The document is longer than this expert reads: what stands behind that counts for nothing."});
    else steps.push_back({Mark::Kept, "reads all of it", "The whole document is within what this expert reads."});
    if (expert.lost)
        steps.push_back({Mark::Lost, "not found by its approximate search",
                         "By exact scores it is at rank " + rank + " of " + of + " documents, within the " + depth + " candidates that were asked for; the approximate search missed it."});
    else if (expert.candidate)
        steps.push_back({Mark::Kept, "among its " + depth + " candidates", "By exact scores it is at rank " + rank + " of " + of + " documents. It brought the document into what is fused."});
    else if (expert.kind == ExpertKind::Lexical && !(expert.raw > 0))
        steps.push_back({Mark::Lost, "shares no term with the query", "A lexical expert's candidates share a term with the query: no depth would bring this one."});
    else
        steps.push_back({Mark::Lost, "rank " + rank + ", behind its " + depth + " candidates",
                         "By exact scores over all " + of + " documents. At " + rank + " candidates this expert would bring it."});
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
    if (missing.rank > missing.within) return {Mark::Lost, "rank " + rank + " after the fusion", "Every expert scored it, and " + missing.fusion + " puts others above it."};
    return {Mark::Kept, "rank " + rank + " after the fusion", "It is among the first " + within + " under " + missing.fusion + "."};
}

void draw_chain(const std::vector<MissingStep>& steps) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float height = dp(26), right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x, left = ImGui::GetCursorScreenPos().x;
    const float gap = dp(18);
    ImVec2 at = ImGui::GetCursorScreenPos();
    for (std::size_t each = 0; each < steps.size(); ++each) {
        const MissingStep& step = steps[each];
        const float width = std::min(step_width(step), right - left);
        if (each > 0) {
            const bool fits = at.x + gap + width <= right;
            if (!fits) {
                // The chain goes on in the next line, under its first link.
                list.AddLine({left + dp(8), at.y + height - dp(4)}, {left + dp(8), at.y + height + dp(5)}, ink(colors().line), dp(1.5f));
                at = {left, at.y + height};
            } else {
                list.AddLine({at.x, at.y + height / 2}, {at.x + gap - dp(4), at.y + height / 2}, ink(colors().line), dp(1.5f));
                at.x += gap;
            }
        }
        ImGui::SetCursorScreenPos(at);
        ImGui::PushID(static_cast<int>(each));
        ImGui::InvisibleButton("Step", {width, height});
        ImGui::PopID();
        hover_text(step.help);
        draw_step_mark(list, {at.x + dp(8), at.y + height / 2}, step.mark);
        draw_text(list, {at.x + dp(22), std::round(at.y + (height - line_height(TextStyle::Small)) / 2 + ascent(TextStyle::Small))},
                  step.mark == Mark::Lost ? TextStyle::SmallStrong : TextStyle::Small, ink(colors().text), step.words, width - dp(22));
        at.x += width;
    }
    ImGui::SetCursorScreenPos({left, at.y + height});
    ImGui::Dummy({0, 0});
}

} // namespace cameo
