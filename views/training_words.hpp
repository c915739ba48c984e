#pragma once

#include "views/palette.hpp"
#include "views/training_state.hpp"

#include <cstdint>
#include <filesystem>
#include <imgui.h>
#include <string>
#include <vector>

namespace cameo {

/// "Running", "Died", …
std::string state_title(TrainingState state);
/// Beside the word, never alone.
Rgb state_color(TrainingState state);
const char* state_icon(TrainingState state);

/// "step 120 of 300 · 0.6 steps/s · 2 min left": as far as it is known.
std::string progress_words(const TrainingSummary& summary, const TrainingRecord* record);
/// "12 min, 1.3 GB of memory, 240 MB on the disk"
std::string cost_words(const TrainingCost& cost);
/// What it has taken so far, and what was said beforehand; empty: nothing was.
std::string estimate_words(const ShownTraining& training, const TrainingSummary& summary, std::int64_t now_ms);
/// What it began with: a stored model, or "came-1 at 60" for a checkpoint.
std::string model_name(const TrainingSummary& summary);
/// "3 min ago", "just now".
std::string ago_words(std::int64_t then_ms, std::int64_t now_ms);
/// "gate.noise=false: set before step 120", "pause: the trainer has not taken it up yet".
std::string command_words(const LeftCommand& command);

/// The one that is looked at; null: none is.
const ShownTraining* shown_training(const Trainings& trainings);
/// Its line of the list; null: it is not listed.
const TrainingLine* line_of(const Trainings& trainings, const std::filesystem::path& folder);

struct RecipeDifference {
    std::string key;
    std::vector<std::string> values; ///< of each training
};
/// Keys whose values are not the same in all of them, but for `name`.
std::vector<RecipeDifference> recipe_differences(const std::vector<const Recipe*>& recipes);
/// A field's value as --set takes it.
std::string value_words(const Recipe& recipe, const RecipeField& field);

/// A training's colour among those that are drawn over each other.
ImU32 training_color(std::size_t color, float alpha = 1);

} // namespace cameo
