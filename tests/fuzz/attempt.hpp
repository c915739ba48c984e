#pragma once

#include <filesystem>
#include <functional>

namespace cameo {

/// @return whether it ended well; else with an Error
/// @throws Finding when it ends in another way, or the Error is not one printable sentence that names the file or the folder
bool attempt(const std::filesystem::path& file, const std::function<void()>& work);

} // namespace cameo
