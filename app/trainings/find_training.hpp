#pragma once

#include <filesystem>
#include <string>

namespace cameo {

inline constexpr const char* kTrainingRecord = "training.db";
inline constexpr const char* kCheckpoints = "checkpoints";

/// Absolute, without "." and a last "/".
std::filesystem::path whole_path(const std::filesystem::path& folder);

/// Where trainings lie that were given no other place.
std::filesystem::path trainings_library();

/// The folder of a training by its name, or as a place.
/// @throws Error(NotFound) where no recipe.json says that it is one
std::filesystem::path find_training(const std::string& what);

} // namespace cameo
