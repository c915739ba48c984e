#pragma once

#include "views/snapshot.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace cameo {

enum class SampleTraining {
    Came,      ///< three experts that part, with a command that waits
    Gated,     ///< an SB-MoE gate of four experts
    Collapsing ///< the same, that gathers on its first expert half way
};

/// A library of trainings in every state, one of the kind looked at, with made-up numbers that hold together: validations every
/// 20 of 200 steps, forty probe queries.
Snapshot sample_training(SampleTraining kind = SampleTraining::Gated);

/// What such a training has recorded. @param shift moves its measure, so that two of them differ
std::shared_ptr<const TrainingRecord> sample_record(SampleTraining kind, double shift = 0);

} // namespace cameo
