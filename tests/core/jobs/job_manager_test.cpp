#include "core/jobs/job_manager.hpp"

#include "core/base/error.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>
#include <thread>

namespace cameo {
namespace {

using namespace std::chrono_literals;

/// The window's part: drains when a worker wakes it.
class Window {
public:
    explicit Window(std::size_t quick_threads = 2)
        : jobs(std::make_unique<JobManager>(
              [this] {
                  std::lock_guard lock(m_mutex);
                  m_woken = true;
                  m_there.notify_all();
              },
              quick_threads)) {}

    template <class Predicate>
    void drain_until(Predicate reached) {
        const auto give_up = std::chrono::steady_clock::now() + 30s;
        while (!reached() && std::chrono::steady_clock::now() < give_up) {
            {
                std::unique_lock lock(m_mutex);
                m_there.wait(lock, [&] { return m_woken; });
                m_woken = false;
            }
            jobs->drain();
        }
        EXPECT_TRUE(reached());
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_there;
    bool m_woken = false;

public:
    std::unique_ptr<JobManager> jobs; // last: its workers call back until it is gone
};

/// A job that runs until it is stopped or released.
struct Gate {
    std::atomic<bool> open{false};
    std::atomic<int> entered{0};
    void pass(Progress& progress) {
        ++entered;
        while (!open) {
            progress.check_cancelled();
            std::this_thread::sleep_for(1ms);
        }
    }
    void wait_entered(int count = 1) const {
        while (entered < count) std::this_thread::sleep_for(1ms);
    }
};

TEST(JobManager, ReturnsAResultOnTheDrainingThread) {
    Window window;
    const auto here = std::this_thread::get_id();
    std::optional<int> got;
    window.jobs->submit({.name = "Add"}, [](JobContext&) { return 40 + 2; },
                        [&](JobOutcome<int> outcome) {
                            EXPECT_EQ(std::this_thread::get_id(), here);
                            EXPECT_EQ(outcome.state, JobState::Done);
                            got = outcome.value;
                        });
    window.drain_until([&] { return got.has_value(); });
    EXPECT_EQ(got, 42);
    EXPECT_FALSE(window.jobs->busy());
}

TEST(JobManager, TurnsErrorsIntoValues) {
    Window window;
    std::vector<std::string> errors;
    const auto note = [&](const JobOutcome<std::monostate>& outcome) {
        EXPECT_EQ(outcome.state, JobState::Failed);
        EXPECT_FALSE(outcome.value.has_value());
        errors.push_back(outcome.error);
    };
    window.jobs->submit({.name = "Open", .lane = Lane::Long},
                        [](JobContext&) { throw Error(ErrorKind::NotFound, "x.db: no such file"); }, note);
    window.jobs->submit({.name = "Count", .lane = Lane::Long}, [](JobContext&) { throw std::runtime_error("odd"); }, note);
    window.jobs->submit({.name = "Fill", .lane = Lane::Long}, [](JobContext&) { throw std::bad_alloc(); }, note);
    window.drain_until([&] { return errors.size() == 3; });
    EXPECT_THAT(errors, testing::ElementsAre("x.db: no such file", "Count: unexpected failure: odd",
                                             "Fill: there was not enough memory"));
    const auto list = window.jobs->snapshot();
    ASSERT_EQ(list.size(), 3u);
    EXPECT_EQ(list[0].name, "Fill") << "ended jobs: newest first";
    EXPECT_EQ(list[2].error, "x.db: no such file");
}

TEST(JobManager, CancelStopsARunningJobWithinASecond) {
    Window window;
    Gate gate;
    std::optional<JobState> end;
    const auto id = window.jobs->submit({.name = "Wait"}, [&](JobContext& job) { gate.pass(job); },
                                        [&](const JobOutcome<std::monostate>& outcome) { end = outcome.state; });
    gate.wait_entered();
    const auto asked = std::chrono::steady_clock::now();
    window.jobs->cancel(id);
    EXPECT_TRUE(window.jobs->snapshot().at(0).stopping);
    window.drain_until([&] { return end.has_value(); });
    EXPECT_EQ(end, JobState::Cancelled);
    EXPECT_LT(std::chrono::steady_clock::now() - asked, 1s);
    EXPECT_EQ(window.jobs->snapshot().at(0).state, JobState::Cancelled);
    window.jobs->forget(id);
    EXPECT_TRUE(window.jobs->snapshot().empty());
}

TEST(JobManager, CancelEndsAQueuedJobAtOnce) {
    Window window;
    Gate gate;
    std::optional<JobState> second_end;
    bool second_ran = false;
    window.jobs->submit({.name = "First", .lane = Lane::Long}, [&](JobContext& job) { gate.pass(job); },
                        [](const JobOutcome<std::monostate>&) {});
    gate.wait_entered();
    const auto second = window.jobs->submit({.name = "Second", .lane = Lane::Long}, [&](JobContext&) { second_ran = true; },
                                            [&](const JobOutcome<std::monostate>& outcome) { second_end = outcome.state; });
    EXPECT_EQ(window.jobs->snapshot().at(1).state, JobState::Queued);
    window.jobs->cancel(second);
    window.drain_until([&] { return second_end.has_value(); });
    EXPECT_EQ(second_end, JobState::Cancelled);
    EXPECT_FALSE(second_ran);
}

TEST(JobManager, LatestOfATagWinsAndOlderResultsAreThrownAway) {
    Window window(1);
    Gate gate;
    std::vector<int> results;
    const auto ask = [&](int which) {
        window.jobs->submit({.name = "Query", .tag = "query"},
                            [&, which](JobContext& job) {
                                if (which == 0) gate.pass(job);
                                return which;
                            },
                            [&](JobOutcome<int> outcome) { results.push_back(outcome.value.value_or(-1)); });
    };
    ask(0);
    gate.wait_entered();
    for (int which = 1; which <= 5; ++which) ask(which);
    window.drain_until([&] { return !window.jobs->busy(); });
    EXPECT_THAT(results, testing::ElementsAre(5));
}

TEST(JobManager, AResultThatWasReadyButNotDrainedIsThrownAwayToo) {
    Window window(1);
    std::vector<int> results;
    std::atomic<bool> first_done{false};
    const auto take = [&](JobOutcome<int> outcome) { results.push_back(outcome.value.value_or(-1)); };
    window.jobs->submit({.name = "Query", .tag = "query"},
                        [&](JobContext& job) {
                            job.post([&] { results.push_back(100); });
                            first_done = true;
                            return 1;
                        },
                        take);
    while (!first_done) std::this_thread::sleep_for(1ms);
    window.jobs->submit({.name = "Query", .tag = "query"}, [&](JobContext&) { return 2; }, take);
    window.drain_until([&] { return !window.jobs->busy(); });
    EXPECT_THAT(results, testing::ElementsAre(2));
}

TEST(JobManager, PostsArriveInOrderAndBeforeTheResult) {
    Window window;
    std::vector<int> seen;
    window.jobs->submit({.name = "Build", .lane = Lane::Long},
                        [&](JobContext& job) {
                            for (int part = 0; part < 100; ++part) job.post([&seen, part] { seen.push_back(part); });
                            return 100;
                        },
                        [&](JobOutcome<int> outcome) { seen.push_back(*outcome.value); });
    window.drain_until([&] { return !window.jobs->busy(); });
    ASSERT_EQ(seen.size(), 101u);
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST(JobManager, AQuickJobDoesNotWaitForABuild) {
    Window window;
    Gate build;
    bool answered = false;
    window.jobs->submit({.name = "Build", .lane = Lane::Long}, [&](JobContext& job) { build.pass(job); },
                        [](const JobOutcome<std::monostate>&) {});
    build.wait_entered();
    window.jobs->submit({.name = "Query"}, [](JobContext&) {},
                        [&](const JobOutcome<std::monostate>&) { answered = true; });
    window.drain_until([&] { return answered; });
    EXPECT_EQ(window.jobs->snapshot().at(0).state, JobState::Running);
}

// An open dialog and an estimate had both quick threads, and a query waited until one of them ended.
TEST(JobManager, AQuickJobDoesNotWaitForWhatWaitsOutside) {
    Gate outside;
    int ended = 0;
    bool answered = false;
    Window window; // last: jobs wait until it is gone
    const auto wait_outside = [&] {
        window.jobs->submit({.name = "Ask", .lane = Lane::Outside}, [&](JobContext& job) { outside.pass(job); },
                            [&](const JobOutcome<std::monostate>&) { ++ended; });
    };
    for (int job_idx = 0; job_idx < 5; ++job_idx) wait_outside();
    outside.wait_entered(5); // nor for each other
    window.jobs->submit({.name = "Query"}, [](JobContext&) {},
                        [&](const JobOutcome<std::monostate>&) { answered = true; });
    window.drain_until([&] { return answered; });
    EXPECT_EQ(ended, 0);
    outside.open = true;
    window.drain_until([&] { return ended == 5; });
    outside.open = false;
    for (int job_idx = 0; job_idx < 6; ++job_idx) wait_outside(); // with the threads that are there, and one more
    outside.wait_entered(11);
}

TEST(JobManager, ShowsStageAndCounts) {
    Window window;
    Gate gate;
    window.jobs->submit({.name = "Encode", .lane = Lane::Long},
                        [&](JobContext& job) {
                            job.begin("reading", Unit::Bytes);
                            job.begin("encoding documents", Unit::Documents, 100, 40);
                            job.advance(2);
                            gate.pass(job);
                        },
                        [](const JobOutcome<std::monostate>&) {});
    gate.wait_entered();
    const auto shot = window.jobs->snapshot().at(0);
    EXPECT_EQ(shot.stage, "encoding documents");
    EXPECT_EQ(shot.unit, Unit::Documents);
    EXPECT_EQ(shot.done, 42);
    EXPECT_EQ(shot.total, 100);
    EXPECT_FALSE(shot.eta_low_s.has_value()) << "nothing to judge from yet";
}

TEST(JobManager, ListsOnlyWhatItWasAskedToList) {
    Window window;
    int ended = 0;
    const auto count = [&](const JobOutcome<std::monostate>&) { ++ended; };
    window.jobs->submit({.name = "kept"}, [](JobContext&) {}, count);
    window.jobs->submit({.name = "active", .listing = Listing::Active}, [](JobContext&) {}, count);
    window.jobs->submit({.name = "failed", .listing = Listing::Active}, [](JobContext&) { throw Error(ErrorKind::NotFound, "gone"); },
                        count);
    window.jobs->submit({.name = "never", .listing = Listing::Never}, [](JobContext&) {}, count);
    window.drain_until([&] { return ended == 4; });
    std::vector<std::string> names;
    for (const auto& shot : window.jobs->snapshot()) names.push_back(shot.name);
    EXPECT_THAT(names, testing::UnorderedElementsAre("kept", "failed"));
}

TEST(JobManager, DestructionStopsAndJoins) {
    Gate gate;
    std::atomic<int> delivered{0};
    {
        Window window;
        for (int job_idx = 0; job_idx < 8; ++job_idx)
            window.jobs->submit({.name = "Wait", .lane = job_idx % 2 ? Lane::Long : Lane::Quick},
                                [&](JobContext& job) { gate.pass(job); },
                                [&](const JobOutcome<std::monostate>&) { ++delivered; });
        gate.wait_entered(3);
    }
    EXPECT_EQ(gate.entered, 3);
    EXPECT_EQ(delivered, 0);
}

TEST(JobManager, ManyThreadsMayAskAtOnce) {
    Window window;
    std::atomic<int> ran{0};
    int done = 0;
    constexpr int kThreads = 4, kEach = 50;
    {
        std::vector<std::jthread> askers;
        for (int asker = 0; asker < kThreads; ++asker)
            askers.emplace_back([&] {
                for (int job_idx = 0; job_idx < kEach; ++job_idx) {
                    window.jobs->submit({.name = "Count"},
                                        [&](JobContext& job) {
                                            job.begin("counting", Unit::Steps, 1);
                                            job.advance();
                                            ++ran;
                                        },
                                        [&](const JobOutcome<std::monostate>&) { ++done; });
                    window.jobs->snapshot();
                }
            });
    }
    window.drain_until([&] { return done == kThreads * kEach; });
    EXPECT_EQ(ran, kThreads * kEach);
    EXPECT_EQ(window.jobs->snapshot().size(), 50u) << "the list of ended jobs is bounded";
}

} // namespace
} // namespace cameo
