#include "core/train/record/training_record.hpp"

#include <algorithm>

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

} // namespace cameo
