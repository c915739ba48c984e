#include "views/bench_columns.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

// Design pixels. Narrower than this, names are cut too soon to be read.
constexpr float kFusedMin = 232, kFusedMax = 480, kExpertMin = 144, kGutter = 28;
constexpr float kFusedShare = 0.36f;

} // namespace

BenchColumns lay_out_columns(float width, float scale, int experts, int selected, int first) {
    BenchColumns columns;
    columns.gutter = std::round(kGutter * scale);
    const float fused_min = std::round(kFusedMin * scale), expert_min = std::round(kExpertMin * scale);
    const int fitting = static_cast<int>(std::floor((width - fused_min) / (columns.gutter + expert_min)));
    columns.count = std::clamp(fitting, 0, experts);
    columns.folded = columns.count < experts;
    if (columns.count == 0) {
        // One list: the fused one, or the chosen expert's alone.
        if (experts == 0 || selected < 0) {
            columns.fused_width = width;
        } else {
            columns.first = std::clamp(selected, 0, experts - 1);
            columns.count = 1;
            columns.expert_width = width;
        }
        return columns;
    }
    columns.first = std::clamp(first, 0, experts - columns.count);
    if (selected >= 0 && selected < experts)
        columns.first = std::clamp(columns.first, std::max(selected - columns.count + 1, 0),
                                   std::min(selected, experts - columns.count));
    const auto shown = static_cast<float>(columns.count);
    const float room_for_fused = width - shown * (columns.gutter + expert_min);
    columns.fused_width = std::floor(std::clamp(width * kFusedShare, fused_min, std::max(kFusedMax * scale, fused_min)));
    columns.fused_width = std::min(columns.fused_width, room_for_fused);
    columns.expert_width = std::floor((width - columns.fused_width) / shown - columns.gutter);
    columns.expert_x = columns.fused_width + columns.gutter;
    return columns;
}

} // namespace cameo
