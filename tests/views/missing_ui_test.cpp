#include "tests/support/sample_missing.hpp"
#include "tests/views/scene.hpp"
#include "views/missing_chain.hpp"
#include "views/missing_view.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

struct MissingScene : Scene<MissingView> {
    explicit MissingScene(SampleMissing kind = SampleMissing::Fusion) : Scene(sample_missing(kind)) { size = {520, 800}; }
};

TEST(MissingView, TheWeightThatIsOfferedDoesIt) {
    MissingScene scene;
    const MissingDocument& missing = *scene.now.missing.found;
    ASSERT_EQ(missing.stage, MissingDocument::Stage::Fusion);
    const auto easy = easiest_weight(missing);
    ASSERT_TRUE(easy.has_value());
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick(("**/$$" + std::to_string(*easy) + "/Set the weight").c_str());
        IM_CHECK(scene.last<SetFusion>() != nullptr);
    }));
    ASSERT_NE(scene.last<SetFusion>(), nullptr);
    const FusionSpec changed = scene.last<SetFusion>()->fusion;
    EXPECT_EQ(changed.weights[*easy], *missing.experts[*easy].weight_needed);
    // Followed as the program follows it: the document is there.
    const MissingDocument after = under_fusion(missing, with_fusion(*scene.now.trace, changed));
    EXPECT_EQ(after.stage, MissingDocument::Stage::Shown);
    EXPECT_LE(after.rank, 10);
}

TEST(MissingView, OffersTheDepthThatBringsIt) {
    MissingScene scene(SampleMissing::Depth);
    EXPECT_TRUE(scene.click("**/Ask each expert for 137 candidates"));
    ASSERT_NE(scene.last<SearchDeeper>(), nullptr);
    EXPECT_EQ(scene.last<SearchDeeper>()->depth, 137);
}

TEST(MissingView, OffersTheDepthAtWhichTheSearchFindsIt) {
    MissingScene scene(SampleMissing::Search);
    EXPECT_TRUE(scene.click("**/Ask each expert for 200 candidates"));
    ASSERT_NE(scene.last<SearchDeeper>(), nullptr);
    EXPECT_EQ(scene.last<SearchDeeper>()->depth, 200);
}

TEST(MissingView, AsksForNoMoreCandidatesThanAreAnsweredAtOnce) {
    MissingScene scene(SampleMissing::Depth);
    for (const std::int64_t needed : {10'000, 10'001}) {
        auto deep = std::make_shared<MissingDocument>(*scene.now.missing.found);
        deep->depth_needed = needed;
        scene.now.missing.found = deep;
        EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
            ctx->Yield(2);
            IM_CHECK(ctx->ItemExists(needed > 10'000 ? "**/Ask each expert for 10,001 candidates" : "**/Ask each expert for 10,000 candidates") == (needed == 10'000));
        }));
    }
}

TEST(MissingView, OffersNoChangeThatIsNoneOfItsOwn) {
    for (const bool stale : {false, true}) {
        MissingScene scene(SampleMissing::Depth);
        if (stale) scene.now.missing.of = "another"; // about another result than the one on screen
        else { // one that no expert finds at any depth
            auto nowhere = std::make_shared<MissingDocument>(*scene.now.missing.found);
            nowhere->depth_needed = 0;
            scene.now.missing.found = nowhere;
        }
        EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
            ctx->Yield(2);
            IM_CHECK(!ctx->ItemExists("**/Ask each expert for 137 candidates"));
            IM_CHECK(!ctx->ItemExists("**/Set the weight"));
        }));
        if (!stale) continue;
        EXPECT_TRUE(scene.click("**/Ask again"));
        ASSERT_NE(scene.last<ExplainMissing>(), nullptr);
        EXPECT_EQ(scene.last<ExplainMissing>()->document, "strawberry");
    }
}

TEST(MissingView, AsksAboutMoreOfTheList) {
    MissingScene scene;
    EXPECT_TRUE(scene.click("**/Within 50"));
    ASSERT_NE(scene.last<ExplainMissing>(), nullptr);
    EXPECT_EQ(scene.last<ExplainMissing>()->within, 50);
    EXPECT_EQ(scene.last<ExplainMissing>()->document, scene.now.missing.document);
    EXPECT_TRUE(scene.click("**/Show it"));
    EXPECT_EQ(scene.now.selection.document, scene.now.missing.document);
}

