#include "tests/support/sample_judged.hpp"
#include "tests/views/scene.hpp"
#include "views/evaluation_view.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

struct EvaluationScene : Scene<EvaluationView> {
    EvaluationScene() {
        now.judged = sample_judged(120);
        size = {1000, 900};
    }
    const SystemResult& system(const std::string& name) const {
        return *std::ranges::find(now.judged.evaluation->systems, name, &SystemResult::name);
    }
};

TEST(EvaluationView, TwoSystemsAreComparedQueryByQuery) {
    EvaluationScene scene;
    // The query on which the sum gains most over Global.
    const auto &a = scene.system("fusion:sum"), &b = scene.system("global");
    std::size_t best = 0;
    for (std::size_t query = 1; query < 120; ++query)
        if (a.per_query[query].mrr_10 - b.per_query[query].mrr_10 > a.per_query[best].mrr_10 - b.per_query[best].mrr_10) best = query;
    const Query& first = scene.now.judged.scores->judged.queries[best];
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/System fusion:sum");
        ctx->KeyDown(ImGuiMod_Shift);
        ctx->ItemClick("**/System global");
        ctx->KeyUp(ImGuiMod_Shift);
        ctx->Yield(2);
        ctx->ItemClick(("**/Query " + first.id).c_str());
        IM_CHECK_STR_EQ(scene.last<RunQuery>()->text.c_str(), first.text.c_str());
    }));
}

TEST(EvaluationView, SortsByAMeasureAndJudgesByIt) {
    EvaluationScene scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/MAP");
        IM_CHECK_EQ(scene.last<JudgeBy>()->measure, 4);
        ctx->Yield(2);
        // What knows the answers stands on top now.
        const float oracle = ctx->ItemInfo("**/System oracle").RectFull.Min.y;
        IM_CHECK_LT(oracle, ctx->ItemInfo("**/System lexical").RectFull.Min.y);
        ctx->ItemClick("**/Category semantic");
        ctx->Yield(2);
        ctx->ItemClick("**/All categories");
    }));
}

TEST(EvaluationView, TheSameTwiceSaysSo) {
    EvaluationScene scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/System bm25");
        ctx->KeyDown(ImGuiMod_Shift);
        ctx->ItemClick("**/System bm25");
        ctx->KeyUp(ImGuiMod_Shift);
        ctx->Yield(3);
        ctx->ItemClick("**/System oracle");
        ctx->Yield(3);
    }));
}

TEST(EvaluationView, WaitsAndAsks) {
    EvaluationScene scene;
    scene.now.judged = {.splits = {"test"}, .split = "test"};
    EXPECT_TRUE(scene.click("**/Measure the judged queries"));
    scene.now.judged = sample_judged(20);
    scene.now.judged.evaluation.reset();
    scene.now.judged.intervals.reset();
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) { ctx->Yield(3); }));
}

} // namespace
} // namespace cameo
