#include "tests/support/sample_snapshot.hpp"
#include "tests/views/ui_harness.hpp"
#include "views/search_bar.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

TEST(SearchBar, TypedTextRunsAndArrowsPickFromTheHistory) {
    UiHarness ui;
    SearchBar bar;
    Snapshot now = sample_snapshot();
    now.trace = nullptr;
    const auto draw = [&](Commands& out) {
        ImGui::SetNextWindowPos({0, 0});
        ImGui::SetNextWindowSize({1200, 60});
        ImGui::Begin("Bar", nullptr, ImGuiWindowFlags_NoDecoration);
        bar.draw(now, out);
        ImGui::End();
    };
    EXPECT_TRUE(ui.run(draw, [](ImGuiTestContext* ctx) {
        ctx->SetRef("//Bar");
        ctx->ItemInput("##query");
        ctx->KeyCharsReplaceEnter("zip archive");
    }));
    ASSERT_NE(ui.last<RunQuery>(), nullptr);
    EXPECT_EQ(ui.last<RunQuery>()->text, "zip archive");
    EXPECT_TRUE(ui.run(draw, [](ImGuiTestContext* ctx) {
        ctx->SetRef("//Bar");
        ctx->ItemInput("##query");
        ctx->KeyCharsReplace("");
        ctx->KeyPress(ImGuiKey_DownArrow, 2);
        ctx->KeyPress(ImGuiKey_Enter);
    }));
    EXPECT_EQ(ui.last<RunQuery>()->text, "edit photos");
}

} // namespace
} // namespace cameo
