#pragma once

#include "app/experiments/plan.hpp"
#include "app/experiments/results.hpp"
#include "core/jobs/progress.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace cameo {

/// Does what of the plan is not done yet, seed by seed: each training, in "FOLDER/NAME-SEED/", and its measuring on every
/// collection. Stopped or killed at any moment it goes on where it was. One that fails does not keep the others waiting.
/// @param said one line whenever something is done or has failed
/// @throws Cancelled; Error as open_collection, and when some have failed.
void run_experiments(const ExperimentPlan& plan, const std::filesystem::path& folder,
                     const std::function<void(const std::string&)>& said, Progress& progress);

/// What is done so far, in the plan's order.
std::vector<ExperimentResult> read_results(const ExperimentPlan& plan, const std::filesystem::path& folder);

} // namespace cameo
