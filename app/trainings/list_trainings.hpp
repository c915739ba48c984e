#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

enum class TrainingState {
    Running,
    Paused,     ///< its process waits for "resume"
    Finished,   ///< all steps, by a command, or early: `words` says which
    Interrupted, ///< it goes on when it is begun again
    Failed,     ///< `words` says why
    Died,       ///< its process is gone and has not said why: killed, out of memory, a power cut
    Unreadable, ///< `words` says what is wrong with its folder
};
std::string_view name(TrainingState state); ///< "running", …

/// What a list of trainings says of one.
struct TrainingSummary {
    std::filesystem::path folder;
    std::string name; ///< the folder's
    TrainingState state = TrainingState::Died;
    std::string words;          ///< one sentence, where the state has more to say; may be empty
    std::string model, collection; ///< where it began
    std::int64_t step = 0, steps = 0; ///< the last that was recorded, of so many
    double best = 0;            ///< of the recipe's measure on the dev split; NaN before the first validation
    std::int64_t best_step = 0;
    std::string measure;
    std::int64_t started_ms = 0, last_ms = 0; ///< the first event, and the last sign of life; milliseconds since 1970, UTC
};

/// Never throws for what is in the folder: that is said by Unreadable. Touches the disk: from a job.
TrainingSummary summarise_training(const std::filesystem::path& folder);

/// All folders with a recipe.json in the library, the last sign of life first.   @throws Error(Environment) when it cannot be read
std::vector<TrainingSummary> list_trainings();

} // namespace cameo
