#pragma once

#include "core/jobs/progress.hpp"
#include "core/train/recipe/recipe.hpp"
#include "core/train/record/training_cost.hpp"
#include "core/train/trainer.hpp"

#include <cstdint>
#include <filesystem>

namespace cameo {

/// What a training will take, found out by doing some of it: two steps, a validation with a few dev queries, a checkpoint, and
/// where it mines, an index of a few documents. So the speed is that of this machine, with as many threads as this process
/// has; texts whose vectors are kept already cost as little as they will. Seconds, as long as a few steps take.
/// @param scratch a folder that is written to; whoever made it takes it away
/// @param seed decides which queries are tried: always the same ones would soon be those that are kept
/// @throws Error as train(); Cancelled
TrainingCost estimate(const Recipe& recipe, const TrainingData& data, const std::filesystem::path& scratch, std::uint64_t seed, Progress& progress);

/// Of all files in a folder; 0 where there is none.
std::int64_t folder_bytes(const std::filesystem::path& folder);

} // namespace cameo
