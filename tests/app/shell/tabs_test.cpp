#include "tests/app/app_stage.hpp"

#include <gtest/gtest.h>
#include <imgui_internal.h>

namespace cameo {
namespace {

// A view came to the front while its tab was beyond the end of the strip: no tab was lit, and nobody knew where they were.
TEST(Tabs, AreScrolledToTheOneInFront) {
    AppStage stage(900, 600);
    ASSERT_TRUE(stage.open());
    bool any_strip_scrolls = false;
    for (const auto& view : stage.app().shell().views()) {
        if (!view->is_open()) continue;
        stage.app().shell().show_view(view->title());
        stage.frames(60); // the strip glides
        const ImGuiWindow* window = ImGui::FindWindowByName(view->title().c_str());
        ASSERT_TRUE(window && window->DockNode && window->DockNode->TabBar) << view->title();
        const ImGuiTabBar& strip = *window->DockNode->TabBar;
        const ImRect tab = window->DC.DockTabItemRect;
        EXPECT_TRUE(window->DockTabIsVisible) << view->title();
        EXPECT_GE(tab.Min.x, strip.ScrollingRectMinX - 1) << view->title();
        EXPECT_LE(tab.Max.x, strip.ScrollingRectMaxX + 1) << view->title();
        EXPECT_EQ(strip.ScrollingAnim, strip.ScrollingTarget) << view->title();
        any_strip_scrolls = any_strip_scrolls || strip.ScrollingTarget > 0;
    }
    EXPECT_TRUE(any_strip_scrolls) << "a wider window than this test is about";
}

} // namespace
} // namespace cameo
