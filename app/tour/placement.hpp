#pragma once

#include "views/tour_anchor.hpp"

#include <imgui.h>
#include <optional>

namespace cameo {

/// Where a callout stands: beside the panel that the widget is in, level with the widget, since what it speaks of is often
/// more than the widget; where there is no room, beside the widget where one of its four sides has some, else where it hides
/// least of it; without a widget in the middle. Always within the room, as far as it is not larger than that. Real pixels.
/// @param gap kept from the widget and from the room's edges
/// @return its upper left corner
ImVec2 place_callout(const std::optional<TourAnchors::Place>& widget, const std::optional<TourAnchors::Place>& panel, ImVec2 size, const TourAnchors::Place& room, float gap);

/// The nearest place to `at` that is within the room.
ImVec2 within(ImVec2 at, ImVec2 size, const TourAnchors::Place& room, float gap);

} // namespace cameo
