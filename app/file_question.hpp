#pragma once

#include "core/jobs/progress.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace cameo {

/// Which file? A dialog of the desktop is asked; where there is none the window asks itself, for a typed path.
struct FileQuestion {
    std::string title;
    std::filesystem::path first; ///< proposed
    bool saves = false;          ///< the dialog asks before it lets a file be replaced
    std::string kind = "Sessions"; ///< of the files that are offered first, and their names
    std::string pattern = "*.cameo";
};

/// Blocks until the answer, in a job; nothing: it was left. @throws Cancelled.
using AskFile = std::function<std::optional<std::filesystem::path>(const FileQuestion&, Progress&)>;

} // namespace cameo
