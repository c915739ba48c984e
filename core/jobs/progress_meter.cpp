#include "core/jobs/progress_meter.hpp"

#include <algorithm>

namespace cameo {

namespace {

using Seconds = std::chrono::duration<double>;
constexpr Seconds kSampleEvery{0.1};
constexpr Seconds kWindow{10.0};
constexpr Seconds kJudgeRateAfter{0.5};
constexpr Seconds kJudgeRemainingAfter{2.0};
constexpr double kMargin = 0.1;

} // namespace

void ProgressMeter::restart(Clock::time_point now, std::int64_t already) {
    m_first = {now, already};
    m_recent.assign(1, m_first);
}

void ProgressMeter::sample(Clock::time_point now, std::int64_t done) {
    if (m_recent.empty()) return restart(now, done);
    if (now - m_recent.back().at < kSampleEvery) return;
    m_recent.push_back({now, done});
    while (m_recent.size() > 2 && now - m_recent[1].at >= kWindow) m_recent.pop_front();
}

double ProgressMeter::pace(const Sample& from, const Sample& to) {
    const double seconds = Seconds(to.at - from.at).count();
    return seconds > 0 ? static_cast<double>(to.done - from.done) / seconds : 0.0;
}

double ProgressMeter::rate() const {
    if (m_recent.size() < 2 || m_recent.back().at - m_recent.front().at < kJudgeRateAfter) return 0;
    return std::max(0.0, pace(m_recent.front(), m_recent.back()));
}

std::optional<ProgressMeter::Range> ProgressMeter::remaining(std::int64_t total) const {
    if (m_recent.size() < 2 || m_recent.back().at - m_first.at < kJudgeRemainingAfter) return {};
    const double recent = rate();
    const double whole = pace(m_first, m_recent.back());
    if (recent <= 0 || whole <= 0) return {};
    const auto left = static_cast<double>(std::max<std::int64_t>(0, total - m_recent.back().done));
    return Range{left / std::max(recent, whole) * (1 - kMargin), left / std::min(recent, whole) * (1 + kMargin)};
}

} // namespace cameo