TEST(MissingView, FindsADocumentToAskAbout) {
    MissingScene scene;
    scene.now.missing = {};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemInput("##document");
        ctx->KeyCharsAppend("straw");
        ctx->Yield(2);
        IM_CHECK_STR_EQ(scene.last<FindDocuments>()->words.c_str(), "straw");
        scene.now.documents = {.phase = Phase::Ready, .words = "straw", .found = {{"strawberry", "an audio player"}, {"strawpoll", ""}}, .more = false};
        ctx->Yield(2);
        // While it searches for these words, what it has found is for other ones.
        scene.now.documents.phase = Phase::Loading;
        ctx->ItemInput("##document");
        ctx->KeyPress(ImGuiKey_Enter);
        IM_CHECK_STR_EQ(scene.last<ExplainMissing>()->document.c_str(), "straw");
        scene.now.documents.phase = Phase::Ready;
        ctx->Yield(2);
        ctx->ItemClick("**/Document strawpoll");
        IM_CHECK_STR_EQ(scene.last<ExplainMissing>()->document.c_str(), "strawpoll");
        // Enter takes the best that was found; where nothing was, the id as it stands.
        ctx->ItemInput("##document");
        ctx->KeyPress(ImGuiKey_Enter);
        IM_CHECK_STR_EQ(scene.last<ExplainMissing>()->document.c_str(), "strawberry");
        scene.now.documents = {};
        ctx->ItemInput("##document");
        ctx->KeyPress(ImGuiKey_Enter);
        IM_CHECK_STR_EQ(scene.last<ExplainMissing>()->document.c_str(), "straw");
    }));
}

TEST(MissingView, OffersWhatIsJudgedRightTheLowestFirst) {
    MissingScene scene;
    scene.now.missing = {};
    scene.now.own = {.grades = std::make_shared<const Grades>(Grades{{"nowhere", 2}, {"sox", 0}}), .queries = 1, .documents = 2};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        const float nowhere = ctx->ItemInfo("**/Document nowhere").RectFull.Min.y;
        IM_CHECK_LT(nowhere, ctx->ItemInfo("**/Document herrie").RectFull.Min.y);
        IM_CHECK(!ctx->ItemExists("**/Document sox")); // graded not relevant
        ctx->ItemClick("**/Document nowhere");
        IM_CHECK_STR_EQ(scene.last<ExplainMissing>()->document.c_str(), "nowhere");
    }));
}

TEST(MissingView, WaitsFailsAndAsksAgain) {
    MissingScene scene;
    scene.now.missing.found.reset();
    scene.now.missing.phase = Phase::Loading;
    scene.now.missing.waits_for = "another query";
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) { ctx->Yield(3); }));
    scene.now.missing.waits_for.clear();
    scene.now.missing.phase = Phase::Failed;
    scene.now.missing.error = "There is no document nobody in the collection debian.";
    EXPECT_TRUE(scene.click("**/Ask again"));
    scene.now.missing.phase = Phase::Empty; // somebody has stopped it
    EXPECT_TRUE(scene.click("**/Ask again"));
    EXPECT_TRUE(scene.click("**/Another document"));
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) { ctx->ItemClick("**/Back"); }));
}

TEST(MissingChain, SaysWhatEachStageMadeOfIt) {
    using Mark = MissingStep::Mark;
    const Snapshot now = sample_missing(SampleMissing::Depth);
    const MissingDocument& deep = *now.missing.found;
    auto steps = missing_steps(deep, deep.experts[1]);
    ASSERT_EQ(steps.size(), 3u);
    EXPECT_EQ(steps[0].mark, Mark::Doubtful); // reads its beginning only
    EXPECT_EQ(steps[1].mark, Mark::Lost);
    EXPECT_EQ(steps[1].words, "rank 137, behind its 100 candidates");
    EXPECT_EQ(steps[2].words, "1.25 short of its own first 10");
    EXPECT_EQ(fusion_step(deep).mark, Mark::Lost);
    // It was lost at the depth: what comes after that decided nothing.
    EXPECT_TRUE(steps[1].decisive);
    EXPECT_FALSE(steps[2].decisive || fusion_step(deep).decisive);
    MissingExpert none = deep.experts[0];
    none.raw = 0;
    EXPECT_EQ(missing_steps(deep, none)[1].words, "shares no term with the query");
    const Snapshot shown = sample_missing();
    const MissingDocument& fused = *shown.missing.found;
    steps = missing_steps(fused, fused.experts[2]);
    EXPECT_EQ(steps[0].mark, Mark::Kept);
    EXPECT_EQ(steps[1].mark, Mark::Kept);
    EXPECT_EQ(steps[2].words, "rank 6: among its own first 10");
    EXPECT_EQ(fusion_step(fused).mark, Mark::Lost);
    EXPECT_TRUE(fusion_step(fused).decisive);
    EXPECT_FALSE(missing_steps(fused, fused.experts[0])[2].decisive) << "short of its own first ones, and yet it brought it";
    const Snapshot searched = sample_missing(SampleMissing::Search);
    const MissingDocument& lost = *searched.missing.found;
    EXPECT_EQ(missing_steps(lost, lost.experts[1])[1].words, "not found by its approximate search");
    EXPECT_TRUE(missing_steps(lost, lost.experts[1])[1].decisive);
}

} // namespace
} // namespace cameo
