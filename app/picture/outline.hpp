#pragma once

#include <array>
#include <imgui.h>
#include <optional>
#include <span>
#include <vector>

namespace cameo {

using Facet = std::array<ImVec2, 3>;
/// Corners of a closed line, without the first one again at the end.
using Loop = std::vector<ImVec2>;

/// The edge of what triangles cover together: edges that two of them share by their corners are gone. Filled by the
/// nonzero rule it covers what the triangles do, holes included. Triangles without an area are left out.
std::vector<Loop> outline(std::span<const Facet> triangles);

struct Rectangle {
    ImVec2 min, max;
};
/// Empty: it is none, or stands askew.
std::optional<Rectangle> as_rectangle(const Loop& loop);

} // namespace cameo
