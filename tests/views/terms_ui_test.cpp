#include "tests/views/scene.hpp"
#include "views/terms_view.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

TEST(TermsView, AWeightIsDraggedTypedTakenAwayAndPutBack) {
    Scene<TermsView> scene;
    scene.size = {800, 900};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->ItemInputValue("**/$$2000/##weight", 4.5f); // music: Ctrl and press types
        IM_CHECK(scene.last<TryTerms>() != nullptr);
        IM_CHECK_EQ(scene.last<TryTerms>()->edits.size(), 1u);
        IM_CHECK_EQ(scene.last<TryTerms>()->edits[0].term, 2000);
        IM_CHECK_EQ(scene.last<TryTerms>()->edits[0].weight, 4.5f);
        IM_CHECK(scene.last<TryTerms>()->settled);
        ctx->ItemClick("**/$$2002/Take away");
        IM_CHECK_EQ(scene.last<TryTerms>()->edits[0].term, 2002);
        IM_CHECK_EQ(scene.last<TryTerms>()->edits[0].weight, 0.0f);
    }));
    // As the program would show it: the edit is part of the trace.
    auto edited = std::make_shared<Trace>(*scene.now.trace);
    edited->term_edits = {{2002, 0, "terminal"}};
    auto ledger = std::make_shared<Ledger>(*scene.now.ledger);
    ledger->experts[0].terms[2].query_weight = 0;
    ledger->experts[0].terms[2].product = 0;
    scene.now.trace = edited;
    scene.now.term_edits = edited->term_edits;
    scene.now.ledger = ledger;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->ItemClick("**/$$2002/Put back");
        IM_CHECK(scene.last<TryTerms>()->edits.empty());
        scene.commands.clear();
        ctx->ItemClick("**/Back to the query");
        IM_CHECK(scene.last<TryTerms>() != nullptr && scene.last<TryTerms>()->edits.empty());
        ctx->ItemClick("**/$$2001/Take away"); // on top of the edit that is there
        IM_CHECK_EQ(scene.last<TryTerms>()->edits.size(), 2u);
    }));
}

TEST(TermsView, ADragIsTriedAtOnceAndKeptAtItsEnd) {
    Scene<TermsView> scene;
    scene.size = {800, 900};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->MouseMove("**/$$2000/##weight");
        ctx->MouseDown();
        ctx->MouseMoveToPos({ctx->UiContext->IO.MousePos.x + 60, ctx->UiContext->IO.MousePos.y});
        ctx->Yield(2);
        IM_CHECK(scene.last<TryTerms>() != nullptr);
        IM_CHECK(!scene.last<TryTerms>()->settled);
        const float dragged = scene.last<TryTerms>()->edits[0].weight;
        IM_CHECK_GT(dragged, 2.41f);
        ctx->MouseUp();
        ctx->Yield(2);
        IM_CHECK(scene.last<TryTerms>()->settled);
        IM_CHECK_EQ(scene.last<TryTerms>()->edits[0].weight, dragged);
    }));
}

TEST(TermsView, ATermIsAdded) {
    Scene<TermsView> scene;
    scene.size = {800, 900};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->ItemInput("**/##new term");
        ctx->KeyCharsReplaceEnter("console");
        IM_CHECK(scene.last<AddTerm>() != nullptr);
        IM_CHECK_STR_EQ(scene.last<AddTerm>()->word.c_str(), "console");
        ctx->ItemClick("**/Own");
        ctx->Yield(2);
        ctx->ItemClick("**/$$2012/Ask for it"); // playlist: the document's own
        IM_CHECK_EQ(scene.last<TryTerms>()->edits[0].term, 2012);
        IM_CHECK_EQ(scene.last<TryTerms>()->edits[0].weight, 1.0f);
    }));
}

TEST(TermsView, FiltersSortsAndSelects) {
    Scene<TermsView> scene;
    scene.size = {800, 1200};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->ItemClick("**/$$2000/Term");
        IM_CHECK_EQ(scene.now.selection.term, 2000);
        ctx->ItemClick("**/Missing");
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/$$2000/Term"));
        IM_CHECK(ctx->ItemExists("**/$$2009/Term")); // playing: asked for, not here
        ctx->ItemClick("**/All");
        ctx->ItemClick("**/in the query");
        ctx->Yield(2);
        const float first = ctx->ItemInfo("**/$$2002/Term").RectFull.Min.y; // terminal weighs most in the query
        IM_CHECK_LT(first, ctx->ItemInfo("**/$$2000/Term").RectFull.Min.y);
        ctx->ItemClick("**/in the query");
        ctx->Yield(2);
        IM_CHECK_GT(ctx->ItemInfo("**/$$2009/Term").RectFull.Min.y, ctx->ItemInfo("**/$$2011/Term").RectFull.Min.y);
    }));
}

// A term that the document lacks was gone from the list with its way back.
TEST(TermsView, WhatWasTakenAwayCanBePutBack) {
    Scene<TermsView> scene;
    scene.size = {800, 1200};
    auto edited = std::make_shared<Trace>(*scene.now.trace);
    edited->term_edits = {{2002, 4, "terminal"}, {9999, 0, "disco"}};
    scene.now.trace = edited;
    scene.now.term_edits = edited->term_edits;
    scene.now.ledger = std::make_shared<Ledger>(*scene.now.ledger);
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/$$9999/Put back");
        IM_CHECK_EQ(scene.last<TryTerms>()->edits.size(), 1u);
        IM_CHECK_EQ(scene.last<TryTerms>()->edits[0].term, 2002);
    }));
}

TEST(TermsView, SaysWhatIsMissing) {
    Scene<TermsView> scene;
    auto ledger = std::make_shared<Ledger>(*scene.now.ledger);
    ledger->experts.erase(ledger->experts.begin());
    scene.now.ledger = ledger;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/All"));
    }));
}

TEST(AbnormalTerms, AreTooManyOrNone) {
    EXPECT_EQ(abnormal_terms(42, 96, 30522), "");
    EXPECT_EQ(abnormal_terms(300, 96, 30522), "");
    EXPECT_NE(abnormal_terms(0, 96, 30522).find("sees nothing"), std::string::npos);
    EXPECT_NE(abnormal_terms(6000, 0, 30522).find("6,000 of the vocabulary's 30,522"), std::string::npos);
    EXPECT_NE(abnormal_terms(500, 96, 0).find("five times"), std::string::npos);
    EXPECT_EQ(abnormal_terms(150, 20, 0), ""); // few of both: a short collection
}

} // namespace
} // namespace cameo
