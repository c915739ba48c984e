#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

// Private to core/model's .cpp files, as it shows nlohmann::json.

namespace cameo {

/// The whole file as JSON. @throws Error naming the file: missing, larger than 16 MB, not JSON, not an object (or
/// array, where `array` asks for one).
nlohmann::json read_json(const std::filesystem::path& path, bool array = false);

/// A field that may be missing but must not be of another type. @throws Error naming file, field and expectation.
template <class T>
T field_or(const nlohmann::json& object, const char* key, T fallback, const std::filesystem::path& path);

} // namespace cameo
