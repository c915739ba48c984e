#include "app/story/recorder.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

using namespace std::chrono_literals;

const StoryRecorder::Clock::time_point kBegin{1h};

TEST(StoryRecorder, TakesAPlaceOnceSomebodyStays) {
    StoryRecorder recorder;
    EXPECT_FALSE(recorder.look("a", kBegin));
    EXPECT_DOUBLE_EQ(*recorder.looks_in_s(kBegin + 500ms), 1.5);
    EXPECT_FALSE(recorder.look("a", kBegin + 1999ms));
    EXPECT_TRUE(recorder.look("a", kBegin + 2s));
    EXPECT_FALSE(recorder.looks_in_s(kBegin + 2s)) << "nothing to wait for";
    EXPECT_FALSE(recorder.look("a", kBegin + 9s)) << "once";
    EXPECT_FALSE(recorder.look("b", kBegin + 10s));
    EXPECT_TRUE(recorder.look("b", kBegin + 12s));
    EXPECT_FALSE(recorder.look("a", kBegin + 13s)) << "and again where somebody comes back";
    EXPECT_TRUE(recorder.look("a", kBegin + 15s));
}

TEST(StoryRecorder, LeavesOutWhatIsPassedThrough) {
    StoryRecorder recorder;
    for (int each = 0; each < 50; ++each) EXPECT_FALSE(recorder.look(std::to_string(each), kBegin + each * 1900ms));
    EXPECT_FALSE(recorder.look("", kBegin + 200s)) << "nothing is on screen";
    EXPECT_FALSE(recorder.looks_in_s(kBegin + 201s));
    EXPECT_FALSE(recorder.look("", kBegin + 900s));
}

TEST(StoryRecorder, TakesNothingTwice) {
    StoryRecorder recorder;
    recorder.look("a", kBegin);
    recorder.taken();
    EXPECT_FALSE(recorder.look("a", kBegin + 5s)) << "somebody has made it a step himself";
}

} // namespace
} // namespace cameo
