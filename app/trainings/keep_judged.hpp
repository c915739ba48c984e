#pragma once

#include "core/train/judged.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace cameo {

/// Writes what somebody has judged into a file that nobody changes, for trainings: judgments go on, and a training goes on with
/// what it began with. The same judgments have the same file.
/// @throws Error(Environment)
std::filesystem::path keep_judged(const std::vector<JudgedQuery>& judged, const std::string& collection);

} // namespace cameo
