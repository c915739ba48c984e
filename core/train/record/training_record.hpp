#pragma once

#include "core/train/record/curve.hpp"
#include "core/train/record/recorded.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// All that a training has recorded as far as somebody has looked, ready to be drawn. Not thread-safe: made in a job, then
/// handed on and added to by one thread.
class TrainingRecord {
public:
    /// What has come since. @pre asked with last_event() and last_step()
    void take(const TrainingNews& news);

    std::int64_t last_event() const { return m_events.empty() ? 0 : m_events.back().id; }
    std::int64_t last_step() const { return m_last_step; } ///< -1: nothing yet

    /// Null: it has no such metric.
    const Curve* curve(std::string_view metric) const;
    const std::map<std::string, Curve, std::less<>>& curves() const { return m_curves; }
    std::span<const RecordedEvent> events() const { return m_events; }
    std::span<const LeftCommand> commands() const { return m_commands; }
    std::span<const std::int64_t> probe_steps() const { return m_probe_steps; }
    /// Time in which a process had it, without pauses, as far as events tell.
    /// @param until_ms of one that has not ended: now, or the last sign of life; milliseconds since 1970, UTC
    double seconds(std::int64_t until_ms) const;
    /// Bytes that its processes had at their most; 0: it is not recorded.
    std::int64_t peak_memory() const;
    /// How often what was there before was taken out.
    std::uint64_t generation() const { return m_generation; }

private:
    std::map<std::string, Curve, std::less<>> m_curves;
    std::vector<RecordedEvent> m_events;
    std::vector<LeftCommand> m_commands;
    std::vector<std::int64_t> m_probe_steps;
    std::int64_t m_last_step = -1;
    std::uint64_t m_generation = 0;
};

} // namespace cameo
