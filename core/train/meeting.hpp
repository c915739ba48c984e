#pragma once

#include "core/data/collection.hpp"
#include "core/train/processes.hpp"

#include <filesystem>

namespace cameo {

/// All processes of a training begin with this. @throws Error(InvalidInput), on each of them: one does not see process 0's
/// folder, or has another collection.
void meet(const std::filesystem::path& folder, const Collection& collection, Processes& processes);

} // namespace cameo
