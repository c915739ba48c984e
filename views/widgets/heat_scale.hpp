#pragma once

#include "views/draw.hpp"

#include <string_view>

namespace cameo {

/// How full a cell of a heat map is for a value in 0 … 1: squared, so that what is strong stands out from much that is
/// middling.
inline float heat_strength(float share) { return share <= 0 ? 0 : share >= 1 ? 1 : share * share; }

/// The scale of a heat map, named: "similarity 0 ▒▒▓▓██ 0.96", its right end at a point. @return width.
float draw_heat_scale(ImDrawList& list, ImVec2 right_baseline, std::string_view name, std::string_view highest, ExpertStyle style);

} // namespace cameo
