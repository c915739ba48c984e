#pragma once

#include "sessions/session.hpp"
#include "tests/fuzz/fuzz_run.hpp"

#include <filesystem>

namespace cameo {

/// Opens the file, calls everything that a session has, and uses every trace as views do.
/// @param copies whether a copy is made as well, which takes milliseconds
/// @throws Finding when something ends neither well nor with an Error of one sentence that names the file
Reached use_session(const std::filesystem::path& file, SessionAccess access, bool copies);

} // namespace cameo
