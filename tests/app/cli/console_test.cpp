#include "app/cli/console.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <sstream>

namespace cameo {
namespace {

using testing::HasSubstr;

TEST(Console, PrintsNumbersAsPeopleReadThem) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1234567), "1,234,567");
    EXPECT_EQ(grouped(-1234), "-1,234");
    EXPECT_EQ(grouped(-123), "-123");
    EXPECT_EQ(in_bytes(999), "999 B");
    EXPECT_EQ(in_bytes(15'800'000), "15.8 MB");
    EXPECT_EQ(in_time(12.4), "12 s");
    EXPECT_EQ(in_time(200), "3 min 20 s");
    EXPECT_EQ(in_time(3720), "1 h 2 min");
}

TEST(Console, ShortWorkLeavesNoTrace) {
    std::ostringstream err;
    {
        ConsoleProgress progress(err, false);
        progress.begin("reading", Unit::Documents, 10);
        progress.advance(10);
    }
    EXPECT_EQ(err.str(), "");
}

TEST(Console, ATerminalsLineIsTakenAway) {
    std::ostringstream err;
    {
        ConsoleProgress progress(err, true);
        progress.begin("encoding documents", Unit::Documents, 3000);
        progress.advance(1500);
        std::this_thread::sleep_for(std::chrono::milliseconds(400));
        progress.clear_line();
    }
    EXPECT_THAT(err.str(), HasSubstr("encoding documents  1,500 / 3,000 documents"));
    EXPECT_TRUE(err.str().ends_with("\r\033[K"));
}

TEST(Console, CtrlCBecomesCancelled) {
    std::ostringstream err;
    ConsoleProgress progress(err, false);
    progress.begin("encoding documents", Unit::Documents);
    std::raise(SIGINT);
    EXPECT_THROW(
        {
            for (int round = 0; round < 1000; ++round) {
                progress.advance();
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            }
        },
        Cancelled);
    progress.clear_line();
    EXPECT_THAT(err.str(), HasSubstr("stopping"));
}

} // namespace
} // namespace cameo
