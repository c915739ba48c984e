#include "views/widgets/score_bar.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

float place(const BarScale& scale, float width, double value) {
    const double range = scale.high - scale.low;
    if (!(range > 0) || !std::isfinite(range)) return 0;
    return static_cast<float>((value - scale.low) / range) * width;
}

void segment(ImDrawList& list, float left, float right, ImVec2 top_left, float height, ImU32 color) {
    if (right - left < 0.5f) return;
    list.AddRectFilled({top_left.x + left, top_left.y}, {top_left.x + right, top_left.y + height}, color,
                       std::min(height / 2, (right - left) / 2));
}

void zero_line(ImDrawList& list, ImVec2 top_left, ImVec2 size, const BarScale& scale) {
    if (scale.low >= 0) return;
    const float zero = std::round(top_left.x + place(scale, size.x, 0));
    list.AddLine({zero, top_left.y - dp(2)}, {zero, top_left.y + size.y + dp(2)}, ink(colors().dim, 0.6f), dp(1));
}

} // namespace

void BarScale::include(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
}

void BarScale::include_parts(std::span<const double> parts) {
    double positive = 0, negative = 0;
    for (const double part : parts)
        if (std::isfinite(part)) (part > 0 ? positive : negative) += part;
    include(positive);
    include(negative);
}

void draw_score_bar(ImDrawList& list, ImVec2 top_left, ImVec2 size, double value, ExpertStyle style,
                    const BarScale& scale, float alpha) {
    zero_line(list, top_left, size, scale);
    if (!std::isfinite(value)) return;
    const float zero = place(scale, size.x, 0), tip = place(scale, size.x, value);
    segment(list, std::min(zero, tip), std::max(zero, tip), top_left, size.y, hue(style, alpha));
}

void draw_stacked_bar(ImDrawList& list, ImVec2 top_left, ImVec2 size, std::span<const double> parts,
                      std::span<const ExpertStyle> styles, const BarScale& scale, float alpha, int only) {
    zero_line(list, top_left, size, scale);
    double positive = 0, negative = 0;
    const float gap = dp(1);
    for (std::size_t expert_idx = 0; expert_idx < std::min(parts.size(), styles.size()); ++expert_idx) {
        const double part = parts[expert_idx];
        if (!std::isfinite(part)) continue;
        double& end = part > 0 ? positive : negative;
        const float from = place(scale, size.x, end);
        end += part;
        const float to = place(scale, size.x, end);
        const bool back = only >= 0 && static_cast<std::size_t>(only) != expert_idx;
        const ImU32 color = hue(styles[expert_idx], back ? alpha * 0.35f : alpha);
        // The gap is taken from the far end, so that equal parts stay equally long.
        if (part > 0)
            segment(list, from, to - gap, top_left, size.y, color);
        else
            segment(list, to + gap, from, top_left, size.y, color);
    }
}

} // namespace cameo
