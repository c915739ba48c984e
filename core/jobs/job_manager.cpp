#include "core/jobs/job_manager.hpp"

#include "core/base/error.hpp"
#include "core/jobs/progress_meter.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <new>
#include <thread>

namespace cameo {

using Clock = std::chrono::steady_clock;

namespace detail {

struct JobRecord {
    JobRecord(JobBoard& board, JobId job_id, JobSpec job_spec) : id(job_id), spec(std::move(job_spec)) {
        unit = spec.unit;
        total = spec.total;
        context.reset(new JobContext(board, *this, stop.get_token()));
    }

    const JobId id;
    const JobSpec spec;
    std::stop_source stop;
    std::unique_ptr<JobContext> context;
    std::function<void(JobContext&)> run;
    std::function<void(JobState, std::string)> finish;

    // Everything below is guarded by JobBoard::mutex.
    JobState state = JobState::Queued;
    bool superseded = false;
    bool stopping = false;
    std::string stage;
    Unit unit = Unit::Steps;
    std::optional<std::int64_t> total;
    ProgressMeter meter;
    Clock::time_point started{}, ended{};
    std::string error;
};

using JobPointer = std::shared_ptr<JobRecord>;

struct JobBoard {
    static constexpr std::size_t kLanes = 3;
    static constexpr std::size_t kEndedKept = 50;

    std::mutex mutex;
    std::array<std::condition_variable, kLanes> work_there;
    std::array<std::deque<JobPointer>, kLanes> queues;
    std::array<std::size_t, kLanes> idle{}; ///< threads that wait for work
    std::vector<JobPointer> active; ///< queued and running, in order of submission
    std::deque<JobPointer> ended;   ///< newest first
    std::deque<std::function<void()>> deliveries;
    std::function<void()> wake;
    JobId next_id = 1;
    bool closing = false;
    std::vector<std::thread> threads;

    void add_thread(Lane lane) {
        threads.emplace_back([this, lane] { work(static_cast<std::size_t>(lane)); });
    }

    void deliver(std::function<void()> apply) {
        {
            std::lock_guard lock(mutex);
            deliveries.push_back(std::move(apply));
        }
        if (wake) wake();
    }

    JobPointer find(const JobRecord& record) {
        std::lock_guard lock(mutex);
        for (const auto& job : active)
            if (job.get() == &record) return job;
        return {};
    }

    void deliver_end(const JobPointer& job, JobState state, std::string error) {
        deliver([this, job, state, error = std::move(error)] {
            {
                std::lock_guard lock(mutex);
                std::erase(active, job);
                job->state = state;
                job->error = error;
                job->ended = Clock::now();
                const bool keep = job->spec.listing == Listing::Kept ||
                                  (job->spec.listing == Listing::Active && state == JobState::Failed);
                if (keep && !job->superseded) ended.push_front(job);
                if (ended.size() > kEndedKept) ended.pop_back();
                if (job->superseded) return;
            }
            job->finish(state, error);
        });
    }

