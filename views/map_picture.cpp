// The picture of the Map view: its points, how it is moved, and what is drawn around it.
#include "views/map_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/lasso.hpp"
#include "views/widgets/heat_scale.hpp"
#include "views/widgets/controls.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cameo {
namespace {

constexpr float kReach = 8; ///< how near the mouse has to be to a point

/// @param below under the point instead of beside it, where a neighbour's name stands there already
void name_place(ImDrawList& list, ImVec2 point, std::string_view text, bool below = false) {
    const float room = text_width(TextStyle::Small, text) + dp(8), line = line_height(TextStyle::Small);
    if (below) point = {point.x - room / 2 - dp(8), point.y + line / 2 + dp(10)};
    list.AddRectFilled({point.x + dp(8), point.y - line / 2}, {point.x + dp(8) + room, point.y + line / 2}, ink(colors().panel, 0.8f), dp(4));
    draw_their_text(list, {point.x + dp(12), point.y - line / 2 + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().text), text, dp(240));
}

} // namespace

ImVec2 MapView::Frame::on_screen(MapPlace place) const {
    return {middle.x + (place.x - center.x) * scale, middle.y + (place.y - center.y) * scale};
}

void MapView::fit(float width, float height) {
    float left = std::numeric_limits<float>::max(), right = std::numeric_limits<float>::lowest(), top = left, bottom = right;
    for (const MapPlace& place : m_map->places) {
        left = std::min(left, place.x);
        right = std::max(right, place.x);
        top = std::min(top, place.y);
        bottom = std::max(bottom, place.y);
    }
    m_center_x = (left + right) / 2;
    m_center_y = (top + bottom) / 2;
    m_scale = 0.94f * std::min(width / std::max(right - left, 1e-6f), height / std::max(bottom - top, 1e-6f)) / theme().scale;
    m_fit = false;
}

void MapView::move(ImVec2 middle, bool over, bool drags) {
    const ImGuiIO& io = ImGui::GetIO();
    if (over && io.MouseWheel != 0) {
        const float by = io.MouseWheel > 0 ? 1.25f : 0.8f, scale = m_scale * theme().scale;
        // What is under the mouse stays there.
        const float x = m_center_x + (io.MousePos.x - middle.x) / scale, y = m_center_y + (io.MousePos.y - middle.y) / scale;
        m_scale *= by;
        m_center_x = x - (x - m_center_x) / by;
        m_center_y = y - (y - m_center_y) / by;
    }
    if (drags && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 3)) {
        m_center_x -= io.MouseDelta.x / (m_scale * theme().scale);
        m_center_y -= io.MouseDelta.y / (m_scale * theme().scale);
    }
}

MapView::Dot MapView::dot(std::size_t place) const {
    switch (m_colour) {
    case Colour::Section:
        if (m_group[place] >= 0) return {ink(colors().groups[static_cast<std::size_t>(m_group[place]) % kGroupHues], 0.75f)};
        return {ink(colors().dim, 0.3f)};
    case Colour::Gate:
        if (m_map->first_choice[place] >= 0) return {ink(colors().experts[gate_hue(static_cast<std::size_t>(m_map->first_choice[place]))], 0.75f)};
        break;
    case Colour::Winner:
        if (m_winner[place] >= 0) return {hue(m_styles[static_cast<std::size_t>(m_winner[place])]), 1.8f, true};
        if (m_score[place] >= 0) return {ink(colors().text, 0.6f), 1.8f, true};
        return {ink(colors().dim, 0.2f)};
    case Colour::Score:
        if (m_score[place] < 0) return {ink(colors().dim, 0.2f)};
        return {ink(colors().accent, 0.3f + 0.7f * heat_strength(m_score[place])), 1.2f + 1.3f * m_score[place], true};
    case Colour::None: break;
    }
    return {ink(colors().dim, 0.55f)};
}

std::string MapView::dot_words(std::size_t place) const {
    switch (m_colour) {
    case Colour::Section: return m_map->sections[place].empty() ? std::string() : "section " + m_map->sections[place];
    case Colour::Gate: return m_map->first_choice[place] >= 0 ? "the gate's first choice: expert " + std::to_string(m_map->first_choice[place] + 1) : std::string();
    case Colour::Winner:
        if (m_winner[place] >= 0) return heading(m_trace->experts[static_cast<std::size_t>(m_winner[place])].name) + " ranks it best for this query";
        return m_score[place] >= 0 ? "several experts rank it best for this query" : "not among this query's documents";
    case Colour::Score: {
        const auto found = std::ranges::find(m_trace->documents, m_map->ids[place], &UnionDocument::id);
        if (m_score[place] < 0 || found == m_trace->documents.end()) return "not among this query's documents";
        return "score " + format_score(found->raw[m_map->expert_idx], 2) + " for this query";
    }
    case Colour::None: break;
    }
    return {};
}

