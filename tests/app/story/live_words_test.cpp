#include "app/story/live_words.hpp"

#include "tests/support/sample_judged.hpp"
#include "tests/support/sample_snapshot.hpp"
#include "tests/support/sample_training.hpp"
#include "views/format.hpp"
#include "views/plain_caption.hpp"

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::HasSubstr;

/// Two experts who disagree: moc is first together and for the first, cmus for the second.
Snapshot disagreement() {
    Trace trace;
    trace.query = "play music";
    trace.model = "came";
    trace.collection = "debian";
    trace.experts.resize(2);
    trace.experts[0].name = "lexical";
    trace.experts[0].hits = {0, 1};
    trace.experts[1].name = "global";
    trace.experts[1].hits = {1};
    trace.documents.resize(2);
    trace.documents[0] = {.ordinal = 0, .id = "moc", .title = {}, .snippet = {}, .raw = {2, 1}, .rank = {1, 2}, .brought_by = 1, .gate = {}};
    trace.documents[1] = {.ordinal = 1, .id = "cmus", .title = "C* Music Player", .snippet = {}, .raw = {1, 1.5f}, .rank = {2, 1}, .brought_by = 3, .gate = {}};
    trace.fused = {{.document = 0, .score = 3, .used = {2, 1}}, {.document = 1, .score = 2.5, .used = {1, 1.5}}};
    Snapshot now;
    now.trace = std::make_shared<const Trace>(std::move(trace));
    now.selection.document = "cmus";
    return now;
}

TEST(LiveWords, SayWhatIsOnScreen) {
    const Snapshot now = disagreement();
    EXPECT_EQ(live_words("{query} of {model} on {collection}: {found}", now), "play music of came on debian: 2");
    EXPECT_EQ(live_words("{first}, {first:lexical}, {first:global}", now), "moc, moc, C* Music Player");
    EXPECT_EQ(live_words("{document}: {rank}, {rank:lexical}, {rank:global}", now), "C* Music Player: 2, 2, 1");
    EXPECT_EQ(live_words("{why}", now), plain_caption(*now.trace, nullptr, "cmus"));
}

TEST(LiveWords, LeaveOutWhatHasNothingToSay) {
    Snapshot now = disagreement();
    EXPECT_EQ(live_words("It is so.[ Over {judged} questions.]", now), "It is so.");
    EXPECT_EQ(live_words("[!{judged}Measure them.]", now), "Measure them.");
    EXPECT_EQ(live_words("{judged} questions", now), "\u2026 questions");
    EXPECT_EQ(live_words("{first:local}[, {rank:local}]", now), "\u2026") << "there is no such expert";
    now.selection.document = "nobody";
    EXPECT_EQ(live_words("[{document} ]{first}", now), "moc");
    now.trace = nullptr;
    EXPECT_EQ(live_words("[{first} is first.][!{first}Ask something.]", now), "Ask something.");
}

TEST(LiveWords, LeaveSomebodysOwnBracesAndBracketsAlone) {
    const Snapshot now = disagreement();
    for (const char* words : {"{nothing} known", "a [CLS] mark [1]", "open { and [ ends", "{", "[", "{}", "[]", "{first", "\u201C[{later}]\u201D"}) EXPECT_EQ(live_words(words, now), words);
}

TEST(LiveWords, SayWhatWasMeasured) {
    Snapshot now = sample_snapshot();
    now.judged = sample_judged();
    const Evaluation& evaluation = *now.judged.evaluation;
    const auto mean = [&](const char* name) {
        const auto system = std::ranges::find(evaluation.systems, name, &SystemResult::name);
        return format_score(value(system->mean, now.judged.measure), 3);
    };
    EXPECT_EQ(live_words("{judged}: {measure:lexical}, {measure:sum}", now), "120: " + mean("lexical") + ", " + mean("fusion:sum"));
    EXPECT_EQ(live_words("[{measure:nobody}]", now), "");
    const auto test = std::ranges::find_if(evaluation.tests, [](const auto& each) { return each.a == "lexical" && each.b == "global"; });
    ASSERT_NE(test, evaluation.tests.end());
    EXPECT_EQ(live_words("{chance:lexical,global}", now), format_figure(test->p_holm));
    EXPECT_EQ(live_words("{chance:global,lexical}", now), format_figure(test->p_holm)) << "in either order";
}

TEST(LiveWords, SayHowATrainingStoodAtTheStepThatIsLookedAt) {
    Snapshot now = sample_training(SampleTraining::Collapsing);
    now.trainings.moment = 40;
    const std::string before = live_words("{step}: {load}, {experts}", now);
    EXPECT_THAT(before, HasSubstr("40: "));
    now.trainings.moment = 200;
    const std::string after = live_words("{step}: {load}, {experts}", now);
    EXPECT_THAT(after, HasSubstr("200: "));
    EXPECT_NE(before.substr(3), after.substr(4));
    EXPECT_EQ(live_words("{load:40}, {experts:40}", now), before.substr(4)) << "as it was then";
    EXPECT_EQ(live_words("{experts:0}", now), live_words("{experts:19}", now)) << "the last validation before it";
    const double experts = std::stod(live_words("{experts}", now));
    EXPECT_GE(experts, 1);
    EXPECT_LT(experts, std::stod(live_words("{experts:40}", now)));
    now.trainings.shown.clear();
    EXPECT_EQ(live_words("[{load}]", now), "");
    EXPECT_EQ(live_words("[{load}]", sample_training(SampleTraining::Came)), "") << "it has no gate";
}

} // namespace
} // namespace cameo
