#include "tests/views/scene.hpp"
#include "views/ledger_view.hpp"

#include <gtest/gtest.h>
#include <string>

namespace cameo {
namespace {

/// "cmus" and, as another document of the same run, its ledger with other figures.
Snapshot compared_snapshot(FusionMethod method = FusionMethod::ZScore) {
    Snapshot now = sample_snapshot({.fusion = {.method = method}});
    auto other = std::make_shared<Ledger>(*now.ledger);
    other->id = "moc";
    other->rank = 2;
    const auto& documents = now.trace->documents;
    const auto place = std::ranges::find(documents, "moc", &UnionDocument::id);
    const auto hit = std::ranges::find(now.trace->fused, static_cast<std::int32_t>(place - documents.begin()), &FusedHit::document);
    other->score = hit->score;
    for (std::size_t expert_idx = 0; expert_idx < 3; ++expert_idx) {
        ExpertLedger& part = other->experts[expert_idx];
        part.raw = place->raw[expert_idx];
        part.used = hit->used[expert_idx];
        part.rank = place->rank[expert_idx];
    }
    other->experts[0].terms[0].product = 2; // music
    other->experts[1].tokens[4].similarity = 0.5;
    other->experts[1].tokens[4].best = 5;
    other->experts[2].dot = place->raw[2];
    now.selection.reference = "moc";
    now.reference = other;
    now.reference_phase = Phase::Ready;
    return now;
}

TEST(LedgerView, ALeafLightsUpInEveryView) {
    Scene<LedgerView> scene;
    scene.size = {600, 1600};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->ItemClick("**/$$0/$$0/Leaf"); // the heaviest word
        IM_CHECK_EQ(scene.now.selection.term, 2000);
        IM_CHECK_EQ(scene.now.selection.query_token, -1);
        ctx->ItemClick("**/$$0/$$0/Leaf");
        IM_CHECK_EQ(scene.now.selection.term, -1);
        ctx->ItemClick("**/$$1/$$0/Leaf"); // the best pair: music
        IM_CHECK_EQ(scene.now.selection.term, -1);
        IM_CHECK_EQ(scene.now.selection.query_token, 1);
        IM_CHECK_EQ(scene.now.selection.document_token, 1);
        ctx->ItemClick("**/$$2/Expert");
        IM_CHECK_EQ(scene.now.selection.expert, 2);
        // A leaf of an expert that is not the one looked at: its ink would be off.
        ctx->ItemClick("**/$$0/$$0/Leaf");
        IM_CHECK_EQ(scene.now.selection.expert, -1);
    }));
}

TEST(LedgerView, LongListsAreCutUntilAskedFor) {
    Scene<LedgerView> scene;
    scene.size = {600, 1600};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        IM_CHECK(!ctx->ItemExists("**/$$0/$$7/Leaf"));
        ctx->ItemClick("**/$$0/##more");
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists("**/$$0/$$7/Leaf"));
    }));
}

TEST(LedgerView, AnotherDocumentIsChosenTurnedAroundAndLeft) {
    Scene<LedgerView> scene;
    scene.size = {600, 900};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->ItemClick("**/Compare with");
        ctx->Yield(2);
        const std::string second = std::to_string(2) + "  " + [&] {
            const auto& documents = scene.now.trace->documents;
            const auto& other = documents[static_cast<std::size_t>(scene.now.trace->fused[1].document)];
            return other.id + "##" + other.id;
        }();
        ctx->ItemClick(("//$FOCUSED/" + second).c_str());
        IM_CHECK(!scene.now.selection.reference.empty());
        ctx->Yield(2);
        const Selection before = scene.now.selection;
        ctx->ItemClick("**/Swap");
        IM_CHECK_STR_EQ(scene.now.selection.document.c_str(), before.reference.c_str());
        IM_CHECK_STR_EQ(scene.now.selection.reference.c_str(), before.document.c_str());
        scene.now.selection = before;
        ctx->Yield(2);
        ctx->ItemClick("**/End comparison");
        IM_CHECK(scene.now.selection.reference.empty());
    }));
}

// What the view shows of two documents is what subtract() says, whose numbers are those of `cameo explain --against`.
TEST(LedgerView, ComparesLeafByLeafLargestFirst) {
    Scene<LedgerView> scene(compared_snapshot());
    scene.size = {700, 1600};
    const auto difference = subtract(*scene.now.ledger, *scene.now.reference, fusion_lines(*scene.now.trace));
    const auto& lexical = difference.experts[0].leaves;
    const auto music = std::ranges::find(lexical, 2000, &LeafDifference::key);
    ASSERT_NE(music, lexical.end());
    EXPECT_NEAR(music->a - music->b, 6.3142 - 2, 1e-3);
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/$$0/Leaf");
        // The largest of all: a residual of a made-up ledger, or a leaf that can be selected.
        IM_CHECK(ctx->ItemExists("**/$$1/Leaf"));
        ctx->ItemClick("**/Expert"); // looks at the first expert's leaves alone
        IM_CHECK_EQ(scene.now.selection.expert, 0);
    }));
}

TEST(LedgerView, SaysWhyTheOtherDocumentIsNotThere) {
    Snapshot now = compared_snapshot();
    now.reference = nullptr;
    now.reference_phase = Phase::Failed;
    now.reference_error = "There is no document moc.";
    Scene<LedgerView> scene(now);
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists("**/$$0/Expert")); // its own score all the same
    }));
    scene.now.reference_phase = Phase::Loading;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/$$0/Expert"));
    }));
}

TEST(LedgerView, FusionsThatCountRanksHaveNoShares) {
    for (const FusionMethod method : {FusionMethod::Rrf, FusionMethod::ReciprocalRank}) {
        Scene<LedgerView> scene(compared_snapshot(method));
        EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) { ctx->Yield(3); }));
        scene.now.selection.reference.clear();
        EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) { ctx->Yield(3); }));
    }
}

} // namespace
} // namespace cameo