    void work(std::size_t lane) {
        while (true) {
            JobPointer job;
            {
                std::unique_lock lock(mutex);
                ++idle[lane];
                work_there[lane].wait(lock, [&] { return closing || !queues[lane].empty(); });
                --idle[lane];
                if (closing) return;
                job = std::move(queues[lane].front());
                queues[lane].pop_front();
                job->state = JobState::Running;
                job->started = Clock::now();
                job->meter.restart(job->started, 0);
            }
            JobState state = JobState::Done;
            std::string error;
            try {
                job->run(*job->context);
            } catch (const Cancelled&) {
                state = JobState::Cancelled;
            } catch (const Error& caught) {
                state = JobState::Failed;
                error = caught.what();
            } catch (const std::bad_alloc&) {
                state = JobState::Failed;
                error = job->spec.name + ": there was not enough memory";
            } catch (const std::exception& caught) {
                state = JobState::Failed;
                error = job->spec.name + ": unexpected failure: " + caught.what();
            }
            job->run = {}; // its captures end with the work, on this thread
            deliver_end(job, state, std::move(error));
        }
    }
};

} // namespace detail

using detail::JobPointer;

JobContext::JobContext(detail::JobBoard& board, detail::JobRecord& record, std::stop_token stop)
    : Progress(std::move(stop)), m_board(board), m_record(record) {}

void JobContext::begin(std::string stage, Unit unit, std::optional<std::int64_t> total, std::int64_t already) {
    std::lock_guard lock(m_board.mutex); // count and total change together for whoever takes a snapshot
    m_record.stage = stage;
    m_record.unit = unit;
    m_record.total = total;
    m_record.meter.restart(Clock::now(), already);
    Progress::begin(std::move(stage), unit, total, already);
}

void JobContext::post(std::function<void()> apply) {
    auto job = m_board.find(m_record);
    if (!job) return;
    m_board.deliver([&board = m_board, job, apply = std::move(apply)] {
        {
            std::lock_guard lock(board.mutex);
            if (job->superseded) return;
        }
        apply();
    });
}

JobManager::JobManager(std::function<void()> wake, std::size_t quick_threads)
    : m_board(std::make_unique<detail::JobBoard>()) {
    m_board->wake = std::move(wake);
    for (std::size_t thread_idx = 0; thread_idx < quick_threads; ++thread_idx) m_board->add_thread(Lane::Quick);
    m_board->add_thread(Lane::Long);
}

JobManager::~JobManager() {
    {
        std::lock_guard lock(m_board->mutex);
        m_board->closing = true;
        for (auto& job : m_board->active) job->stop.request_stop();
        for (auto& queue : m_board->queues) queue.clear();
    }
    for (auto& there : m_board->work_there) there.notify_all();
    for (auto& thread : m_board->threads) thread.join();
}

JobId JobManager::enqueue(JobSpec spec, Run run, Finish finish) {
    const auto lane = static_cast<std::size_t>(spec.lane);
    JobId id = 0;
    {
        std::lock_guard lock(m_board->mutex);
        if (!spec.tag.empty()) {
            for (auto& older : m_board->active) {
                if (older->spec.tag != spec.tag) continue;
                older->superseded = true;
                older->stopping = true;
                older->stop.request_stop();
            }
            const auto dropped = [&](const JobPointer& job) {
                return job->superseded && job->state == JobState::Queued;
            };
            for (auto& queue : m_board->queues) std::erase_if(queue, dropped);
            std::erase_if(m_board->active, dropped);
        }
        // What waits for something outside must not wait for another such job first.
        if (spec.lane == Lane::Outside && m_board->idle[lane] <= m_board->queues[lane].size()) m_board->add_thread(Lane::Outside);
        id = m_board->next_id++;
        auto job = std::make_shared<detail::JobRecord>(*m_board, id, std::move(spec));
        job->run = std::move(run);
        job->finish = std::move(finish);
        m_board->active.push_back(job);
        m_board->queues[lane].push_back(std::move(job));
    }
    m_board->work_there[lane].notify_one();
    return id;
}

void JobManager::cancel(JobId id) {
    JobPointer never_ran;
    {
        std::lock_guard lock(m_board->mutex);
        for (auto& job : m_board->active) {
            if (job->id != id) continue;
            job->stopping = true;
            job->stop.request_stop();
            for (auto& queue : m_board->queues)
                if (std::erase(queue, job) > 0) never_ran = job;
            break;
        }
    }
    if (never_ran) m_board->deliver_end(never_ran, JobState::Cancelled, {});
}

void JobManager::cancel_tag(const std::string& tag) {
    std::vector<JobId> ids;
    {
        std::lock_guard lock(m_board->mutex);
        for (const auto& job : m_board->active)
            if (job->spec.tag == tag) ids.push_back(job->id);
    }
    for (const JobId id : ids) cancel(id);
}

void JobManager::forget(JobId id) {
    std::lock_guard lock(m_board->mutex);
    std::erase_if(m_board->ended, [&](const JobPointer& job) { return job->id == id; });
}

bool JobManager::drain() {
    std::deque<std::function<void()>> ready;
    {
        std::lock_guard lock(m_board->mutex);
        ready.swap(m_board->deliveries);
    }
    for (auto& apply : ready) apply();
    return !ready.empty();
}

std::vector<JobSnapshot> JobManager::snapshot() {
    const auto now = Clock::now();
    std::vector<JobSnapshot> result;
    std::lock_guard lock(m_board->mutex);
    const auto add = [&](detail::JobRecord& job) {
        JobSnapshot shot;
        shot.id = job.id;
        shot.name = job.spec.name;
        shot.tag = job.spec.tag;
        shot.stage = job.stage;
        shot.unit = job.unit;
        shot.state = job.state;
        shot.done = job.context->done();
        shot.total = job.total;
        shot.error = job.error;
        shot.stopping = job.stopping;
        if (job.state == JobState::Running) {
            job.meter.sample(now, shot.done);
            shot.rate = job.meter.rate();
            if (job.total) {
                if (const auto range = job.meter.remaining(*job.total)) {
                    shot.eta_low_s = range->low_s;
                    shot.eta_high_s = range->high_s;
                }
            }
        }
        if (job.state != JobState::Queued && job.started != Clock::time_point{}) {
            const auto until = job.state == JobState::Running ? now : job.ended;
            shot.elapsed_s = std::chrono::duration<double>(until - job.started).count();
        }
        result.push_back(std::move(shot));
    };
    const auto listed = [](const JobPointer& job) { return job->spec.listing != Listing::Never && !job->superseded; };
    for (auto state : {JobState::Running, JobState::Queued})
        for (auto& job : m_board->active)
            if (listed(job) && job->state == state) add(*job);
    for (auto& job : m_board->ended) add(*job);
    return result;
}

bool JobManager::busy() const {
    std::lock_guard lock(m_board->mutex);
    return !m_board->active.empty() || !m_board->deliveries.empty();
}

} // namespace cameo
