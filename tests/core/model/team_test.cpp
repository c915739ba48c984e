#include "core/model/cpu/team.hpp"

#include <gtest/gtest.h>
#include <numeric>

namespace cameo {
namespace {

TEST(Team, DoesEveryTaskOnce) {
    for (const int threads : {1, 2, 5}) {
        Team team(threads);
        EXPECT_EQ(team.threads(), threads);
        for (const int tasks : {0, 1, 2, 3, 100}) {
            std::vector<std::atomic<int>> done(std::size_t(tasks) + 1);
            for (int round = 0; round < 10; ++round)
                team.run(tasks, [&](int task_idx, int worker_idx) {
                    ASSERT_LT(worker_idx, threads);
                    ++done[std::size_t(task_idx)];
                });
            for (int task_idx = 0; task_idx < tasks; ++task_idx)
                EXPECT_EQ(done[std::size_t(task_idx)], 10);
        }
    }
}

// The threads were joined after the members that they read had ended: seen by the thread sanitizer, which watches the
// last round here, and by nobody else.
TEST(Team, EndsWhileItsThreadsAreStillAtIt) {
    for (int round = 0; round < 200; ++round) {
        std::atomic<int> done{0};
        {
            Team team(4);
            if (round % 2 == 0)
                team.run(8, [&](int, int) { ++done; });
        }
        EXPECT_EQ(done, round % 2 == 0 ? 8 : 0);
    }
}

TEST(Team, PassesTheFirstExceptionOnAndGoesOn) {
    Team team(3);
    std::atomic<int> begun{0};
    EXPECT_THROW(team.run(10'000,
                          [&](int task_idx, int) {
                              ++begun;
                              if (task_idx == 5)
                                  throw std::runtime_error("no");
                              // Long enough for the exception to be caught before the others have done all.
                              std::this_thread::sleep_for(std::chrono::microseconds(100));
                          }),
                 std::runtime_error);
    EXPECT_LT(begun, 10'000);
    std::atomic<int> after{0};
    team.run(10, [&](int, int) { ++after; });
    EXPECT_EQ(after, 10);
}

} // namespace
} // namespace cameo
