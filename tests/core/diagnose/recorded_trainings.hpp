#pragma once

#include "core/diagnose/training_evidence.hpp"

#include <string>
#include <vector>

namespace cameo {

/// A training of tests/data/trainings/recorded.jsonl.
struct RecordedTraining {
    TrainingEvidence evidence;
    bool healthy = false;
    bool produced = false; ///< by a recipe of assets/recipes/failures, or beside them
    std::vector<std::string> expected; ///< ids of findings
};

const std::vector<RecordedTraining>& recorded_trainings();
/// The one of that name.
const TrainingEvidence& recorded_training(const std::string& name);

} // namespace cameo
