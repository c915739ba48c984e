#pragma once

#include "sessions/session.hpp"

#include <filesystem>
#include <vector>

namespace cameo {

/// A story that comes with the program. Its steps ask their queries anew, so it is about what is on this machine.
struct ShippedStory {
    SessionStory story;
    std::vector<SessionBookmark> steps;
    bool operator==(const ShippedStory&) const = default;
};

/// Those of a folder's *.json files (docs/stories.md), by the files' names.
/// @throws Error(InvalidInput) naming the file, and what is wrong where; Error(NotFound) where the folder is not there
std::vector<ShippedStory> read_shipped_stories(const std::filesystem::path& folder);

} // namespace cameo
