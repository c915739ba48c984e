#include "views/widgets/mix_triangle.hpp"

#include "core/eval/fusion_field.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

namespace cameo {
namespace {

float cross(ImVec2 a, ImVec2 b, ImVec2 c) { return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x); }

ImU32 value_color(double share) {
    return ink(blend(colors().raised, colors().accent, 0.06 + 0.94 * std::clamp(share, 0.0, 1.0)));
}

/// Regions are told apart by steps of grey and by their name; the hue is spent on what is judged relevant.
ImU32 region_color(const MixPainting& painting, std::int32_t region) {
    if (region < 0) return ink(colors().raised);
    const auto index = static_cast<std::size_t>(region);
    const double step = 0.10 + 0.11 * static_cast<double>(index % 3);
    if (index < painting.region_relevant.size() && painting.region_relevant[index])
        return ink(blend(colors().raised, colors().relevant, 0.25 + step));
    return ink(blend(colors().raised, colors().text, step));
}

void paint(ImDrawList& list, const MixPainting& painting, const TrianglePlace& place) {
    const std::size_t steps = painting.steps;
    if (steps == 0) return;
    const auto weights = [&](std::size_t first, std::size_t second) {
        const auto whole = static_cast<double>(steps);
        return std::array<double, 3>{static_cast<double>(first) / whole, static_cast<double>(second) / whole,
                                     static_cast<double>(steps - first - second) / whole};
    };
    const bool smooth = !painting.values.empty();
    const double range = painting.high - painting.low;
    const ImVec2 white = ImGui::GetDrawListSharedData()->TexUvWhitePixel;
    const auto corner = [&](std::size_t first, std::size_t second, ImU32 color) {
        list.PrimVtx(place.at(weights(first, second)), white, color);
    };
    const auto color_of = [&](std::size_t point) {
        if (!smooth) return region_color(painting, painting.regions[point]);
        return value_color(range > 0 ? (painting.values[point] - painting.low) / range : 0.5);
    };
    const auto triangle = [&](const std::array<std::array<std::size_t, 2>, 3>& corners) {
        std::array<ImU32, 3> shades{};
        for (std::size_t each = 0; each < 3; ++each)
            shades[each] = color_of(triangle_index(steps, corners[each][0], corners[each][1]));
        if (!smooth) { // whoever holds two of its corners holds it
            const ImU32 shade = shades[1] == shades[2] ? shades[1] : shades[0];
            shades = {shade, shade, shade};
        }
        list.PrimReserve(3, 3);
        for (std::size_t each = 0; each < 3; ++each)
            corner(corners[each][0], corners[each][1], shades[each]);
    };
    for (std::size_t first = 0; first < steps; ++first)
        for (std::size_t second = 0; first + second < steps; ++second) {
            triangle({{{first, second}, {first + 1, second}, {first, second + 1}}});
            if (first + second + 1 < steps) triangle({{{first + 1, second}, {first, second + 1}, {first + 1, second + 1}}});
        }
}

/// The names of regions, in the middle of the points they hold, as far as they have room.
void name_regions(ImDrawList& list, const MixPainting& painting, const TrianglePlace& place) {
    struct Held {
        double first = 0, second = 0;
        std::size_t points = 0;
    };
    std::map<std::int32_t, Held> held;
    const std::size_t steps = painting.steps;
    for (std::size_t first = 0; first <= steps; ++first)
        for (std::size_t second = 0; first + second <= steps; ++second) {
            Held& one = held[painting.regions[triangle_index(steps, first, second)]];
            one.first += static_cast<double>(first);
            one.second += static_cast<double>(second);
            ++one.points;
        }
    for (const auto& [region, one] : held) {
        if (region < 0 || one.points * 40 < painting.regions.size()) continue;
        const auto whole = static_cast<double>(steps), count = static_cast<double>(one.points);
        const double a = one.first / count / whole, b = one.second / count / whole;
        const std::array<double, 3> middle{a, b, 1 - a - b};
        const ImVec2 at = place.at(middle);
        const std::string& name = painting.region_names[static_cast<std::size_t>(region)];
        const float half = std::min(text_width(TextStyle::Small, name), dp(120)) / 2 + dp(4), line = line_height(TextStyle::Small) / 2;
        list.AddRectFilled({at.x - half, at.y - line}, {at.x + half, at.y + line}, ink(colors().panel, 0.75f), dp(4));
        draw_text(list, {at.x, at.y - line + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().text), name, dp(120), Align::Center);
    }
}

} // namespace

TrianglePlace TrianglePlace::within(ImVec2 at, ImVec2 size) {
    const float line = line_height(TextStyle::Body) + dp(6);
    const float side = std::max(std::min(size.x - dp(24), (size.y - 2 * line) / 0.8660254f), dp(60));
    const float top = at.y + line, bottom = top + side * 0.8660254f, middle = at.x + size.x / 2;
    return {{{middle, top}, {middle - side / 2, bottom}, {middle + side / 2, bottom}}, at.x, at.x + size.x};
}

