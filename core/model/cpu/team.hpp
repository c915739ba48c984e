#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace cameo {

/// A few threads that work on one thing together, again and again, with little ado in between: a query's layers are
/// fractions of a millisecond. One run() at a time.
class Team {
public:
    /// @param threads the caller of run() included; at least 1
    explicit Team(int threads);
    ~Team();
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    int threads() const { return int(m_workers.size()) + 1; }

    /// Calls task(task_idx, worker_idx) for each of 0 .. tasks-1, in any order, and returns when all are done. After an
    /// exception no further task is begun and the first exception is thrown here. Must not be called from a task.
    void run(int tasks, const std::function<void(int task_idx, int worker_idx)>& task);

private:
    void work(int worker_idx);
    void take_tasks(int worker_idx);

    std::vector<std::jthread> m_workers;
    const std::function<void(int, int)>* m_task = nullptr;
    int m_tasks = 0;
    std::atomic<int> m_next{0};
    std::atomic<int> m_busy{0};
    std::atomic<std::uint32_t> m_round{0};
    std::atomic<bool> m_over{false};
    std::mutex m_failure_mutex;
    std::exception_ptr m_failure;
};

/// How many threads encoding uses: $CAMEO_THREADS, or the processors this process may run on.
int usable_threads();

} // namespace cameo
