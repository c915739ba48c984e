#pragma once

#include "core/diagnose/training_evidence.hpp"

#include <filesystem>

namespace cameo {

/// All that a training's folder says, whether it runs, has ended or died. Touches the disk: from a job.
/// @throws Error naming the file: no recipe, no record, damaged, of another version.
TrainingEvidence read_evidence(const std::filesystem::path& folder);

} // namespace cameo
