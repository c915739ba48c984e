#include "app/window_place.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fmt/format.h>

namespace cameo {

namespace {

constexpr int kWidth = 1440, kHeight = 900;
constexpr int kSmallest = 100, kFarthest = 100'000; ///< what a file may say

std::int64_t overlap(const WindowPlace& place, const WorkArea& area) {
    const auto shared = [](int a, int a_size, int b, int b_size) {
        return std::max<std::int64_t>(0, std::min(a + a_size, b + b_size) - std::max(a, b));
    };
    return shared(place.x, place.width, area.x, area.width) * shared(place.y, place.height, area.y, area.height);
}

} // namespace

std::string to_text(const WindowPlace& place) {
    return fmt::format("{} {} {} {} {}", place.x, place.y, place.width, place.height, place.maximised ? 1 : 0);
}

std::optional<WindowPlace> window_place_from(std::string_view text) {
    int numbers[5];
    const char* at = text.data();
    const char* const end = at + text.size();
    for (int& number : numbers) {
        while (at != end && *at == ' ') ++at;
        const auto read = std::from_chars(at, end, number);
        if (read.ec != std::errc() || number > kFarthest || number < -kFarthest) return {};
        at = read.ptr;
    }
    if (at != end || numbers[2] < kSmallest || numbers[3] < kSmallest) return {};
    return WindowPlace{numbers[0], numbers[1], numbers[2], numbers[3], numbers[4] != 0};
}

WindowPlace fitted(WindowPlace place, std::span<const WorkArea> areas) {
    if (areas.empty()) return place;
    const WorkArea& area = *std::ranges::max_element(areas, {}, [&](const WorkArea& each) { return overlap(place, each); });
    place.width = std::min(place.width, area.width);
    place.height = std::min(place.height, area.height);
    place.x = std::clamp(place.x, area.x, area.x + area.width - place.width);
    place.y = std::clamp(place.y, area.y, area.y + area.height - place.height);
    return place;
}

WindowPlace first_place(const WorkArea& area, float content_scale) {
    const auto scaled = [&](int size) { return static_cast<int>(static_cast<float>(size) * content_scale); };
    const int width = std::min(scaled(kWidth), area.width), height = std::min(scaled(kHeight), area.height);
    return {area.x + (area.width - width) / 2, area.y + (area.height - height) / 2, width, height};
}

} // namespace cameo
