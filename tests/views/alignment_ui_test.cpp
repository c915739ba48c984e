#include "tests/views/scene.hpp"
#include "views/alignment_view.hpp"

#include <gtest/gtest.h>
#include <imgui_internal.h>

#include <cmath>

namespace cameo {
namespace {

/// The sample's ledger with so many query tokens and document tokens; the best match of row i is column 3 i + 100.
Snapshot long_snapshot(std::size_t rows, std::size_t columns) {
    Snapshot now = sample_snapshot();
    auto ledger = std::make_shared<Ledger>(*now.ledger);
    ExpertLedger& part = ledger->experts[1];
    part.tokens.clear();
    part.document_tokens.clear();
    part.document_spans.assign(columns, {});
    part.similarities.assign(rows * columns, 0.1f);
    for (std::size_t column = 0; column < columns; ++column)
        part.document_tokens.push_back("token" + std::to_string(column));
    part.raw = part.residual = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t best = (3 * row + 100) % columns;
        part.similarities[row * columns + best] = 0.9f;
        part.tokens.push_back({.query_token = row + 1 == rows ? "[MASK]" : "word" + std::to_string(row),
                               .best = static_cast<std::int32_t>(best), .similarity = 0.9f});
        part.raw += 0.9f;
    }
    now.ledger = ledger;
    return now;
}

TEST(AlignmentView, ACellSelectsBothTokens) {
    Scene<AlignmentView> scene;
    scene.size = {900, 600};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(3);
        const ImRect cells = ctx->ItemInfo("**/Cells").RectFull;
        const ExpertLedger& part = scene.now.ledger->experts[1];
        const float width = cells.GetWidth() / static_cast<float>(part.document_tokens.size());
        const float height = cells.GetHeight() / static_cast<float>(part.tokens.size());
        ctx->MouseMoveToPos({cells.Min.x + width * 10.5f, cells.Min.y + height * 4.5f}); // terminal × terminal
        ctx->Yield(2);
        ctx->MouseClick();
        IM_CHECK_EQ(scene.now.selection.query_token, 4);
        IM_CHECK_EQ(scene.now.selection.document_token, 10);
        ctx->MouseClick();
        IM_CHECK_EQ(scene.now.selection.query_token, -1);
        IM_CHECK_EQ(scene.now.selection.document_token, -1);
    }));
}

TEST(AlignmentView, ArcsSelectARowWithItsBestMatch) {
    Scene<AlignmentView> scene;
    scene.size = {900, 600};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->ItemClick("**/Arcs"); // alone
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/Cells"));
        ctx->ItemClick("**/$$0/Token");
        IM_CHECK_EQ(scene.now.selection.query_token, 0);
        IM_CHECK_EQ(scene.now.selection.document_token, scene.now.ledger->experts[1].tokens[0].best);
        ctx->ItemClick("**/Matrix");
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists("**/Cells"));
    }));
}

TEST(AlignmentView, KeysStepThroughTheSumAndSpacePlaysIt) {
    Scene<AlignmentView> scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->WindowFocus("//Alignment");
        ctx->KeyPress(ImGuiKey_Home);
        ctx->KeyPress(ImGuiKey_RightArrow, 2);
        ctx->KeyPress(ImGuiKey_LeftArrow);
        ctx->KeyPress(ImGuiKey_Space);
        ctx->SleepNoSkip(2.0f, 0.1f);
        ctx->KeyPress(ImGuiKey_End);
        ctx->Yield(2);
    }));
}

TEST(AlignmentView, BeginsWhereTheMatchesAreAndGoesWhereTheStripIsPressed) {
    Scene<AlignmentView> scene(long_snapshot(32, 512));
    scene.size = {900, 600};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(4);
        const ImGuiWindow* cells = ctx->WindowInfo("##cells").Window;
        IM_CHECK(cells != nullptr);
        IM_CHECK_GT(cells->Scroll.x, 26 * 80.0f); // the first match is at column 100
        const float before = cells->Scroll.x;
        const ImRect strip = ctx->ItemInfo("**/Whole document").RectFull;
        ctx->MouseMoveToPos({strip.Max.x - 3, strip.GetCenter().y});
        ctx->MouseClick();
        ctx->Yield(3);
        IM_CHECK_GT(cells->Scroll.x, before + 1000);
    }));
}

// Heat maps died on long input elsewhere: what is not seen is not drawn.
TEST(AlignmentView, DrawsOnlyWhatIsSeen) {
    UiHarness ui;
    AlignmentView view;
    const Snapshot now = long_snapshot(512, 2048);
    int most = 0;
    ui.draw_frames(6, [&](Commands& out) {
        view.draw(now, out);
        fill(view, {1200, 800});
        int corners = 0;
        for (const ImGuiWindow* window : ImGui::GetCurrentContext()->Windows)
            corners += window->DrawList->VtxBuffer.Size;
        most = std::max(most, corners);
    });
    EXPECT_GT(most, 0);
    EXPECT_LT(most, 60'000); // a million cells would be four million corners
}

TEST(AlignmentView, SaysWhatIsMissing) {
    Scene<AlignmentView> scene;
    auto ledger = std::make_shared<Ledger>(*scene.now.ledger);
    ledger->experts[1].tokens.clear();
    ledger->experts[1].similarities.clear();
    scene.now.ledger = ledger;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/Matrix"));
    }));
}

TEST(BestWindow, HoldsTheMostOfTheMaxima) {
    ExpertLedger part;
    part.document_tokens.resize(10);
    part.tokens = {{.query_token = "a", .best = 1, .similarity = 0.9}, {.query_token = "b", .best = 6, .similarity = 0.8},
                   {.query_token = "c", .best = 7, .similarity = 0.7}, {.query_token = "[MASK]", .best = 0, .similarity = 1}};
    EXPECT_EQ(best_window(part, 2), 6u);
    EXPECT_EQ(best_window(part, 7), 1u);
    EXPECT_EQ(best_window(part, 10), 0u);
    EXPECT_EQ(best_window(part, 0), 0u);
    EXPECT_TRUE(is_special_token("[MASK]"));
    EXPECT_FALSE(is_special_token("mask"));
    EXPECT_FALSE(is_special_token("[]"));
}

} // namespace
} // namespace cameo
