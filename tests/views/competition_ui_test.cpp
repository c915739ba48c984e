#include "tests/support/sample_gate.hpp"
#include "tests/support/sample_judged.hpp"
#include "tests/views/scene.hpp"
#include "views/competition_view.hpp"
#include "views/lasso.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

namespace cameo {
namespace {

using testing::HasSubstr;

struct CompetitionScene : Scene<CompetitionView> {
    CompetitionScene() {
        now.judged = sample_judged(120);
        size = {1000, 1200};
    }
};

TEST(CompetitionView, ALassoListsQueriesAndOneIsRun) {
    CompetitionScene scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        const ImRect box = ctx->ItemInfo("**/Instances").RectFull;
        // Around everything.
        ctx->MouseMoveToPos({box.Min.x + 1, box.Min.y + 1});
        ctx->MouseDown();
        for (const ImVec2 corner : {ImVec2{box.Max.x - 1, box.Min.y + 1}, ImVec2{box.Max.x - 1, box.Max.y - 1}, ImVec2{box.Min.x + 1, box.Max.y - 1}, ImVec2{box.Min.x + 1, box.Min.y + 20}})
            ctx->MouseMoveToPos(corner);
        ctx->MouseUp();
        ctx->Yield(2);
        ctx->ItemClick("**/$$0/Query");
        IM_CHECK(scene.last<RunQuery>() != nullptr);
    }));
}

TEST(CompetitionView, TemperatureAndGainReplayAtOnce) {
    CompetitionScene scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/All alike");
        ctx->ItemClick("**/Winner takes all");
        ctx->ItemClick("**/negative_log");
        ctx->ItemInputValue("**/##tau", 2.0f);
        ctx->MouseMove("**/Temperatures");
        ctx->SleepNoSkip(0.6f, 0.1f);
        ctx->MouseMove("**/Instances");
        ctx->Yield(2);
    }));
}

TEST(CompetitionView, ShowsTheQueryOnScreenWhereItIsJudged) {
    CompetitionScene scene;
    auto trace = std::make_shared<Trace>(*scene.now.trace);
    trace->query_id = "t7";
    scene.now.trace = trace;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) { ctx->Yield(3); }));
}

TEST(CompetitionView, WaitsAsksAndLeavesGatesAlone) {
    CompetitionScene scene;
    scene.now.judged = {.splits = {"test"}, .split = "test"};
    EXPECT_TRUE(scene.click("**/Measure the judged queries"));
    scene.now = sample_gate();
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/Measure the judged queries"));
    }));
    scene.now = sample_snapshot({.experts = 1});
    scene.now.judged = sample_judged(20, 1);
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) { ctx->Yield(3); }));
}

TEST(CompetitionAnswer, SaysWhoStarves) {
    const std::vector<std::string> experts{"lexical", "local"};
    CompetitionReplay made{.mean = {0.94, 1.06}, .away = 0.35};
    EXPECT_EQ(competition_answer(made, {.temperature = 0.5}, experts),
              "At \u03C4 = 0.50 the weights of 35 % of the instances are away from 1; on average Lexical 0.94, Local 1.06.");
    made.mean = {0.2, 1.8};
    EXPECT_THAT(competition_answer(made, {.temperature = 0.5}, experts), HasSubstr("Lexical would starve"));
    made = {.mean = {1, 1}, .away = 0};
    EXPECT_THAT(competition_answer(made, {.temperature = std::numeric_limits<double>::infinity()}, experts), HasSubstr("\u03C4 = \u221E"));
    EXPECT_THAT(competition_answer(made, {.temperature = 3}, experts), HasSubstr("That is no competition"));
}

TEST(Lasso, KnowsInsideFromOutside) {
    const std::vector<ImVec2> line{{0, 0}, {10, 0}, {10, 10}, {5, 5}, {0, 10}};
    EXPECT_TRUE(is_inside({2, 3}, line));
    EXPECT_FALSE(is_inside({5, 8}, line)); // in the notch
    EXPECT_FALSE(is_inside({12, 3}, line));
}

} // namespace
} // namespace cameo
