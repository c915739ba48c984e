#include "app/shell/layouts.hpp"
#include "tests/app/app_stage.hpp"
#include "tests/support/sample_snapshot.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <gtest/gtest.h>
#include <imgui_te_context.h>
#include <memory>
#include <vector>

namespace cameo {
namespace {

// The end of the build gave the focus to the bench, and the second half of a query was typed into nothing.
TEST(Welcome, LeavesTheCaretToWhoeverTypes) {
    FakeSources fakes;
    fakes.empty = true;
    fakes.hold = true;
    AppStage stage(fakes.sources());
    App& app = stage.app();
    ASSERT_TRUE(stage.wait_until([&] { return app.now().workbench.phase == Phase::Empty; }));
    app.act(BuildDemo{});
    ASSERT_TRUE(stage.open());
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(ImGuiKey_Slash);
        ctx.Yield(2);
        ctx.KeyChars("play ");
        fakes.hold = false;
        while (app.shell().view(view_title::kWelcome)->is_open()) ctx.Yield();
        ctx.Yield(4);
        ctx.KeyChars("music");
        ctx.KeyPress(ImGuiKey_Enter);
    });
    EXPECT_TRUE(stage.wait_until([&] { return app.now().trace && app.now().trace->query == "play music"; }));
    EXPECT_TRUE(app.take_attention()) << "the build has ended";
    EXPECT_FALSE(app.take_attention());
}

TEST(Idle, SleepsWhenNothingHappens) {
    SessionOnDisk saved;
    AppStage stage = saved.start();
    ASSERT_TRUE(stage.open({"play music"}));
    EXPECT_TRUE(stage.wait_until([&] { return !stage.app().sleep_s().has_value(); })) << "no input, no frames";
}

TEST(Frames, AreMeasuredWithTenThousandRows) {
    AppStage stage(1600, 900);
    ASSERT_TRUE(stage.open());
    stage.app().workbench().show(std::make_shared<const Trace>(sample_trace({.documents = 10000})), false);
    std::vector<double> ms;
    for (int frame = 0; frame < 200; ++frame) {
        if (frame % 20 == 0) // every list has to find its row anew
            stage.app().act(Select{{.document = stage.app().workbench().trace()->documents[static_cast<std::size_t>(frame)].id}});
        const auto began = std::chrono::steady_clock::now();
        stage.frame();
        ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count());
    }
    std::ranges::sort(ms);
    // Printed, not asserted: the machine that runs this may be busy.
    std::printf("10,000 rows: p50 %.2f ms, p99 %.2f ms a frame\n", ms[ms.size() / 2], ms[ms.size() * 99 / 100]);
    EXPECT_EQ(stage.app().now().trace->documents.size(), 10000u);
}

} // namespace
} // namespace cameo
