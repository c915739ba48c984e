#include "app/app.hpp"
#include "tests/app/app_stage.hpp"
#include "views/term_pointer.hpp"

#include <gtest/gtest.h>
#include <imgui_internal.h>
#include <imgui_te_context.h>

#include <algorithm>

namespace cameo {
namespace {

/// Moves the mouse over the window until it is on that term. @return whether it came to it
bool find_on_screen(ImGuiTestContext& ctx, std::string_view term) {
    const ImVec2 size = ImGui::GetMainViewport()->Size;
    for (float y = 60; y < size.y - 40; y += 10)
        for (float x = 10; x < size.x; x += 16) {
            ctx.MouseTeleportToPos({x, y});
            ctx.Yield(2);
            if (term_pointer().pointed() == find_term(term)) return true;
        }
    return false;
}

TEST(Glossary, TheSheetIsSearchedAndLeadsOn) {
    AppStage stage;
    GlossarySheet& sheet = stage.app().shell().glossary();
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.MouseTeleportToPos({1, 1});
        ctx.KeyPress(kShift | ImGuiKey_F1);
        IM_CHECK(sheet.is_open());
        ctx.Yield(2);
        IM_CHECK(ctx.ItemExists("//###glossary/**/query/document")); // the first of all
        ctx.KeyChars("maxsim");
        ctx.Yield(2);
        IM_CHECK(ctx.ItemExists("//###glossary/**/MaxSim/alignment"));
        IM_CHECK(!ctx.ItemExists("//###glossary/**/query/document"));
        ctx.ItemClick("//###glossary/**/MaxSim/alignment");
        ctx.Yield(2);
        IM_CHECK(ctx.ItemExists("//###glossary/**/alignment/MaxSim"));
        ctx.KeyPress(ImGuiKey_Escape);
        IM_CHECK(!sheet.is_open());
    });
}

TEST(Glossary, ThePaletteHasItsTerms) {
    AppStage stage;
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(kCtrl | ImGuiKey_P);
        ctx.KeyChars("glossary mutual");
        ctx.Yield(2);
        ctx.KeyPress(ImGuiKey_Enter);
        ctx.Yield(2);
        IM_CHECK(stage.app().shell().glossary().is_open());
        IM_CHECK(ctx.ItemExists("//###glossary/**/mutual information/entropy"));
        IM_CHECK(!ctx.ItemExists("//###glossary/**/query/document"));
    });
}

TEST(Glossary, AWordUnderTheMouseIsExplainedAfterAWhileAndThenNothingIsDrawn) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"first question"}));
    app.shell().show_view("Ledger");
    stage.frames(5);
    stage.drive([&](ImGuiTestContext& ctx) {
        IM_CHECK(find_on_screen(ctx, "lexical"));
        IM_CHECK(!term_pointer().is_shown());
        IM_CHECK(app.sleep_s().has_value()); // no input comes, and frames are needed all the same
        for (int frame = 0; frame < 40; ++frame) ctx.Yield();
        IM_CHECK(term_pointer().is_shown());
        ctx.KeyPress(kShift | ImGuiKey_F1);
        ctx.Yield(2);
        IM_CHECK(ctx.ItemExists("//###glossary/**/lexical/expansion"));
        IM_CHECK(!ctx.ItemExists("//###glossary/**/query/document"));
    });
}

} // namespace
} // namespace cameo
