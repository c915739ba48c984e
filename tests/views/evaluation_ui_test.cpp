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

TEST(EvaluationView, AsksWhyARightDocumentIsNotThere) {
    EvaluationScene scene;
    const auto &a = scene.system("fusion:sum"), &b = scene.system("global");
    // The query that A gains most on is one that B does not have among its first ten.
    std::size_t best = 0;
    for (std::size_t query = 1; query < 120; ++query)
        if (a.per_query[query].mrr_10 - b.per_query[query].mrr_10 > a.per_query[best].mrr_10 - b.per_query[best].mrr_10) best = query;
    ASSERT_GT(b.first_right[best], 10);
    const Query& first = scene.now.judged.scores->judged.queries[best];
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/System fusion:sum");
        ctx->KeyDown(ImGuiMod_Shift);
        ctx->ItemClick("**/System global");
        ctx->KeyUp(ImGuiMod_Shift);
        ctx->Yield(2);
        ctx->ItemClick(("**/Why not " + first.id).c_str());
        const ExplainMissing* asked = scene.last<ExplainMissing>();
        IM_CHECK(asked != nullptr);
        IM_CHECK_STR_EQ(asked->query.c_str(), first.text.c_str());
        IM_CHECK_STR_EQ(asked->document.c_str(), scene.now.judged.scores->judged.grades(best).begin()->first.c_str());
    }));
}

TEST(EvaluationView, ShowsRankChangesAsAGallery) {
    EvaluationScene scene;
    const auto &a = scene.system("fusion:sum"), &b = scene.system("global");
    std::vector<std::size_t> all, semantic;
    for (std::size_t query = 0; query < 120; ++query) {
        all.push_back(query);
        if (scene.now.judged.evaluation->categories[query] == "semantic") semantic.push_back(query);
    }
    const RankMoves moves = rank_moves(a, b, all), filtered = rank_moves(a, b, semantic);
    ASSERT_FALSE(moves.up.empty());
    ASSERT_FALSE(filtered.down.empty());
    const auto& queries = scene.now.judged.scores->judged.queries;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/System fusion:sum");
        ctx->KeyDown(ImGuiMod_Shift);
        ctx->ItemClick("**/System global");
        ctx->KeyUp(ImGuiMod_Shift);
        ctx->ItemClick("**/As a gallery");
        ctx->Yield(2);
        // The largest moves stand first in their columns; a press runs the query.
        const auto up = ctx->ItemInfo(("**/Move " + queries[moves.up.front().query].id).c_str()).RectFull;
        const auto down = ctx->ItemInfo(("**/Move " + queries[moves.down.front().query].id).c_str()).RectFull;
        IM_CHECK_EQ(up.Min.y, down.Min.y);
        IM_CHECK_LT(up.Min.x, down.Min.x);
        ctx->ItemClick(("**/Move " + queries[moves.down.front().query].id).c_str());
        IM_CHECK_STR_EQ(scene.last<RunQuery>()->text.c_str(), queries[moves.down.front().query].text.c_str());
        ctx->ItemClick("**/Category semantic");
        ctx->Yield(2);
        for (const RankMove& one : moves.up)
            if (scene.now.judged.evaluation->categories[one.query] != "semantic") IM_CHECK(!ctx->ItemExists(("**/Move " + queries[one.query].id).c_str()));
        IM_CHECK(ctx->ItemExists(("**/Move " + queries[filtered.down.front().query].id).c_str()));
        ctx->ItemClick("**/Category semantic"); // pressed again: all of them
        ctx->ItemClick("**/As a table");
        ctx->Yield(2);
    }));
}

TEST(EvaluationView, BringsSystemsInAndTakesThemOut) {
    EvaluationScene scene;
    auto with_guests = std::make_shared<Evaluation>(*scene.now.judged.evaluation);
    SystemResult run = scene.system("local"), other = scene.system("global");
    run.name = "fusion:not one of ours"; // a tag as a stranger may write it
    run.kind = "run file";
    other.name = "sbmoe/global";
    other.kind = "other model";
    with_guests->systems.insert(with_guests->systems.end() - 1, {run, other});
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/System local");
        ctx->ItemClick("**/Compare a run file");
        IM_CHECK(scene.last<ImportRun>() != nullptr);
        ctx->ItemClick("**/Save the run");
        IM_CHECK_STR_EQ(scene.last<ExportRun>()->system.c_str(), "local");
        // What joins leaves A where it was.
        scene.now.judged.evaluation = with_guests;
        ctx->Yield(2);
        ctx->ItemClick("**/Save the run");
        IM_CHECK_STR_EQ(scene.last<ExportRun>()->system.c_str(), "local");
        ctx->ItemClick("**/System fusion:not one of ours");
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/Save the run"));
        ctx->ItemClick("**/Take it out");
        IM_CHECK_STR_EQ(scene.last<DropSystem>()->system.c_str(), "fusion:not one of ours");
        ctx->ItemClick("**/System sbmoe\\/global", ImGuiMouseButton_Right);
        ctx->ItemClick("//$FOCUSED/Look at it as B");
        ctx->Yield(2);
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
