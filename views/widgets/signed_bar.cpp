#include "views/widgets/signed_bar.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {

namespace {
constexpr float kSignedBarHeight = 6;
}

void signed_bar(ImDrawList& list, ImVec2 left_middle, float width, double share, ImU32 color) {
    const float middle = std::round(left_middle.x + width / 2), half = dp(kSignedBarHeight) / 2;
    list.AddLine({middle, left_middle.y - dp(8)}, {middle, left_middle.y + dp(8)}, ink(colors().line), dp(1));
    const float length = static_cast<float>(std::clamp(share, -1.0, 1.0)) * width / 2;
    if (!(std::fabs(length) >= 0.5f)) return;
    list.AddRectFilled({std::min(middle, middle + length), left_middle.y - half}, {std::max(middle, middle + length), left_middle.y + half},
                       color, std::min(half, std::fabs(length) / 2));
}

} // namespace cameo
