#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace cameo {

/// "000250" in the folder of a training's checkpoints.
std::filesystem::path checkpoint_folder(const std::filesystem::path& checkpoints, std::int64_t step);

/// The steps of those that are there, ascending; none where there is no such folder. Touches the disk.
/// @throws Error(Environment) where it cannot be read: whoever took that for none would begin anew
std::vector<std::int64_t> checkpoint_steps(const std::filesystem::path& checkpoints);

} // namespace cameo
