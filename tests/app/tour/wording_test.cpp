#include "app/tour/wording.hpp"

#include "app/tour/steps.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace cameo {
namespace {

using testing::HasSubstr;

Trace two_experts() {
    Trace trace;
    trace.query = "play music";
    trace.experts.resize(2);
    trace.experts[0].name = "lexical";
    trace.experts[0].kind = ExpertKind::Lexical;
    trace.experts[1].name = "global";
    trace.experts[1].kind = ExpertKind::Global;
    trace.documents.resize(2);
    trace.documents[0].id = "moc";
    trace.documents[1].id = "cmus";
    trace.documents[1].title = "C* Music Player";
    trace.fused = {{.document = 0, .score = 1.75, .used = {1.0, 0.75}}, {.document = 1, .score = 1.5, .used = {0.5, 1.0}}};
    return trace;
}

// 1.75 − 1.5: lexical leads by 0.5, global trails by 0.25.
TEST(WhyFirst, NamesTheSumTheNextOneAndWhatSetsThemApart) {
    EXPECT_EQ(why_first(two_experts()), "Because its score is the highest: 1.75 (Lexical 1.00, Global 0.75); the second, C* Music Player, has 1.50. The lead of 0.25 is "
                                        "Lexical 0.50 and Global \u22120.25: what sets the two apart most is Lexical, words that match.");
    Trace trace = two_experts();
    trace.fused[0] = {.document = 0, .score = 1.75, .used = {2.0, -0.25}};
    EXPECT_THAT(why_first(trace), HasSubstr("1.75 (Lexical 2.00, Global \u22120.25);"));
}

TEST(WhyFirst, SaysSoWhereTwoAreAlikeOrThereIsOneOnly) {
    Trace trace = two_experts();
    trace.fused[1].score = 1.75;
    EXPECT_THAT(why_first(trace), testing::EndsWith("; the second, C* Music Player, has the same."));
    trace.fused.pop_back();
    EXPECT_THAT(why_first(trace), testing::EndsWith("Nothing else was found."));
}

TEST(TourWords, PutWhatIsOnScreenIntoTheirPlaces) {
    Snapshot now;
    EXPECT_EQ(tour_words("Why is {first} first? {ask}", now, ""), "Why is the first document first? Type something and press Enter.");
    now.trace = std::make_shared<const Trace>(two_experts());
    EXPECT_EQ(tour_words("{first}, {first}: {ask}", now, "play music"), "moc, moc: The tour asks \u201Cplay music\u201D.");
    EXPECT_EQ(tour_words("{experts}", now, ""), "Lexical (words that match) and Global (meaning as a whole)");
}

TEST(TourWords, CutALongNameAtAWholeCharacter) {
    Snapshot now;
    Trace trace = two_experts();
    trace.documents[0].title.clear();
    for (int each = 0; each < 100; ++each) trace.documents[0].title += "\u00E4";
    now.trace = std::make_shared<const Trace>(std::move(trace));
    std::string expected;
    for (int each = 0; each < 47; ++each) expected += "\u00E4";
    EXPECT_EQ(tour_words("{first}", now, ""), expected + "\u2026");
}

TEST(TourSteps, AreFewAndHaveAllTheyNeed) {
    EXPECT_GE(tour_steps().size(), 8u);
    EXPECT_LE(tour_steps().size(), 11u);
    std::set<std::string_view> titles;
    for (const TourStep& step : tour_steps()) {
        EXPECT_FALSE(step.anchor.empty()) << step.title;
        EXPECT_TRUE(titles.insert(step.title).second) << step.title;
        EXPECT_LE(std::ranges::count(step.words, '.'), 4) << step.title;
    }
}

} // namespace
} // namespace cameo
