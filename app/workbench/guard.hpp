#pragma once

#include "app/workbench/sources.hpp"
#include "core/jobs/progress.hpp"
#include "views/swap_state.hpp"

#include <string>
#include <vector>

namespace cameo {

/// The split that a changed model is held against: what it was chosen by rather than what is reported.
std::string guard_split(const std::vector<std::string>& judged_splits);

/// Runs every judged query of the split through both, each under its own fusion.   @throws Error; Cancelled
GuardComparison compare_on_guard(const WorkbenchSources& sources, const SearchEngine& before, const SearchEngine& after, const std::string& split, Progress& progress);

/// Of two rankings of the same queries. @param before, after [Q] rank of the best right document, 0: not in the list
std::vector<GuardedQuery> moved_queries(const JudgedSplit& judged, const std::vector<std::int32_t>& before, const std::vector<std::int32_t>& after);

} // namespace cameo
