#pragma once

#include "views/draw.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cameo {

/// What a triangle of mixes is painted by. The grid is triangle_index() of core/eval/fusion_field.hpp.
struct MixPainting {
    std::size_t steps = 0;
    std::vector<double> values;        ///< [points]; empty: regions are painted
    double low = 0, high = 0;          ///< what nothing and full stand for
    std::vector<std::int32_t> regions; ///< [points] who holds it, into region_*
    std::vector<std::string> region_names;
    std::vector<char> region_relevant; ///< painted in the hue that means relevant
};

struct MixPoint {
    std::vector<double> weights; ///< [3], any sum above 0
    std::string name;            ///< empty: a mere dot
    enum class Kind { InUse, Named, Best, Cloud } kind = Kind::Named;
};

/// Three weights of sum 1 for a place in the picture, and back.
struct TrianglePlace {
    ImVec2 corners[3]; ///< the first on top, the second at the left
    float left = 0, right = 0; ///< what names may not leave

    /// Equal sides, as large as a box allows with a line for names above and below.
    static TrianglePlace within(ImVec2 at, ImVec2 size);
    float height() const; ///< of that box
    void name_corners(ImDrawList& list, std::span<const std::string> names, std::span<const ExpertStyle> styles) const;
    ImVec2 at(std::span<const double> weights) const;
    /// The mix of a place; outside of the triangle that of what is left when no weight is below 0.
    std::vector<double> mix_at(ImVec2 place) const;
};

/// Draws it within a box and says whether somebody drags.
/// @param names, styles [3] of the corners: the first on top, the second at the left
/// @return the mix under the mouse while it is dragged; else empty. `hovered` is the mix under the mouse, if any.
std::vector<double> mix_triangle(const char* id, ImVec2 size, const MixPainting& painting, std::span<const std::string> names,
                                 std::span<const ExpertStyle> styles, std::span<const MixPoint> points, std::vector<double>& hovered);

} // namespace cameo
