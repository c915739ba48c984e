#include "core/train/record/training_summary.hpp"

namespace cameo {

std::string_view name(TrainingState state) {
    switch (state) {
    case TrainingState::Queued: return "queued";
    case TrainingState::Running: return "running";
    case TrainingState::Paused: return "paused";
    case TrainingState::Frozen: return "frozen";
    case TrainingState::Finished: return "finished";
    case TrainingState::Interrupted: return "interrupted";
    case TrainingState::Failed: return "failed";
    case TrainingState::Died: return "died";
    case TrainingState::Elsewhere: return "elsewhere";
    case TrainingState::Unreadable: return "unreadable";
    }
    return {};
}

} // namespace cameo
