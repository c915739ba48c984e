// The triangle of all judged queries: CompetitionView's bubbles and the lasso around them.
#include "views/competition_view.hpp"

#include "views/draw.hpp"
#include "views/evaluation_words.hpp"
#include "views/format.hpp"
#include "views/lasso.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/mix_triangle.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace cameo {
namespace {

constexpr float kPi = std::numbers::pi_v<float>;
constexpr float kSmallest = 2.2f; ///< radius of a bubble; as small as this it is a square, since thousands of circles are slow
constexpr float kLargest = 18;    ///< larger it would hide others: its number stands beside it instead

} // namespace

ImU32 CompetitionView::category_color(std::size_t category, float alpha) const {
    if (category >= m_categories.size()) return ink(colors().dim, alpha);
    return hue(category_style(category), alpha);
}

void CompetitionView::draw_bubble(ImDrawList& list, const Bubble& bubble, bool own) const {
    const float radius = bubble.radius;
    // A pie of the categories that it holds.
    float from = -kPi / 2;
    for (const auto& [category, count] : bubble.parts) {
        const float to = from + 2 * kPi * static_cast<float>(count) / static_cast<float>(bubble.instances.size());
        if (radius <= dp(kSmallest)) {
            list.AddRectFilled({bubble.at.x - radius, bubble.at.y - radius}, {bubble.at.x + radius, bubble.at.y + radius}, category_color(category, 0.75f));
            break;
        }
        if (bubble.parts.size() == 1) {
            list.AddCircleFilled(bubble.at, radius, category_color(category, 0.75f));
        } else {
            list.PathLineTo(bubble.at);
            list.PathArcTo(bubble.at, radius, from, to);
            list.PathFillConvex(category_color(category, 0.75f));
        }
        from = to;
    }
    if (radius >= dp(kLargest))
        draw_text(list, {bubble.at.x + radius + dp(4), bubble.at.y - line_height(TextStyle::Small) / 2 + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().text),
                  format_count(static_cast<std::int64_t>(bubble.instances.size())) + " alike");
    if (bubble.chosen) list.AddCircle(bubble.at, radius + dp(2), ink(colors().accent), 0, dp(2));
    if (own) list.AddCircle(bubble.at, radius + dp(4), ink(colors().text), 0, dp(2));
}

void CompetitionView::draw_legend() const {
    const float height = line_height(TextStyle::Small) + dp(4);
    for (std::size_t category = 0; category < m_categories.size(); ++category) {
        const float width = dp(14) + text_width(TextStyle::Small, m_categories[category]);
        if (category > 0) flow_next(width, dp(12));
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImDrawList& list = *ImGui::GetWindowDrawList();
        draw_mark(list, {at.x + dp(5), at.y + dp(8)}, category_style(category), 8, true);
        draw_their_text(list, {at.x + dp(14), at.y + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().dim), m_categories[category]);
        ImGui::Dummy({width, height});
    }
}

void CompetitionView::draw_instances(const Snapshot& now, float width, float height) {
    draw_legend();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const TrianglePlace place = TrianglePlace::within(at, {width, height});
    ImGui::InvisibleButton("Instances", {width, place.height()});
    const bool active = ImGui::IsItemActive(), over = ImGui::IsItemHovered();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddTriangleFilled(place.corners[0], place.corners[1], place.corners[2], ink(colors().raised));
    const std::array<double, 3> even{1, 1, 1};
    for (const ImVec2& corner : place.corners) list.AddLine(corner, place.at(even), ink(colors().line), dp(1));
    std::vector<std::string> names;
    for (const std::string& name : m_names) names.push_back(heading(name));
    place.name_corners(list, names, m_styles);
    const auto total = static_cast<float>(m_instances->size());
    const Bubble* under = nullptr;
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    for (Bubble& bubble : m_bubbles) {
        bubble.at = place.at(bubble.weights);
        bubble.radius = std::clamp(dp(44) * std::sqrt(static_cast<float>(bubble.instances.size()) / total), dp(kSmallest), dp(kLargest));
        draw_bubble(list, bubble, m_own && &bubble == &m_bubbles[m_bubble_of[*m_own]]);
        const float dx = mouse.x - bubble.at.x, dy = mouse.y - bubble.at.y, reach = bubble.radius + dp(3);
        if (over && dx * dx + dy * dy <= reach * reach) under = &bubble; // the smallest lies on top
    }
    take_lasso(active, under);
    if (under && !active) explain_bubble(now, *under);
}

/// Drawn while the button is held, closed when it is let go; hardly moved, it is a press.
void CompetitionView::take_lasso(bool drawing, const Bubble* under) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    if (drawing && (m_lasso.empty() || std::fabs(m_lasso.back().x - mouse.x) + std::fabs(m_lasso.back().y - mouse.y) > dp(3))) m_lasso.push_back(mouse);
    if (m_lasso.size() > 1)
        ImGui::GetWindowDrawList()->AddPolyline(m_lasso.data(), static_cast<int>(m_lasso.size()), ink(colors().accent), dp(1.5f));
    if (drawing || m_lasso.empty()) return;
    m_chosen.clear();
    for (Bubble& bubble : m_bubbles) {
        bubble.chosen = m_lasso.size() > 4 ? is_inside(bubble.at, m_lasso) : &bubble == under;
        if (bubble.chosen) m_chosen.insert(m_chosen.end(), bubble.instances.begin(), bubble.instances.end());
    }
    std::ranges::sort(m_chosen); // those of one query stand together
    m_lasso.clear();
}

void CompetitionView::explain_bubble(const Snapshot& now, const Bubble& bubble) const {
    if (!begin_explanation()) return;
    std::string ranks, weights;
    for (std::size_t each = 0; each < m_names.size(); ++each) {
        ranks.append(ranks.empty() ? "" : " : ").append(format_rank((*m_instances)[bubble.instances.front()].ranks[each]));
        weights.append(weights.empty() ? "" : " : ").append(format_score(bubble.weights[each], 2));
    }
    label(format_count(static_cast<std::int64_t>(bubble.instances.size())) + (bubble.instances.size() == 1 ? " instance, ranks " : " instances, ranks ") + ranks, TextStyle::Body,
          colors().text);
    label("weights " + weights, TextStyle::Mono, colors().dim);
    for (std::size_t place = 0; place < std::min<std::size_t>(3, bubble.instances.size()); ++place)
        label(now.judged.scores->judged.queries[(*m_instances)[bubble.instances[place]].query].text, TextStyle::Small, colors().dim);
    ImGui::EndTooltip();
}

} // namespace cameo
