#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

namespace cameo {

/// Thrown by Progress::advance when somebody asked to stop. Not an error: nothing is to be shown as failed.
struct Cancelled {};

enum class Unit { Steps, Documents, Queries, Bytes };

/// The line between a long function and whoever watches it: a done count, an optional total, a stage in words, and the
/// wish to stop. The function calls advance() at least every 200 ms of work; all members are thread-safe.
class Progress {
public:
    Progress() = default;
    explicit Progress(std::stop_token stop) : m_stop(std::move(stop)) {}
    virtual ~Progress() = default;

    /// Names the stage ("encoding documents"), its unit and its size when that is known, and sets done to `already`
    /// (what a resumed build found on the disk: it counts for the bar, not for the rate).
    virtual void begin(std::string stage, Unit unit, std::optional<std::int64_t> total = {}, std::int64_t already = 0);

    /// @throws Cancelled when a stop was asked for.
    void advance(std::int64_t count = 1);

    /// Same as advance(0): a cancel point that counts nothing.
    void check_cancelled() { advance(0); }

    std::int64_t done() const { return m_done.load(std::memory_order_relaxed); }
    std::stop_token stop_token() const { return m_stop; }

private:
    std::stop_token m_stop;
    std::atomic<std::int64_t> m_done{0};
};

} // namespace cameo
