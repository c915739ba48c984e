#pragma once

#include <filesystem>
#include <string>

namespace cameo {

/// What a training's process that was started in the background prints.
inline constexpr const char* kTrainerLog = "trainer.log";

/// The error that it printed last; empty: none is there.
std::string last_words(const std::filesystem::path& training);

/// What it does beside its steps, as it printed last: "encoding documents · 8,240 / 19,647 documents · 46/s". Empty while steps
/// go on.
std::string doing(const std::filesystem::path& training);

} // namespace cameo
