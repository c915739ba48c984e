#include "app/session/left_open.hpp"

#include <cstdlib>
#include <ctime>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

namespace cameo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// 26 November 2026, 21:14:03 in local time, wherever that is.
std::int64_t a_moment() {
    std::tm parts{};
    parts.tm_year = 126, parts.tm_mon = 10, parts.tm_mday = 26, parts.tm_hour = 21, parts.tm_min = 14, parts.tm_sec = 3, parts.tm_isdst = -1;
    return std::int64_t{std::mktime(&parts)} * 1000 + 250;
}

TEST(LeftOpen, SaysUpToWhenAllIsHere) {
    EXPECT_EQ(left_open_words({.kept_ms = a_moment()}, a_moment() + 60'000),
              "Cameo was not closed properly the last time. Everything up to the last change, on 26 Nov at 21:14:03, is here: the query, its result, the layout and the notes.");
    EXPECT_THAT(left_open_words({.kept_ms = a_moment()}, a_moment() + std::int64_t{400} * 86'400'000), HasSubstr(", on 26 Nov 2026 at 21:14:03,"));
    for (const std::int64_t unknown : {std::int64_t{0}, std::int64_t{-5}, std::numeric_limits<std::int64_t>::max()})
        EXPECT_THAT(left_open_words({.kept_ms = unknown}, a_moment()), HasSubstr("Everything up to the last change is here"));
}

TEST(LeftOpen, SaysWhatIsNotHere) {
    EXPECT_EQ(unfinished_words({}), "");
    EXPECT_EQ(unfinished_words({.query = "play music"}), "The query “play music” was still being answered.");
    EXPECT_EQ(unfinished_words({.query = "", .jobs = {{"judged", "Measure test queries of debian"}, {"map", "Lay out the documents of debian"}}}),
              "Not finished: Measure test queries of debian; Lay out the documents of debian.");
    EXPECT_EQ(unfinished_words({.query = "play music", .jobs = {{"index", "Index debian for demo"}}}),
              "The query “play music” was still being answered. Not finished: Index debian for demo. What was indexed is kept, and it can go on from there.");
    EXPECT_THAT(unfinished_words({.query = std::string(100'000, 'x') + "\n"}), AllOf(testing::SizeIs(testing::Lt(200u)), Not(HasSubstr("\n"))));
}

TEST(LeftOpen, ComesBackFromItsText) {
    const LeftOpen left{.kept_ms = 1'790'000'000'123, .unfinished = {.query = "play \"music\" é", .jobs = {{"index", "Index debian for demo"}, {"", "other"}}}};
    std::string machine;
    EXPECT_EQ(left_open_from_json(to_json(left, "here"), machine), left);
    EXPECT_EQ(machine, "here");
}

TEST(LeftOpen, WhatCannotBeReadIsEmpty) {
    const std::string whole = to_json({.kept_ms = 5, .unfinished = {.query = "q", .jobs = {{"index", "Index"}}}}, "here");
    std::string machine;
    for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_EQ(left_open_from_json(whole.substr(0, size), machine), LeftOpen()) << size;
    for (const char* text : {"[]", "null", R"({"machine":7,"kept_ms":"x","query":[],"jobs":{}})", R"({"kept_ms":1e300})"}) EXPECT_EQ(left_open_from_json(text, machine), LeftOpen()) << text;
    EXPECT_EQ(left_open_from_json(R"({"jobs":[1,{"name":3},{"tag":"index"}]})", machine).unfinished.jobs, (std::vector<Unfinished::Job>{{"", ""}, {"index", ""}}));
}

} // namespace
} // namespace cameo
