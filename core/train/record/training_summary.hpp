#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace cameo {

enum class TrainingState {
    Queued,      ///< its process waits until the trainings before it have ended; `words` names the one it waits for
    Running,
    Paused,      ///< its process waits for "resume"
    Frozen,      ///< its process was stopped by a signal (SIGSTOP) and does nothing; `words` says how it goes on
    Finished,    ///< all steps, by a command, or early: `words` says which
    Interrupted, ///< it goes on when it is begun again
    Failed,      ///< `words` says why
    Died,        ///< its process is gone: killed, out of memory, a power cut; `words` has what it said last, if anything
    Elsewhere,   ///< another machine has it, or had it: whether it still runs cannot be seen from here; `words` names it
    Unreadable,  ///< `words` says what is wrong with its folder
};
std::string_view name(TrainingState state); ///< "queued", "running", …

/// Whether a process of this machine has it.
constexpr bool is_alive(TrainingState state) {
    return state == TrainingState::Queued || state == TrainingState::Running || state == TrainingState::Paused || state == TrainingState::Frozen;
}
/// Whether there may be more to see of it, of another machine's as well.
constexpr bool may_grow(TrainingState state) { return is_alive(state) || state == TrainingState::Elsewhere; }

/// What a list of trainings says of one.
struct TrainingSummary {
    std::filesystem::path folder;
    std::string name; ///< the folder's
    TrainingState state = TrainingState::Died;
    std::string words;             ///< one sentence, where the state has more to say; may be empty
    std::string model, collection; ///< where it began
    std::int64_t step = 0, steps = 0; ///< the last that was recorded, of so many
    double best = 0;               ///< of the recipe's measure on the dev split; NaN before the first validation
    std::int64_t best_step = 0;
    std::string measure;
    std::int64_t started_ms = 0, last_ms = 0; ///< the first event, and the last sign of life; milliseconds since 1970, UTC

    bool operator==(const TrainingSummary&) const = default;
};

} // namespace cameo
