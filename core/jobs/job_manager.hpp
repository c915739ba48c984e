#pragma once

#include "core/jobs/job_snapshot.hpp"
#include "core/jobs/progress.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace cameo {

using JobId = std::uint64_t;

/// Interactive work never waits behind a build: each lane has threads of its own.
enum class Lane {
    Quick,   ///< what a person waits for: a query, a ledger, opening, saving
    Long,    ///< builds, one at a time
    Outside, ///< what only waits for a dialog or another program: all at once, each on a thread of its own
};

/// When a job is to be seen in the list.
enum class Listing {
    Kept,   ///< until it is forgotten, also after its end
    Active, ///< while it is queued or runs, and after a failure
    Never,
};

struct JobSpec {
    std::string name;
    std::string tag; ///< latest wins: queued jobs of the same tag are dropped and the running one is stopped; empty: none
    Unit unit = Unit::Steps;
    std::optional<std::int64_t> total;
    Lane lane = Lane::Quick;
    Listing listing = Listing::Kept;
};

/// How a job ended, as a value.
template <class Result>
struct JobOutcome {
    JobState state = JobState::Done; ///< Done, Cancelled or Failed
    std::optional<Result> value;     ///< Done only
    std::string error;               ///< Failed only: one sentence
};

namespace detail {
struct JobRecord;
struct JobBoard;
}

/// What a running job holds: its progress and cancel point, and a way to hand over something before the end.
class JobContext final : public Progress {
public:
    void begin(std::string stage, Unit unit, std::optional<std::int64_t> total = {}, std::int64_t already = 0) override;

    /// Runs `apply` on the draining thread, in order and before the result. Dropped when the job was superseded.
    void post(std::function<void()> apply);

private:
    friend struct detail::JobRecord;
    friend class JobManager;
    JobContext(detail::JobBoard& board, detail::JobRecord& record, std::stop_token stop);
    detail::JobBoard& m_board;
    detail::JobRecord& m_record;
};

/// Background work. Jobs take their inputs by value and return a result; results come back through one queue that
/// the owner drains (the window: at the start of a frame), so that nothing a worker does is seen halfway.
/// submit, cancel, forget, snapshot and drain are thread-safe; `done` callbacks run on the thread that drains.
/// The destructor asks every job to stop and joins; what was not drained is dropped.
class JobManager {
public:
    /// @param wake called from workers when there is something to drain; must be cheap and thread-safe; may be empty.
    explicit JobManager(std::function<void()> wake = {}, std::size_t quick_threads = 2);
    ~JobManager();
    JobManager(const JobManager&) = delete;
    JobManager& operator=(const JobManager&) = delete;

    /// Queues `work` and, once it ended, hands `done` its JobOutcome. A job that a newer one of its tag replaced is
    /// thrown away: its `done` is never called.
    /// @param work Result(JobContext&); Error and std::exception become Failed, Cancelled becomes Cancelled.
    /// @param done void(JobOutcome<Result>), with std::monostate for a Result of void.
    template <class Work, class Done>
    JobId submit(JobSpec spec, Work work, Done done) {
        using Raw = std::invoke_result_t<Work&, JobContext&>;
        using Result = std::conditional_t<std::is_void_v<Raw>, std::monostate, Raw>;
        auto value = std::make_shared<std::optional<Result>>();
        auto run = [work = std::move(work), value](JobContext& job) mutable {
            if constexpr (std::is_void_v<Raw>) {
                work(job);
                value->emplace();
            } else {
                value->emplace(work(job));
            }
        };
        auto finish = [done = std::move(done), value](JobState state, std::string error) mutable {
            JobOutcome<Result> outcome{state, {}, std::move(error)};
            if (state == JobState::Done) outcome.value = std::move(*value);
            done(std::move(outcome));
        };
        return enqueue(std::move(spec), std::move(run), std::move(finish));
    }

    /// Queued: ends at once. Running: is asked to stop and does so at its next advance(). Unknown ids are ignored.
    void cancel(JobId id);
    void cancel_tag(const std::string& tag);
    /// Takes an ended job off the list.
    void forget(JobId id);

    /// Runs what is ready, on this thread. @returns whether there was anything.
    bool drain();

    /// Running and queued jobs first, then ended ones, newest first.
    std::vector<JobSnapshot> snapshot();
    /// Whether anything is queued or running, or waits to be drained.
    bool busy() const;

private:
    using Run = std::function<void(JobContext&)>;
    using Finish = std::function<void(JobState, std::string)>;
    JobId enqueue(JobSpec spec, Run run, Finish finish);

    std::unique_ptr<detail::JobBoard> m_board;
};

} // namespace cameo
