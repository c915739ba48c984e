#pragma once

#include <span>
#include <string_view>

namespace cameo {

/// What has to be there before a step can be seen; each includes those before it.
enum class TourNeed {
    Nothing,
    Search,   ///< something that can be searched, or a result of before
    Result,   ///< an answer on screen, its first document selected
    Document, ///< the score of that document, taken apart
};

/// One stop. `title` and `words` may hold "{ask}" (its question), "{first}" (the first document's name), "{experts}" and "{answer}"
/// (wording.hpp).
struct TourStep {
    std::string_view title;
    std::string_view words;
    std::string_view anchor; ///< the widget that is shown (views/tour_anchor.hpp)
    std::string_view view;   ///< to bring to the front; empty: none
    TourNeed need = TourNeed::Nothing;
};

std::span<const TourStep> tour_steps();

} // namespace cameo
