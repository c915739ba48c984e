#pragma once

#include "core/train/recipe/recipe.hpp"
#include "core/train/training_data.hpp"

#include <vector>

namespace cameo {

/// What a training learns from, and what it is watched with.
struct TrainingSplits {
    std::vector<TrainingQuery> train; ///< the collection's, and those that a person has judged, as often as the recipe says
    std::vector<TrainingQuery> dev;   ///< of the split "dev", or every tenth to train on where there is none
};

/// @throws Error as training_queries and judged_training_queries; Error(InvalidInput) when none are left to validate with
TrainingSplits training_splits(const Recipe& recipe, const Collection& collection);

} // namespace cameo
