#include "core/model/cpu/team.hpp"

#include <algorithm>
#include <cstdlib>
#include <sched.h>

namespace cameo {

namespace {

// Between a query's layers the next round begins within microseconds, so wait awake for about that long.
template <class Reached>
bool spin_until(const Reached& reached) {
    for (int turn = 0; turn < 2000; ++turn) {
        if (reached())
            return true;
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    }
    return false;
}

} // namespace

Team::Team(int threads) {
    for (int worker_idx = 1; worker_idx < threads; ++worker_idx)
        m_workers.emplace_back([this, worker_idx] { work(worker_idx); });
}

Team::~Team() {
    m_over = true;
    m_round.fetch_add(1);
    m_round.notify_all();
    m_workers.clear(); // joins: they read the members that would be gone before them otherwise
}

void Team::run(int tasks, const std::function<void(int, int)>& task) {
    m_task = &task;
    m_tasks = tasks;
    m_next = 0;
    m_failure = nullptr;
    const bool alone = m_workers.empty() || tasks < 2;
    if (!alone) {
        m_busy = int(m_workers.size());
        m_round.fetch_add(1);
        m_round.notify_all();
    }
    take_tasks(0);
    if (!alone && !spin_until([this] { return m_busy.load() == 0; }))
        for (int busy = m_busy.load(); busy != 0; busy = m_busy.load())
            m_busy.wait(busy);
    m_task = nullptr;
    if (m_failure)
        std::rethrow_exception(m_failure);
}

void Team::take_tasks(int worker_idx) {
    for (int task_idx = m_next.fetch_add(1); task_idx < m_tasks; task_idx = m_next.fetch_add(1)) {
        try {
            (*m_task)(task_idx, worker_idx);
        } catch (...) {
            const std::lock_guard lock(m_failure_mutex);
            if (!m_failure)
                m_failure = std::current_exception();
            m_next = m_tasks;
        }
    }
}

void Team::work(int worker_idx) {
    std::uint32_t seen = 0;
    while (true) {
        if (!spin_until([&] { return m_round.load() != seen; }))
            m_round.wait(seen);
        seen = m_round.load();
        if (m_over)
            return;
        take_tasks(worker_idx);
        if (m_busy.fetch_sub(1) == 1)
            m_busy.notify_all();
    }
}

int usable_threads() {
    if (const char* wanted = std::getenv("CAMEO_THREADS"))
        if (const int threads = std::atoi(wanted); threads > 0 && threads <= 1024)
            return threads;
    cpu_set_t set;
    CPU_ZERO(&set);
    if (::sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return CPU_COUNT(&set);
    return int(std::max(1u, std::thread::hardware_concurrency()));
}

} // namespace cameo
