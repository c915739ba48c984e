#include "app/picture/shape_batch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace cameo {

namespace {

unsigned int alpha(ImU32 color) { return color >> IM_COL32_A_SHIFT & 0xFF; }

ImU32 mean(const std::array<ImDrawVert, 3>& corners) {
    ImU32 result = 0;
    for (const int shift : {IM_COL32_R_SHIFT, IM_COL32_G_SHIFT, IM_COL32_B_SHIFT, IM_COL32_A_SHIFT}) {
        ImU32 sum = 0;
        for (const ImDrawVert& corner : corners) sum += corner.col >> shift & 0xFF;
        result |= (sum + 1) / 3 << shift;
    }
    return result;
}

bool touch(const Facet& first, const Facet& second) {
    return std::ranges::any_of(first, [&](ImVec2 corner) {
        return std::ranges::any_of(second, [&](ImVec2 other) { return other.x == corner.x && other.y == corner.y; });
    });
}

Rectangle box_of(const std::vector<Loop>& loops) {
    constexpr float kInfinite = std::numeric_limits<float>::max();
    Rectangle box{{kInfinite, kInfinite}, {-kInfinite, -kInfinite}};
    for (const Loop& loop : loops)
        for (const ImVec2 corner : loop) {
            box.min = {std::min(box.min.x, corner.x), std::min(box.min.y, corner.y)};
            box.max = {std::max(box.max.x, corner.x), std::max(box.max.y, corner.y)};
        }
    return box;
}

} // namespace

bool ShapeBatch::goes_on(const Facet& triangle, ImU32 color, const Rectangle& clip) const {
    if (m_triangles.empty() || m_shaded || color != m_color) return false;
    const bool same_clip = clip.min.x == m_clip.min.x && clip.min.y == m_clip.min.y && clip.max.x == m_clip.max.x && clip.max.y == m_clip.max.y;
    if (!same_clip || alpha(color) == 255) return same_clip;
    // Where translucent shapes lie on each other the colour is deeper: each is an element of its own.
    return std::ranges::any_of(triangle, [&](ImVec2 corner) { return m_corners.contains({corner.x, corner.y}); });
}

void ShapeBatch::add(const std::array<ImDrawVert, 3>& corners, const Rectangle& clip) {
    // The blurred edge that Dear ImGui puts around shapes for screens ends in nothing; an SVG's renderer makes its own.
    if (std::ranges::any_of(corners, [](const ImDrawVert& corner) { return alpha(corner.col) == 0; })) return;
    const Facet triangle{corners[0].pos, corners[1].pos, corners[2].pos};
    const auto [left, right] = std::ranges::minmax({triangle[0].x, triangle[1].x, triangle[2].x});
    const auto [top, bottom] = std::ranges::minmax({triangle[0].y, triangle[1].y, triangle[2].y});
    const auto seen = common(clip, m_out.picture());
    if (!seen || !common({{left, top}, {right, bottom}}, *seen)) return;
    // A cell of a shading may happen to have one colour.
    const bool shaded = corners[0].col != corners[1].col || corners[0].col != corners[2].col || (m_last_cell && touch(*m_last_cell, triangle));
    const ImU32 color = mean(corners);
    m_last_cell = shaded ? std::optional(triangle) : std::nullopt;
    if (shaded || !goes_on(triangle, color, clip)) flush();
    m_triangles.push_back(triangle);
    m_color = color;
    m_clip = clip;
    m_shaded = shaded;
    if (alpha(color) < 255)
        for (const ImVec2 corner : triangle) m_corners.emplace(corner.x, corner.y);
}

void ShapeBatch::flush() {
    if (m_triangles.empty()) return;
    const std::vector<Loop> loops = outline(m_triangles);
    m_triangles.clear();
    m_corners.clear();
    if (loops.empty()) return;
    std::string text;
    if (const auto rectangle = loops.size() == 1 ? as_rectangle(loops.front()) : std::nullopt) {
        text.append("<rect x=\"").append(m_out.x(rectangle->min.x)).append("\" y=\"").append(m_out.y(rectangle->min.y));
        text.append("\" width=\"").append(svg_figure(rectangle->max.x - rectangle->min.x)).append("\" height=\"");
        text.append(svg_figure(rectangle->max.y - rectangle->min.y)).append("\" ");
    } else {
        text += "<path d=\"";
        for (const Loop& loop : loops) {
            char step = 'M';
            for (const ImVec2 corner : loop) {
                text.append(1, step).append(m_out.x(corner.x)).append(" ").append(m_out.y(corner.y));
                step = 'L';
            }
            text += 'Z';
        }
        text += "\" ";
    }
    text += svg_fill(m_color);
    // Between cells of a shading the ground would shine through two soft edges.
    if (m_shaded) text += " shape-rendering=\"crispEdges\"";
    text += "/>";
    m_out.element(text, box_of(loops), m_clip);
}

} // namespace cameo
