#include "tests/app/app_stage.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <imgui_te_context.h>

namespace cameo {
namespace {

TEST(Notices, AreDismissedByEscapeBeforeTheSelectionIs) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    app.notices().error("first");
    app.notices().error("second");
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(ImGuiKey_Escape);
        ctx.Yield();
    });
    ASSERT_EQ(app.notices().notices().size(), 1u);
    EXPECT_EQ(app.notices().notices().front().sentence, "first");
    EXPECT_FALSE(app.now().selection.document.empty());
}

TEST(Notices, StayUntilDismissed) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    app.notices().error("x.db: line 3: not JSON", "Look at the file.");
    app.notices().error("x.db: line 3: not JSON");
    const auto standing = [&] {
        return std::ranges::count(app.notices().notices(), "x.db: line 3: not JSON", &Notice::sentence);
    };
    EXPECT_EQ(standing(), 1) << "the same thing is said once";
    stage.frames(300);
    ASSERT_TRUE(stage.ask("play music"));
    EXPECT_EQ(standing(), 1);
    const auto id = app.notices().notices().back().id;
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.ItemClick(("//###notice" + std::to_string(id) + "/Dismiss").c_str());
    });
    EXPECT_EQ(standing(), 0);
}

} // namespace
} // namespace cameo
