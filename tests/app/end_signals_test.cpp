#include "app/end_signals.hpp"

#include <chrono>
#include <csignal>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace cameo {
namespace {

using namespace std::chrono_literals;

TEST(EndSignals, AskTheWindowAndWakeIt) {
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
        std::atomic<int> woken{0};
        const EndSignals end([&] { ++woken; });
        EXPECT_FALSE(end.asked());
        ::raise(signal);
        for (int wait = 0; wait < 1000 && woken == 0; ++wait) std::this_thread::sleep_for(10ms);
        EXPECT_EQ(woken, 1);
        EXPECT_TRUE(end.asked());
    }
}

TEST(EndSignals, EndTheProgramAgainOnceTheWindowIsGone) {
    const pid_t child = ::fork();
    if (child == 0) {
        { const EndSignals end([] {}); }
        ::raise(SIGTERM);
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

} // namespace
} // namespace cameo
