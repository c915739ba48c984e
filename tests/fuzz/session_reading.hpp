#pragma once

#include "sessions/session.hpp"

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace cameo {

/// What a damaged session must not lead to, in words.
class Finding : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// How far cases came. Sums only, so that processes may add theirs up.
struct Reached {
    std::uint64_t opened = 0, refused = 0;      ///< Session::open
    std::uint64_t answered = 0, failed = 0;     ///< calls to an open session
    std::uint64_t traces = 0, damaged_traces = 0; ///< what was read as a trace, and was refused

    void operator+=(const Reached& other);
};

/// Opens the file, calls everything that a session has, and uses every trace as views do.
/// @param copies whether a copy is made as well, which takes milliseconds
/// @throws Finding when something ends neither well nor with an Error of one sentence that names the file
Reached use_session(const std::filesystem::path& file, SessionAccess access, bool copies);

} // namespace cameo
