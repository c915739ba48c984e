#pragma once

#include "views/draw.hpp"

namespace cameo {

/// From the middle of its room to the right for what adds, to the left for what takes away.
/// @param share of a half: -1 … 1, clamped
void signed_bar(ImDrawList& list, ImVec2 left_middle, float width, double share, ImU32 color);

} // namespace cameo
