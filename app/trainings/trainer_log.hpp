#pragma once

#include <filesystem>
#include <string>

namespace cameo {

/// What a training's process that was started in the background prints.
inline constexpr const char* kTrainerLog = "trainer.log";

/// The error that it printed last; empty: none is there.
std::string last_words(const std::filesystem::path& training);

} // namespace cameo
