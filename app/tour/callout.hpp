#pragma once

#include "app/tour/needs.hpp"
#include "views/tour_anchor.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace cameo {

/// What one frame of a tour shows.
struct Callout {
    std::string title, words;
    const TourHindrance* hindrance = nullptr; ///< its sentence stands in place of the words; null: nothing is in the way
    std::size_t number = 1, of = 1;           ///< "3 of 11"
};

enum class CalloutPress { None, Back, Next, End, Help };

/// Real pixels; so high that all of it is seen.
ImVec2 callout_size(const Callout& callout);
/// @param above whether it comes to stand above all windows but tooltips; else it stays where it was among them
CalloutPress draw_callout(const Callout& callout, ImVec2 at, ImVec2 size, bool above);
/// The rest of the window, dimmed, and a ring around the widget. Nothing of it hears the mouse.
void draw_veil(const std::optional<TourAnchors::Place>& widget, bool above);

} // namespace cameo
