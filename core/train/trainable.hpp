#pragma once

#include "core/train/recipe/recipe.hpp"

#include <cstdint>
#include <filesystem>

namespace cameo {

/// @throws Error(InvalidInput) naming the recipe's key and why that does not go with the model or with itself; what
/// read_manifest throws.
void check_trainable(const Recipe& recipe, const std::filesystem::path& model_folder, std::int64_t processes = 1);

} // namespace cameo
