#pragma once

#include "views/commands.hpp"
#include "views/snapshot.hpp"

#include <string_view>

namespace cameo {

enum class JudgedPlace {
    Whole, ///< fills the view
    Inline ///< a few lines in the flow of the window
};

/// What stands in place of figures over the judged queries until there are some: why there are none, and the button that
/// measures them; how far that is; what went wrong.
/// @param shows what the view makes of them, for the sentences: "which expert serves which queries"
void judged_state(const Snapshot& now, std::string_view shows, JudgedPlace place, Commands& out);

/// Chips that choose the measure, behind what stands on the line already.
void measure_chips(const Snapshot& now, Commands& out);

} // namespace cameo
