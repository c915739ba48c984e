#pragma once

#include "core/train/recipe/recipe.hpp"
#include "core/train/record/training_cost.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>

namespace cameo {

/// Makes the folder of a training that nobody has begun yet, with its recipe, and what was said beforehand.
/// @throws Error(InvalidInput) when there is one of that name; Error(Environment) when it cannot be written
void make_training(const Recipe& recipe, const std::filesystem::path& folder, const std::optional<TrainingCost>& estimate = {});

struct TrainerProcess {
    std::filesystem::path program = "/proc/self/exe"; ///< cameo
    int threads = 1; ///< of the processor, at most
    bool estimates = false; ///< one tries beforehand what a draft will take
    int nice = 10;   ///< how much it steps back behind others: 0 not at all, 19 whenever they want to do something
};

/// Starts a process that trains in that folder, or goes on, as soon as no training of the library that began before it is
/// left. It belongs to nobody: it goes on when this one ends. What it prints goes to trainer.log.
/// @throws Error(Environment) when it cannot be started
pid_t start_trainer(const std::filesystem::path& folder, const TrainerProcess& how);

} // namespace cameo
