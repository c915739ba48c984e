#pragma once

#include "app/tour/steps.hpp"
#include "views/commands.hpp"

#include <optional>
#include <string>

namespace cameo {

/// What stands between a step and what it shows.
struct TourHindrance {
    bool passes = false;  ///< something is under way: it goes by itself
    std::string sentence; ///< what is missing, or what is waited for
    std::string button;   ///< what can be done about it; empty: nothing
    std::optional<Command> command; ///< what the button does
    bool leaves = false;  ///< it leads away: the tour is over for now
};

/// Nothing: the step can be seen. @param query what the tour asks where nothing has been asked; empty: it has no question
std::optional<TourHindrance> tour_hindrance(TourNeed need, const Snapshot& now, const std::string& query);

/// The question of the tour: the demo's, or the one on screen, or the first that the collection brings; empty: there is none.
std::string tour_query(const Snapshot& now);

/// The id of the first document on screen; empty: there is none.
std::string first_document(const Snapshot& now);

} // namespace cameo
