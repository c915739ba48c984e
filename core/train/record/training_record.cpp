#include "core/train/record/training_record.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace cameo {

void TrainingRecord::take(const TrainingNews& news) {
    if (news.anew) {
        m_curves.clear();
        m_last_step = -1;
        ++m_generation;
    }
    for (const RecordedMetric& metric : news.metrics) {
        Curve& curve = m_curves[metric.name];
        for (const MetricPoint& point : metric.points) curve.add(point);
        if (!curve.empty()) m_last_step = std::max(m_last_step, curve.back().step);
    }
    m_events.insert(m_events.end(), news.events.begin(), news.events.end());
    m_commands = news.commands;
    m_probe_steps = news.probe_steps;
}

const Curve* TrainingRecord::curve(std::string_view metric) const {
    const auto found = m_curves.find(metric);
    return found == m_curves.end() || found->second.empty() ? nullptr : &found->second;
}

double TrainingRecord::seconds(std::int64_t until_ms) const {
    // What begins and what ends a stretch of it, in time. One that was killed has no end: its last event is the last that is known.
    std::vector<std::pair<std::int64_t, bool>> turns;
    bool runs = false;
    std::int64_t last_ms = 0;
    for (const RecordedEvent& event : m_events) {
        const bool begins = event.kind == name(EventKind::Started) || event.kind == name(EventKind::Resumed);
        const bool ends = event.kind == name(EventKind::Finished) || event.kind == name(EventKind::Failed) || event.kind == name(EventKind::Interrupted);
        if (begins && runs) turns.emplace_back(last_ms, false);
        if (begins || ends) turns.emplace_back(event.at_ms, begins);
        runs = begins || (runs && !ends);
        last_ms = event.at_ms;
    }
    for (const LeftCommand& command : m_commands)
        if (command.state == CommandState::Done && (command.kind == name(CommandKind::Pause) || command.kind == name(CommandKind::Resume)))
            turns.emplace_back(command.answered_ms, command.kind == name(CommandKind::Resume));
    std::ranges::stable_sort(turns, {}, &std::pair<std::int64_t, bool>::first);
    double sum_ms = 0;
    std::optional<std::int64_t> since;
    for (const auto& [at_ms, begins] : turns) {
        if (begins && !since) since = at_ms;
        if (!begins && since) sum_ms += double(at_ms - *std::exchange(since, {}));
    }
    if (since) sum_ms += double(std::max<std::int64_t>(0, until_ms - *since));
    return sum_ms / 1000;
}

std::int64_t TrainingRecord::peak_memory() const {
    double most = 0;
    const double edges[] = {0, double(m_last_step) + 1};
    for (const char* const metric : {"memory.peak", "memory"})
        if (const Curve* const bytes = curve(metric))
            for (const CurveColumn& all : bytes->columns(edges)) most = std::max(most, all.high);
    return static_cast<std::int64_t>(most);
}

} // namespace cameo
