#include "views/widgets/heat_scale.hpp"

namespace cameo {

float draw_heat_scale(ImDrawList& list, ImVec2 right_baseline, std::string_view name, std::string_view highest, ExpertStyle style) {
    constexpr int kSteps = 14;
    const float bar = dp(56);
    float x = right_baseline.x - text_width(TextStyle::Mono, highest);
    draw_text(list, {x, right_baseline.y}, TextStyle::Mono, ink(colors().dim), highest);
    x -= dp(6) + bar;
    for (int step = 0; step < kSteps; ++step) {
        const float share = (static_cast<float>(step) + 0.5f) / kSteps;
        list.AddRectFilled({x + bar * static_cast<float>(step) / kSteps, right_baseline.y - dp(9)},
                           {x + bar * static_cast<float>(step + 1) / kSteps, right_baseline.y - dp(1)}, hue(style, heat_strength(share)));
    }
    x -= dp(6) + draw_text(list, {x - dp(6), right_baseline.y}, TextStyle::Mono, ink(colors().dim), name, dp(160), Align::Right);
    return right_baseline.x - x;
}

} // namespace cameo
