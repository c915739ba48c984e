#pragma once

#include <filesystem>
#include <string>

namespace cameo {

/// Makes a fusion the model's own: rewrites model.json, atomically. Its version stays, as the fusion is no part of it.
/// @param fusion in parse_fusion's words   @throws Error naming file and field: model.json is damaged, or would be.
void set_default_fusion(const std::filesystem::path& model_folder, const std::string& fusion);

} // namespace cameo
