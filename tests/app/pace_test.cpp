#include "app/pace.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

TEST(Pace, SleepsUntilSomethingHappens) {
    EXPECT_FALSE(wait_s({}));
    EXPECT_FALSE(wait_s({.focused = false, .minimised = true}));
    EXPECT_EQ(wait_s({.sleep_s = 0.5}), 0.5);
}

TEST(Pace, DrawsAtFullSpeedWhileSomebodyIsThere) {
    EXPECT_EQ(wait_s({.sleep_s = 0}), kShortestFrameS);
    EXPECT_EQ(wait_s({.sleep_s = 0, .since_frame_s = 1}), 0);
    EXPECT_EQ(wait_s({.after_input = true, .focused = false}), kShortestFrameS);
}

// Animations were drawn sixty times a second also behind other windows.
TEST(Pace, IsSlowWhereNobodyWorks) {
    EXPECT_EQ(wait_s({.sleep_s = 0, .focused = false}), kUnfocusedFrameS);
    EXPECT_EQ(wait_s({.sleep_s = 0.1, .focused = false}), kUnfocusedFrameS);
    EXPECT_EQ(wait_s({.sleep_s = 0, .after_input = true, .focused = false, .minimised = true}), kMinimisedFrameS);
    EXPECT_EQ(wait_s({.sleep_s = 5, .focused = false}), 5);
}

// What was typed while frames were drawn stayed off the screen until the next key.
TEST(Pace, CountsItsFramesFromTheLastInput) {
    EXPECT_EQ(frames_due(0, false, true), kFramesAfterInput);
    EXPECT_EQ(frames_due(1, true, true), kFramesAfterInput);
    EXPECT_EQ(frames_due(0, true, false), kFramesAfterInput);
    EXPECT_EQ(frames_due(2, false, true), 2) << "a poll that comes back at once is no input";
    EXPECT_EQ(frames_due(0, false, false), 1) << "what moves by itself";
}

} // namespace
} // namespace cameo
