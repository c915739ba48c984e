#include "app/notice_board.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

using namespace std::chrono_literals;

// Cards that were only good to know covered the lists until somebody clicked each of them away.
TEST(NoticeBoard, WhatIsOnlyGoodToKnowGoesByItself) {
    const NoticeBoard::Clock::time_point start{};
    NoticeBoard board;
    EXPECT_FALSE(board.expires_in_s(start));
    board.add(Notice::Level::Error, "disk: no room left", {}, start);
    EXPECT_FALSE(board.expires_in_s(start)) << "errors stay";
    board.add(Notice::Level::Info, "A copy is there.", {}, start);
    board.add(Notice::Level::Info, std::string(200, 'x'), {}, start);
    const double first = board.expires_in_s(start).value();
    EXPECT_GT(first, 5);
    EXPECT_LT(first, 8);
    EXPECT_FALSE(board.expire(start + 4s));
    EXPECT_TRUE(board.expire(start + 8s));
    EXPECT_EQ(board.notices().size(), 2u) << "a long one takes longer to read";
    EXPECT_TRUE(board.expire(start + 60s));
    ASSERT_EQ(board.notices().size(), 1u);
    EXPECT_EQ(board.notices().front().level, Notice::Level::Error);
    board.dismiss(board.notices().front().id);
    EXPECT_TRUE(board.notices().empty());
}

} // namespace
} // namespace cameo
