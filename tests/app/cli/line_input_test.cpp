#include "app/cli/line_input.hpp"
#include "tests/app/cli/piped_input.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <sstream>
#include <thread>

namespace cameo {
namespace {

TEST(LineInput, TellsWhetherItWouldWait) {
    PipedInput pipe;
    LineInput lines(std::cin);
    Progress progress;
    std::string line;
    EXPECT_TRUE(lines.would_wait());
    pipe.write("one\n\ntwo");
    EXPECT_FALSE(lines.would_wait());
    EXPECT_TRUE(lines.next(line, progress));
    EXPECT_EQ(line, "one");
    EXPECT_TRUE(lines.next(line, progress));
    EXPECT_EQ(line, "");
    EXPECT_TRUE(lines.would_wait()) << "half a line is none";
    pipe.write(" and more");
    pipe.close();
    EXPECT_FALSE(lines.would_wait());
    EXPECT_TRUE(lines.next(line, progress));
    EXPECT_EQ(line, "two and more");
    EXPECT_FALSE(lines.would_wait()) << "the end need not be waited for";
    EXPECT_FALSE(lines.next(line, progress));
    EXPECT_FALSE(lines.next(line, progress));
}

TEST(LineInput, ReadsLinesOfAnyLength) {
    PipedInput pipe;
    LineInput lines(std::cin);
    Progress progress;
    const std::string longest(300'000, 'x');
    std::jthread writer([&] {
        for (std::size_t at = 0; at < longest.size(); at += 1000)
            pipe.write(longest.substr(at, 1000));
        pipe.write("\nlast\n");
        pipe.close();
    });
    std::string line;
    EXPECT_TRUE(lines.next(line, progress));
    EXPECT_EQ(line, longest);
    EXPECT_TRUE(lines.next(line, progress));
    EXPECT_EQ(line, "last");
    EXPECT_FALSE(lines.next(line, progress));
}

TEST(LineInput, WaitingIsCancelled) {
    PipedInput pipe;
    LineInput lines(std::cin);
    std::stop_source stop;
    Progress progress(stop.get_token());
    std::jthread later([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        stop.request_stop();
    });
    std::string line;
    EXPECT_THROW(lines.next(line, progress), Cancelled);
}

TEST(LineInput, OtherStreamsNeverWait) {
    std::istringstream in("one\ntwo");
    LineInput lines(in);
    Progress progress;
    std::string line;
    EXPECT_FALSE(lines.would_wait());
    EXPECT_TRUE(lines.next(line, progress));
    EXPECT_TRUE(lines.next(line, progress));
    EXPECT_EQ(line, "two");
    EXPECT_FALSE(lines.next(line, progress));
}

} // namespace
} // namespace cameo
