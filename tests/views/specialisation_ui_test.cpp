#include "tests/support/sample_judged.hpp"
#include "tests/views/scene.hpp"
#include "views/specialisation_view.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

struct SpecialisationScene : Scene<SpecialisationView> {
    SpecialisationScene() {
        now.judged = sample_judged(120);
        size = {900, 1200};
    }
};

TEST(SpecialisationView, ListsWhoIsSavedAndRunsAQuery) {
    SpecialisationScene scene;
    const Contribution& local = scene.now.judged.specialisation->contributions[1];
    ASSERT_FALSE(local.saves.empty());
    const Query& first = scene.now.judged.scores->judged.queries[local.saves[0]];
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/$$1/Saves");
        ctx->Yield(2);
        ctx->ItemClick(("**/Query " + first.id).c_str());
        IM_CHECK_STR_EQ(scene.last<RunQuery>()->text.c_str(), first.text.c_str());
        ctx->ItemClick("**/$$1/Saves"); // closed again
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists(("**/Query " + first.id).c_str()));
    }));
}

TEST(SpecialisationView, PartsAreListedAndCutAnotherWay) {
    SpecialisationScene scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/Part semantic");
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists("**/Query t2"));
        IM_CHECK(!ctx->ItemExists("**/Query t0"));
        ctx->ItemClick("**/section");
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists("**/Part games"));
        IM_CHECK(!ctx->ItemExists("**/Query t2"));
        ctx->ItemClick("**/nDCG@10");
        IM_CHECK_EQ(scene.last<JudgeBy>()->measure, 1);
    }));
}

TEST(SpecialisationView, WaitsFailsAndAsks) {
    SpecialisationScene scene;
    scene.now.judged = {.splits = {"test"}, .split = "test"};
    EXPECT_TRUE(scene.click("**/Measure the judged queries"));
    scene.now.judged.phase = Phase::Loading;
    scene.now.jobs = {{.id = 9, .name = "Measure", .tag = "judged", .unit = Unit::Queries, .state = JobState::Running, .done = 40, .total = 1154}};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(3);
        ctx->ItemClick("**/Cancel");
        IM_CHECK(scene.last<CancelJob>() != nullptr);
    }));
    scene.now.judged.phase = Phase::Failed;
    scene.now.judged.error = "The index is damaged.";
    EXPECT_TRUE(scene.click("**/Try again"));
    scene.now.judged = sample_judged(30);
    scene.now.judged.specialisation.reset();
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) { ctx->Yield(3); }));
}

TEST(SpecialisationView, SlicesAreMadeChangedAndTakenAway) {
    Scene<SpecialisationView> scene;
    scene.size = {1000, 1400};
    scene.now.judged = sample_judged(60);
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->ItemClick("**/Your slices");
        ctx->Yield(2);
        ctx->ItemClick("//$FOCUSED/Add a slice");
        IM_CHECK(scene.last<SetSlices>() == nullptr); // it has no words yet
        ctx->ItemInput("//$FOCUSED/$$0/##words");
        ctx->KeyCharsReplaceEnter("number 1");
        ctx->Yield(2);
        IM_CHECK(scene.last<SetSlices>() != nullptr);
        IM_CHECK_EQ(scene.last<SetSlices>()->slices.size(), 1u);
        IM_CHECK_STR_EQ(scene.last<SetSlices>()->slices[0].name.c_str(), "slice");
        scene.now.slices = scene.last<SetSlices>()->slices;
        ctx->ItemClick("//$FOCUSED/$$0/Take away");
        IM_CHECK(scene.last<SetSlices>()->slices.empty());
    }));
    // A name that another one has: nothing is lost, and it says why nothing has changed.
    scene.now.slices = {{.name = "one", .words = "number 1"}, {.name = "two", .words = "number 2"}};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->PopupCloseAll();
        ctx->ItemClick("**/Your slices");
        ctx->Yield(2);
        ctx->ItemInput("//$FOCUSED/$$1/##name");
        ctx->KeyCharsReplaceEnter("one");
        ctx->Yield(2);
        IM_CHECK(scene.last<SetSlices>()->slices.empty()); // still the one of before
        ctx->ItemInput("//$FOCUSED/$$1/##name");
        ctx->KeyCharsReplaceEnter("both");
        ctx->Yield(2);
        IM_CHECK_EQ(scene.last<SetSlices>()->slices.size(), 2u);
        IM_CHECK_STR_EQ(scene.last<SetSlices>()->slices[1].name.c_str(), "both");
        ctx->PopupCloseAll();
    }));
    // As the program would show them: the view turns to what has just been made.
    Progress progress;
    scene.now.slices = {{.name = "ones", .words = "number 1"}};
    scene.now.judged.specialisation = std::make_shared<const Specialisation>(
        specialise(*scene.now.judged.scores, {}, 0, progress, own_parts(scene.now.slices, scene.now.judged.scores->judged.queries)));
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/Part ones");
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists("**/Query t1"));
        IM_CHECK(ctx->ItemExists("**/Query t10"));
        IM_CHECK(!ctx->ItemExists("**/Query t2"));
        ctx->ItemClick("**/category");
        ctx->ItemClick("**/Part semantic");
        ctx->Yield(2);
        ctx->ItemClick("**/Keep as a slice");
        IM_CHECK_EQ(scene.last<SetSlices>()->slices.size(), 2u);
        IM_CHECK_EQ(scene.last<SetSlices>()->slices[1].ids.size(), 20u);
        IM_CHECK(ctx->ItemExists("**/Query t2"));
        ctx->ItemClick("**/your slices"); // another cut: its parts are not those that were listed
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/Query t2"));
    }));
}

MeanInterval at(double mean, double half) { return {mean, mean - half, mean + half}; }

TEST(SpecialisationAnswer, SaysWhatTheTestsAllow) {
    const std::vector<std::string> experts{"lexical", "global"};
    const std::vector<QuerySlice> split{{.name = "lexical", .experts = {at(0.9, 0.02), at(0.7, 0.05)}, .best = 0, .p = 0.01},
                                        {.name = "semantic", .experts = {at(0.2, 0.05), at(0.4, 0.05)}, .best = 1, .p = 0.04}};
    EXPECT_EQ(specialisation_answer(split, experts),
              "\u201Clexical\u201D queries: Lexical leads with 0.90. \u201Csemantic\u201D queries: Global leads with 0.40. Different experts lead for "
              "different queries: they have specialised.");
    std::vector<QuerySlice> one = split;
    one[1] = {.name = "semantic", .experts = {at(0.6, 0.05), at(0.4, 0.05)}, .best = 0, .p = 0.01};
    EXPECT_NE(specialisation_answer(one, experts).find("One expert leads everywhere."), std::string::npos);
    one[1].p = 0.06;
    EXPECT_NE(specialisation_answer(one, experts).find("within what chance does"), std::string::npos);
    EXPECT_NE(specialisation_answer(one, experts).find("Nobody can say"), std::string::npos);
}

} // namespace
} // namespace cameo
