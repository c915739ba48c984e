#pragma once

#include "views/draw.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cameo {

/// What a triangle of mixes is painted by. The grid is that of FusionField: rows of the first weight, in each the second.
struct MixPainting {
    std::size_t steps = 0;
    std::vector<double> values;        ///< [points]; empty: regions are painted
    double low = 0, high = 0;          ///< what nothing and full stand for
    std::vector<std::int32_t> regions; ///< [points] who holds it, into region_*
    std::vector<std::string> region_names;
    std::vector<char> region_relevant; ///< painted in the hue that means relevant
    std::int32_t region_selected = -1;
};

struct MixPoint {
    std::vector<double> weights; ///< [3], any sum above 0
    std::string name;            ///< empty: a mere dot
    enum class Kind { InUse, Named, Best, Cloud } kind = Kind::Named;
};

/// Three weights of sum 1 for a place in the picture, and back.
struct TrianglePlace {
    ImVec2 corners[3];
    ImVec2 at(std::span<const double> weights) const;
    /// The nearest mix that is inside.
    std::vector<double> mix_at(ImVec2 place) const;
};

/// Draws it within a box and says whether somebody drags.
/// @param names, styles [3] of the corners: the first on top, the second at the left
/// @return the mix under the mouse while it is dragged; else empty. `hovered` is the mix under the mouse, if any.
std::vector<double> mix_triangle(const char* id, ImVec2 size, const MixPainting& painting, std::span<const std::string> names,
                                 std::span<const ExpertStyle> styles, std::span<const MixPoint> points, std::vector<double>& hovered);

} // namespace cameo
