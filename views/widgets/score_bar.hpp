#pragma once

#include "views/draw.hpp"

#include <span>

namespace cameo {

/// What the length of a bar means, shared by all rows of a list; zero is always inside.
struct BarScale {
    double low = 0;
    double high = 0;
    void include(double value);              ///< values that are not finite are left out
    void include_parts(std::span<const double> parts); ///< positive parts stack to the right of zero, negative to the left
};

/// One expert's score from zero on.
void draw_score_bar(ImDrawList& list, ImVec2 top_left, ImVec2 size, double value, ExpertStyle style,
                    const BarScale& scale, float alpha);
/// A fused score as its parts, in expert order. Negative parts stand to the left of zero, where a hairline is drawn.
/// @param only the expert that is looked at alone, the others step back; -1: none.
void draw_stacked_bar(ImDrawList& list, ImVec2 top_left, ImVec2 size, std::span<const double> parts,
                      std::span<const ExpertStyle> styles, const BarScale& scale, float alpha, int only = -1);

} // namespace cameo
