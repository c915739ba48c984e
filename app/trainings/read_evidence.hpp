#pragma once

#include "core/diagnose/training_evidence.hpp"
#include "core/train/record/recorded.hpp"

#include <filesystem>
#include <span>

namespace cameo {

/// The recipe with what commands have changed since.
Recipe recipe_now(Recipe begun, std::span<const LeftCommand> commands);

/// All that a training's folder says, whether it runs, has ended or died. Touches the disk: from a job.
/// @throws Error naming the file: no recipe, no record, damaged, of another version.
TrainingEvidence read_evidence(const std::filesystem::path& folder);

} // namespace cameo
