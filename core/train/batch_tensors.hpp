#pragma once

#include "core/train/recipe/recipe.hpp"
#include "core/train/training_data.hpp"

#include <ATen/core/Tensor.h>

// Private to core: shows ATen.

namespace cameo {

/// TrainingBatch::positive. [Q] int64
at::Tensor positive_columns(const TrainingBatch& batch, const at::Device& device);
/// TrainingBatch::counts. [Q, D] bool
at::Tensor counting_columns(const TrainingBatch& batch, const at::Device& device);
/// TrainingBatch::teacher over the recipe's temperature, [Q, D]; undefined where the recipe learns nothing from a teacher.
at::Tensor teacher_scores(const TrainingBatch& batch, const Recipe& recipe, const at::Device& device);

} // namespace cameo
