#include "app/tour/placement.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace cameo {

namespace {

float hidden(const TourAnchors::Place& widget, ImVec2 at, ImVec2 size) {
    const float across = std::min(widget.max.x, at.x + size.x) - std::max(widget.min.x, at.x);
    const float down = std::min(widget.max.y, at.y + size.y) - std::max(widget.min.y, at.y);
    return std::max(across, 0.0f) * std::max(down, 0.0f);
}

} // namespace

ImVec2 within(ImVec2 at, ImVec2 size, const TourAnchors::Place& room, float gap) {
    const auto clamped = [gap](float value, float length, float low, float high) {
        return std::round(std::clamp(value, low + gap, std::max(high - gap - length, low + gap)));
    };
    return {clamped(at.x, size.x, room.min.x, room.max.x), clamped(at.y, size.y, room.min.y, room.max.y)};
}

ImVec2 place_callout(const std::optional<TourAnchors::Place>& widget, const std::optional<TourAnchors::Place>& panel, ImVec2 size, const TourAnchors::Place& room,
                     float gap) {
    const auto inside = [&](ImVec2 at) { return within(at, size, room, gap); };
    if (!widget) return inside({(room.min.x + room.max.x - size.x) / 2, (room.min.y + room.max.y - size.y) / 2});
    if (panel)
        for (const float x : {panel->max.x + gap, panel->min.x - gap - size.x})
            if (const ImVec2 at = inside({x, widget->min.y}); hidden(*panel, at, size) == 0) return at;
    const float width = widget->max.x - widget->min.x, height = widget->max.y - widget->min.y;
    // Along a long side it begins where the widget does; a short one has it in the middle.
    const float x = width > size.x ? widget->min.x : widget->min.x + (width - size.x) / 2;
    const float y = height > size.y ? widget->min.y : widget->min.y + (height - size.y) / 2;
    const ImVec2 below{x, widget->max.y + gap}, above{x, widget->min.y - gap - size.y};
    const ImVec2 right{widget->max.x + gap, y}, left{widget->min.x - gap - size.x, y};
    const bool wide = width >= height;
    const std::array<ImVec2, 4> sides = wide ? std::array{below, above, right, left} : std::array{right, left, below, above};
    for (const ImVec2 side : sides)
        if (const ImVec2 at = inside(side); hidden(*widget, at, size) == 0) return at;
    const std::array<ImVec2, 4> corners{inside(room.max), inside({room.min.x, room.max.y}), inside({room.max.x, room.min.y}), inside(room.min)};
    return *std::ranges::min_element(corners, {}, [&](ImVec2 at) { return hidden(*widget, at, size); });
}

} // namespace cameo