float TrianglePlace::height() const { return corners[1].y - corners[0].y + 2 * (line_height(TextStyle::Body) + dp(6)); }

void TrianglePlace::name_corners(ImDrawList& list, std::span<const std::string> names, std::span<const ExpertStyle> styles) const {
    for (std::size_t each = 0; each < 3; ++each) {
        const float width = text_width(TextStyle::Body, names[each]) + dp(18), middle = corners[each].x - width / 2;
        const float x = each == 0 ? middle : each == 1 ? std::max(middle, left) : std::min(middle, right - width);
        const float y = each == 0 ? corners[0].y - line_height(TextStyle::Body) - dp(6) : corners[1].y + dp(6);
        draw_mark(list, {x + dp(5), y + line_height(TextStyle::Body) / 2}, styles[each], 9, true);
        draw_text(list, {x + dp(18), y + ascent(TextStyle::Body)}, TextStyle::Body, ink(colors().text), names[each], width);
    }
}

ImVec2 TrianglePlace::at(std::span<const double> weights) const {
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    ImVec2 place{0, 0};
    for (std::size_t each = 0; each < 3; ++each) {
        const auto share = static_cast<float>(sum > 0 ? weights[each] / sum : 1.0 / 3);
        place.x += corners[each].x * share;
        place.y += corners[each].y * share;
    }
    return place;
}

std::vector<double> TrianglePlace::mix_at(ImVec2 place) const {
    const float whole = cross(corners[0], corners[1], corners[2]);
    if (whole == 0) return {1.0 / 3, 1.0 / 3, 1.0 / 3};
    std::vector<double> mix{cross(corners[1], corners[2], place) / whole, cross(corners[2], corners[0], place) / whole,
                            cross(corners[0], corners[1], place) / whole};
    double sum = 0;
    for (double& weight : mix) {
        weight = std::max(weight, 0.0);
        sum += weight;
    }
    for (double& weight : mix)
        weight /= sum;
    return mix;
}

std::vector<double> mix_triangle(const char* id, ImVec2 size, const MixPainting& painting, std::span<const std::string> names,
                                 std::span<const ExpertStyle> styles, std::span<const MixPoint> points, std::vector<double>& hovered) {
    hovered.clear();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const TrianglePlace place = TrianglePlace::within(ImGui::GetCursorScreenPos(), size);
    ImGui::InvisibleButton(id, {size.x, place.height()});
    const bool active = ImGui::IsItemActive(), over = ImGui::IsItemHovered();
    paint(list, painting, place);
    if (!painting.regions.empty() && painting.values.empty()) name_regions(list, painting, place);
    list.AddTriangle(place.corners[0], place.corners[1], place.corners[2], ink(colors().line), dp(1));
    place.name_corners(list, names, styles);
    std::vector<float> labels;
    for (const MixPoint& point : points) {
        const ImVec2 where = place.at(point.weights);
        switch (point.kind) {
        case MixPoint::Kind::Cloud: list.AddCircleFilled(where, dp(1.5f), ink(colors().text, 0.35f)); break;
        case MixPoint::Kind::Named: list.AddCircle(where, dp(4), ink(colors().text), 0, dp(1.5f)); break;
        case MixPoint::Kind::Best:
            list.AddNgonFilled(where, dp(5), ink(colors().text), 4);
            break;
        case MixPoint::Kind::InUse:
            list.AddCircleFilled(where, dp(8), ink(colors().panel));
            list.AddCircle(where, dp(8), ink(colors().text), 0, dp(2));
            list.AddCircleFilled(where, dp(4), ink(colors().accent));
            break;
        }
        if (point.name.empty()) continue;
        // On a ground of its own: the paint below may be as light as the letters. To the left where a name stands already.
        const float width = text_width(TextStyle::Small, point.name) + dp(8), line_of = line_height(TextStyle::Small) + dp(2);
        const float top = where.y - line_of / 2;
        const bool taken = std::ranges::any_of(labels, [&](float other) { return std::fabs(other - top) < line_of; });
        const float left = taken ? where.x - dp(8) - width : where.x + dp(8);
        if (!taken) labels.push_back(top);
        list.AddRectFilled({left, top}, {left + width, top + line_of}, ink(colors().panel, 0.75f), dp(4));
        draw_text(list, {left + dp(4), top + dp(1) + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().text), point.name, width);
    }
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const bool inside = ImTriangleContainsPoint(place.corners[0], place.corners[1], place.corners[2], mouse);
    if (over && inside) hovered = place.mix_at(mouse);
    return active && ImGui::IsMousePosValid() ? place.mix_at(mouse) : std::vector<double>();
}

} // namespace cameo
