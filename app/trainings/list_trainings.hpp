#pragma once

#include "core/train/record/training_summary.hpp"

#include <filesystem>
#include <vector>

namespace cameo {

/// Never throws for what is in the folder: that is said by Unreadable. Touches the disk: from a job.
TrainingSummary summarise_training(const std::filesystem::path& folder);

/// Whether a process trains there, or waits for its turn.
bool process_of(const std::filesystem::path& folder);

/// All folders with a recipe.json in the library.   @throws Error(Environment) when it cannot be read
std::vector<std::filesystem::path> training_folders();
/// They summarised, the last sign of life first.   @throws as training_folders()
std::vector<TrainingSummary> list_trainings();

} // namespace cameo
