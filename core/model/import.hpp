#pragma once

#include "core/jobs/progress.hpp"

#include <filesystem>
#include <string>

namespace cameo {

/// Of the model that an import makes: the given one, or the folder's where that is empty.
std::string imported_name(const std::filesystem::path& path, const std::string& given);

/// import_model() of model.hpp for a job: progress advances by bytes that were copied. Nothing is left when it is stopped.
/// @throws Error; Cancelled, between two files.
std::string import_model(const std::filesystem::path& path, std::string name, Progress& progress);

} // namespace cameo
