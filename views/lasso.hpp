#pragma once

#include <imgui.h>

#include <vector>

namespace cameo {

/// Whether a point is inside of a closed line, by how often a ray from it crosses the line.
inline bool is_inside(ImVec2 point, const std::vector<ImVec2>& line) {
    bool inside = false;
    for (std::size_t at = 0, before = line.size() - 1; at < line.size(); before = at++) {
        const ImVec2 a = line[at], b = line[before];
        if ((a.y > point.y) != (b.y > point.y) && point.x < (b.x - a.x) * (point.y - a.y) / (b.y - a.y) + a.x) inside = !inside;
    }
    return inside;
}

} // namespace cameo
