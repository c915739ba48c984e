#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

// Private to the .cpp files of core/model and core/train, as it shows nlohmann::json.

namespace cameo {

/// A text of the file as JSON, nested at most kMaxJsonDepth deep.
/// @throws Error naming the file and `what` of it: not JSON, or deeper.
nlohmann::json parse_json(std::string_view text, const std::filesystem::path& path, const std::string& what);

/// The whole file as JSON. @throws Error naming the file: missing, larger than 16 MB, not JSON, nested too deeply, not
/// an object (or array, where `array` asks for one).
nlohmann::json read_json(const std::filesystem::path& path, bool array = false);

/// A field that may be missing but must not be of another type. @throws Error naming file, field and expectation.
template <class T>
T field_or(const nlohmann::json& object, const char* key, T fallback, const std::filesystem::path& path);

} // namespace cameo
