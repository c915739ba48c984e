#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace cameo {

/// A session as its bytes lie on the disk; what is beside it is empty where there is no such file.
struct SessionBytes {
    std::string file, log, journal;
};

/// The sessions that are damaged: the released versions under tests/data, new ones with results, judgments, bookmarks and notes in small
/// and large pages, one whose last changes wait in its log.
/// @param folder for the files on the way; empty, as it is left
std::vector<SessionBytes> whole_sessions(const std::filesystem::path& folder);

/// In place of what was there before under this name.
void put(const SessionBytes& bytes, const std::filesystem::path& file);
void take_away(const std::filesystem::path& file);

} // namespace cameo
