#pragma once

#include "app/session/left_open.hpp"

#include <filesystem>
#include <mutex>
#include <optional>

namespace cameo {

/// A file beside the session for as long as a window keeps it, `.NAME.cameo.open-XXXXXX`, which says what the window was at. It is locked, and a
/// lock goes with its process however that ends: one that is there without a lock was left by a window that was killed, or by a machine that lost its
/// power. Each window has one of its own, so that a second one with the same session is no sign of anything. Thread-safe. Nothing here throws: a session
/// without a mark is kept all the same.
class OpenMark {
public:
    explicit OpenMark(const std::filesystem::path& session);
    ~OpenMark(); ///< leaves it there, unless end() was called
    OpenMark(const OpenMark&) = delete;
    OpenMark& operator=(const OpenMark&) = delete;

    /// All changes up to then are kept: milliseconds since 1970, UTC.
    void kept(std::int64_t at_ms);
    void note(Unfinished unfinished);
    /// Properly.
    void end();

    /// The last of those that windows of this machine have left there; they are gone then.
    static std::optional<LeftOpen> take_left(const std::filesystem::path& session);

private:
    void write();

    std::mutex m_mutex;
    std::filesystem::path m_file;
    int m_descriptor = -1;
    LeftOpen m_now;
};

} // namespace cameo