std::size_t MapView::draw_dots(ImDrawList& list, const Frame& frame, bool over) const {
    const ImVec2 mouse = ImGui::GetIO().MousePos, white = ImGui::GetFontTexUvWhitePixel();
    std::size_t nearest = m_map->places.size();
    float nearest_distance = dp(kReach) * dp(kReach);
    // A small square: thousands of circles would be ten times the corners.
    const auto square = [&](ImVec2 point, float size, ImU32 color) {
        list.PrimReserve(6, 4);
        list.PrimRectUV({point.x - size, point.y - size}, {point.x + size, point.y + size}, white, white, color);
    };
    std::vector<std::size_t> asked;
    for (std::size_t place = 0; place < m_map->places.size(); ++place) {
        const ImVec2 point = frame.on_screen(m_map->places[place]);
        if (point.x < frame.min.x || point.x > frame.max.x || point.y < frame.min.y || point.y > frame.max.y) continue;
        const Dot shown = dot(place);
        if (shown.asked) asked.push_back(place);
        else square(point, frame.radius * shown.size, shown.color);
        const float dx = mouse.x - point.x, dy = mouse.y - point.y;
        if (over && dx * dx + dy * dy < nearest_distance) {
            nearest_distance = dx * dx + dy * dy;
            nearest = place;
        }
    }
    for (const std::size_t place : asked) {
        const ImVec2 point = frame.on_screen(m_map->places[place]);
        const Dot shown = dot(place);
        square(point, frame.radius * shown.size + dp(1), ink(colors().background));
        square(point, frame.radius * shown.size, shown.color);
    }
    return nearest;
}

void MapView::draw_marks(ImDrawList& list, const Frame& frame, const Snapshot& now) const {
    for (const std::size_t place : m_chosen)
        list.AddCircle(frame.on_screen(m_map->places[place]), frame.radius + dp(2), ink(colors().text, 0.8f), 8, dp(1));
    if (m_selected_place) {
        const ImVec2 point = frame.on_screen(m_map->places[*m_selected_place]);
        list.AddCircle(point, dp(7), ink(colors().accent), 0, dp(2));
        name_place(list, point, now.selection.document);
    }
    if (m_query_place) {
        const ImVec2 point = frame.on_screen(*m_query_place);
        list.AddNgonFilled(point, dp(8), ink(colors().text), 3);
        const ImVec2 other = m_selected_place ? frame.on_screen(m_map->places[*m_selected_place]) : ImVec2{-1e6f, 0};
        name_place(list, point, "the query", std::fabs(point.y - other.y) < line_height(TextStyle::Small) && std::fabs(point.x - other.x) < dp(200));
    }
}

void MapView::take_lasso(const Frame& frame, bool draws, bool held) {
    if (draws) m_lasso.push_back(ImGui::GetIO().MousePos);
    if (m_lasso.size() > 1) ImGui::GetWindowDrawList()->AddPolyline(m_lasso.data(), static_cast<int>(m_lasso.size()), ink(colors().accent), dp(1.5f));
    if (held || m_lasso.empty()) return;
    m_chosen.clear();
    if (m_lasso.size() > 4)
        for (std::size_t place = 0; place < m_map->places.size(); ++place)
            if (is_inside(frame.on_screen(m_map->places[place]), m_lasso)) m_chosen.push_back(place);
    m_lasso.clear();
}

void MapView::draw_points(const Snapshot& now, float width, float height, Commands& out) {
    const ImVec2 at = ImGui::GetCursorScreenPos(), end{at.x + width, at.y + height}, middle{at.x + width / 2, at.y + height / 2};
    const bool pressed = ImGui::InvisibleButton("Points", {width, height});
    const bool over = ImGui::IsItemHovered(), active = ImGui::IsItemActive();
    const ImGuiIO& io = ImGui::GetIO();
    // A press that moved the picture or drew a line selects nothing where it ends.
    const bool moved = io.MouseDragMaxDistanceSqr[ImGuiMouseButton_Left] > 9, lassoed = !m_lasso.empty();
    if (m_fit) fit(width, height);
    const bool lassos = active && (io.KeyShift || lassoed);
    move(middle, over, active && !lassos);
    // Few documents are drawn large, and all of them larger as one comes nearer.
    const float wanted = 0.16f * std::sqrt(width * height / static_cast<float>(m_map->places.size()));
    const float nearer = std::sqrt(std::max(m_scale * theme().scale * map_extent() / std::min(width, height), 0.2f));
    const Frame frame{at, end, middle, {m_center_x, m_center_y}, m_scale * theme().scale, std::clamp(wanted * nearer, dp(1.2f), dp(4.5f))};

    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.PushClipRect(at, end, true);
    list.AddRectFilled(at, end, ink(colors().background), dp(6));
    const std::size_t nearest = draw_dots(list, frame, over);
    draw_marks(list, frame, now);
    take_lasso(frame, lassos, active);
    list.PopClipRect();
    if (nearest == m_map->places.size()) {
        if (over && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) m_fit = true;
        return;
    }
    const std::string& id = m_map->ids[nearest];
    if (pressed && !lassoed && !moved) {
        Selection selection = now.selection;
        selection.document = id;
        out.emplace_back(Select{selection});
    }
    if (active || !begin_explanation()) return;
    label(id, TextStyle::Strong, colors().text);
    // Colour tells nothing alone.
    if (const std::string words = dot_words(nearest); !words.empty()) label(words, TextStyle::Small, colors().dim);
    if (m_colour != Colour::Section && !m_map->sections[nearest].empty()) label("section " + m_map->sections[nearest], TextStyle::Small, colors().dim);
    label("Press to select it.", TextStyle::Small, colors().dim);
    ImGui::EndTooltip();
}

} // namespace cameo
