#pragma once

#include "core/train/recipe/recipe.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace cameo {

/// Where a training stands beside its parameters and their moments. Random draws are functions of seed and step
/// (draws.hpp), so there is nothing of them to keep.
struct CheckpointState {
    Recipe recipe;               ///< as commands have changed it
    std::int64_t step = 0;       ///< steps done
    std::int64_t skipped = 0;    ///< batches left out since a step back: step s sees batch s + skipped
    std::int64_t step_backs = 0; ///< since a checkpoint was last reached
    double mean_loss = 0, mean_norm = 0; ///< running, for finding leaps
    std::int64_t mean_since = 0;         ///< the step at which they were begun
    double best = 0;             ///< the measure at best_step
    std::int64_t best_step = -1;
    std::int64_t worse = 0;      ///< validations since the best one
    std::int64_t validated = -1; ///< the last step that was; one who is stopped in a validation makes up for it
    std::int64_t stop_at = -1;   ///< a command's wish to end with the epoch; -1: none
    std::string data;            ///< training_data_sum()
    bool operator==(const CheckpointState&) const = default;
};

/// Writes it whole or not at all, with the version of the program, a checksum of every other file of its folder, and one of
/// its own.
void write_state(const std::filesystem::path& file, const CheckpointState& state);
/// @throws Error naming the file of the folder whose checksum does not match, or what of the state is wrong.
CheckpointState read_state(const std::filesystem::path& file);

} // namespace cameo
