#include "tests/app/app_stage.hpp"

#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <imgui_te_context.h>
#include <string>
#include <thread>

namespace cameo {
namespace {

// A long name ran out of the window to the left, over all that stands there.
TEST(StatusBar, AJobTakesHalfOfItAtMost) {
    std::atomic<bool> over = false;
    AppStage stage;
    App& app = stage.app();
    app.jobs().submit({.name = "Measure " + std::string(200, 'x'), .unit = Unit::Queries, .total = 100},
                      [&](JobContext& job) {
                          for (; !over; std::this_thread::sleep_for(std::chrono::milliseconds(2))) job.check_cancelled();
                      },
                      [](const JobOutcome<std::monostate>&) {});
    Settings settings = app.now().settings;
    settings.ui_scale = 2;
    app.act(ChangeSettings{settings});
    const auto begun = std::chrono::steady_clock::now();
    ASSERT_TRUE(stage.wait_until([&] { return std::chrono::steady_clock::now() - begun > std::chrono::milliseconds(500); })) << "it is shown after a moment";
    stage.drive([&](ImGuiTestContext& ctx) {
        const ImRect progress = ctx.ItemInfo("//##status/progress").RectFull;
        IM_CHECK_GE(progress.Min.x, 640 - 20);
        IM_CHECK_LE(progress.Max.x, 1280);
        if (ctx.ItemExists("//##status/job")) { // where there is room for a part of its name
            IM_CHECK_GE(ctx.ItemInfo("//##status/job").RectFull.Min.x, 640 - 20);
        }
    });
    over = true;
}

} // namespace
} // namespace cameo
