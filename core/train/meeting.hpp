#pragma once

#include "core/train/processes.hpp"
#include "core/train/recipe/recipe.hpp"

#include <filesystem>

namespace cameo {

/// All processes of a training begin with this. @throws Error(InvalidInput), on each of them: one does not see process 0's
/// folder, or was given another recipe.
void meet(const std::filesystem::path& folder, const Recipe& recipe, Processes& processes);

} // namespace cameo
