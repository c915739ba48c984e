#pragma once

#include "core/train/recipe/recipe.hpp"

#include <filesystem>
#include <string>

namespace cameo {

/// Folders::data / "trainings" / name.   @throws Error(InvalidInput) for a name that cannot be a folder's.
std::filesystem::path training_folder(const std::string& name);

/// Writes recipe.json where there is none, or no checkpoint yet. @throws Error(InvalidInput) when the folder's differs,
/// naming the first key that does: a training is of one recipe.
void keep_recipe(const Recipe& recipe, const std::filesystem::path& folder);

/// The same for what a checkpoint was made with, but for what may change while a training runs.
void check_same_training(const Recipe& recipe, const Recipe& kept, const std::filesystem::path& folder);

/// A checkpoint's model under the training's name as `model`, without what only training needs.
void write_result_model(const std::filesystem::path& checkpoint, const std::filesystem::path& model,
                        const std::string& name);

} // namespace cameo
