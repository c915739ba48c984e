#include "app/story/recorder.hpp"

#include <algorithm>

namespace cameo {

bool StoryRecorder::look(const std::string& place, Clock::time_point now) {
    if (place != m_place) {
        m_place = place;
        m_since = now;
        m_is_step = place.empty();
    }
    if (m_is_step || now - m_since < kLooksFor) return false;
    m_is_step = true;
    return true;
}

std::optional<double> StoryRecorder::looks_in_s(Clock::time_point now) const {
    if (m_is_step) return {};
    return std::max(0.0, std::chrono::duration<double>(m_since + kLooksFor - now).count());
}

} // namespace cameo
