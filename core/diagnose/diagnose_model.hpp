#pragma once

#include "core/diagnose/finding.hpp"
#include "core/eval/gate_report.hpp"
#include "core/eval/judged_scores.hpp"
#include "core/eval/search_losses.hpp"

#include <vector>

namespace cameo {

/// What judged queries say is wrong with a model's experts and a fusion of them; the worst first. Some seconds for a thousand
/// queries. Thread-safe.
/// @param gated the first expert is what a gate makes of the others, and the fusion listens to it alone: then they are not
/// compared as if they were added up   @throws Error(InvalidInput) as measure_fusion(); Cancelled.
std::vector<Finding> diagnose(const JudgedScores& scores, const FusionSpec& fusion, bool gated, Progress& progress);

/// What the search loses before any expert scores.
std::vector<Finding> diagnose(const SearchLosses& losses);

/// What a gate does wrong with a whole collection.
std::vector<Finding> diagnose(const GateReport& report);

} // namespace cameo
