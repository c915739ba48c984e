#include "core/jobs/progress.hpp"

namespace cameo {

void Progress::begin(std::string, Unit, std::optional<std::int64_t>, std::int64_t already) {
    m_done.store(already, std::memory_order_relaxed);
    check_cancelled();
}

void Progress::advance(std::int64_t count) {
    m_done.fetch_add(count, std::memory_order_relaxed);
    if (m_stop.stop_requested()) throw Cancelled{};
}

} // namespace cameo
