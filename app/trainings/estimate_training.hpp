#pragma once

#include "app/trainings/start_training.hpp"
#include "core/jobs/progress.hpp"
#include "core/train/record/training_cost.hpp"

#include <string>

namespace cameo {

/// What a training will take: tried by a process like the one that would train, which also tells how much memory that has.
/// Seconds.
/// @throws Error with what the process said; Cancelled, having ended it
TrainingCost estimate_training(const Recipe& recipe, const TrainerProcess& how, Progress& progress);

/// Why such a training has no place on this machine; empty: it has. Touches the disk.
std::string why_it_does_not_fit(const TrainingCost& cost);

} // namespace cameo
