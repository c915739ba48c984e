#pragma once

#include "views/commands.hpp"
#include "views/snapshot.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cameo {

enum class JudgedPlace {
    Whole, ///< fills the view
    Inline ///< a few lines in the flow of the window
};

/// What stands in place of figures over the judged queries until there are some: why there are none, and the button that
/// measures them; how far that is; what went wrong.
/// @param shows what the view makes of them, for the sentences: "which expert serves which queries"
void judged_state(const Snapshot& now, std::string_view shows, JudgedPlace place, Commands& out);

/// Whether the figures are of the model and collection whose result is on screen; without a result they are of what is open.
bool judged_fits(const Snapshot& now);
/// What is said where they are not: "Measured with demo on debian; the result on screen is of came on debian."
std::string judged_misfit_words(const Snapshot& now);
/// For ViewTable::about: what was measured.
std::vector<std::pair<std::string, std::string>> judged_about(const JudgedScores& scores);
/// The job of a tag that runs or waits; null: there is none.
const JobSnapshot* running_job(const Snapshot& now, std::string_view tag);

/// Chips that choose the measure, behind what stands on the line already.
void measure_chips(const Snapshot& now, Commands& out);

} // namespace cameo
