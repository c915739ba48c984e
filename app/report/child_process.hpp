#pragma once

#include "core/jobs/progress.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace cameo {

/// Runs a program to its end, without input and without a word on our own outputs; ends it when somebody stops the work.
/// @param words behind its name   @throws Error(Environment) with the last line that it says on its standard error where it fails   @throws Cancelled
void run_child(const std::filesystem::path& program, std::vector<std::string> words, Progress& progress);

} // namespace cameo
