// Needs a display with OpenGL 3.3 (Xvfb will do).

#include "app/platform_window.hpp"
#include "core/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <imgui.h>
#include <memory>

namespace cameo {
namespace {

using Rgb3 = std::array<int, 3>;

Rgb3 at(const Pixels& pixels, int x, int y) {
    const std::size_t first = (static_cast<std::size_t>(y) * static_cast<std::size_t>(pixels.width) + static_cast<std::size_t>(x)) * 3;
    return {pixels.rgb[first], pixels.rgb[first + 1], pixels.rgb[first + 2]};
}

TEST(Paint, IsFinerThanTheWindowAndLeavesItAsItIs) {
    std::unique_ptr<PlatformWindow> window;
    try {
        window = std::make_unique<PlatformWindow>(WindowPlan{.width = 640, .height = 400, .visible = false, .monitor_scale = 1.0f});
    } catch (const Error& error) {
        GTEST_SKIP() << error.what();
    }
    ImGui::GetIO().IniFilename = nullptr;
    window->new_frame();
    ImDrawList list(ImGui::GetDrawListSharedData());
    list._ResetForNewFrame();
    list._SetPixelDensity(2);
    list.PushTexture(ImGui::GetIO().Fonts->TexRef);
    list.PushClipRect({0, 0}, {640, 400});
    list.AddRectFilled({100, 50}, {200, 100}, IM_COL32(255, 0, 0, 255));
    list.AddRectFilled({110.5f, 60}, {111, 61}, IM_COL32(0, 0, 255, 255)); // one pixel across, where there are two to one
    ImGui::GetBackgroundDrawList()->AddRectFilled({0, 0}, {640, 400}, IM_COL32(0, 255, 0, 255));
    ImGui::Render();
    ImDrawData data;
    data.Valid = true;
    data.DisplayPos = {100, 50};
    data.DisplaySize = {120, 60};
    data.FramebufferScale = {2, 2};
    data.OwnerViewport = ImGui::GetMainViewport();
    data.Textures = &ImGui::GetPlatformIO().Textures;
    data.AddDrawList(&list);
    const Pixels painted = window->paint(data);
    EXPECT_EQ(painted.width, 240);
    EXPECT_EQ(painted.height, 120);
    EXPECT_EQ(at(painted, 0, 0), (Rgb3{255, 0, 0}));
    EXPECT_EQ(at(painted, 199, 99), (Rgb3{255, 0, 0}));
    EXPECT_EQ(at(painted, 200, 99), (Rgb3{255, 255, 255}));
    EXPECT_EQ(at(painted, 199, 100), (Rgb3{255, 255, 255}));
    EXPECT_EQ(at(painted, 21, 20), (Rgb3{0, 0, 255}));
    EXPECT_EQ(at(painted, 20, 20), (Rgb3{255, 0, 0}));
    Pixels shown;
    window->present(0, &shown);
    EXPECT_EQ(shown.width, 640);
    EXPECT_EQ(at(shown, 150, 75), (Rgb3{0, 255, 0}));
    EXPECT_EQ(at(shown, 639, 399), (Rgb3{0, 255, 0}));

    data.DisplaySize = {100000, 60};
    try {
        window->paint(data);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Unsupported);
        EXPECT_THAT(error.what(), testing::HasSubstr("200000 × 120 pixels"));
    }
}

} // namespace
} // namespace cameo
