#pragma once

namespace cameo {

/// Where the bench's columns stand, in real pixels from the left edge of its content. When not all experts fit beside
/// the fused list, a row of tabs chooses those that are shown ("folded"); in a very narrow window one list is left.
struct BenchColumns {
    float fused_x = 0, fused_width = 0; ///< width 0: the fused list is folded away
    float expert_x = 0, expert_width = 0, gutter = 0;
    int first = 0;  ///< first expert shown
    int count = 0;  ///< experts shown beside each other
    bool folded = false;

    float x_of(int shown) const { return expert_x + static_cast<float>(shown) * (expert_width + gutter); }
};

/// @param width   real pixels; @param scale real pixels a design pixel
/// @param first   what the tabs were left at; moved so that `selected` (-1: none) is among the shown
BenchColumns lay_out_columns(float width, float scale, int experts, int selected, int first);

} // namespace cameo
