#include "tests/support/sample_judged.hpp"
#include "tests/views/scene.hpp"
#include "views/comparison_panel.hpp"
#include "views/evaluation_view.hpp"
#include "views/ledger_view.hpp"
#include "views/query_bench_view.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

/// The sample's query under its min-max, with the z-score sum pinned.
Snapshot pinned_snapshot() {
    Snapshot now = sample_snapshot();
    auto then = std::make_shared<Snapshot>(sample_snapshot({.fusion = {.method = FusionMethod::ZScore}}));
    then->selection = now.selection;
    now.pin = Pin{.kind = Pin::Kind::Setting, .label = "came, z-score sum", .then = std::move(then)};
    return now;
}

double figure(const ViewTable& table, std::size_t row, const std::string& column) {
    const auto at = static_cast<std::size_t>(std::ranges::find(table.columns, column) - table.columns.begin());
    return std::get<double>(table.rows.at(row).at(at));
}

TEST(Comparison, AViewShowsPinnedNowAndTheDifference) {
    Scene<QueryBenchView> scene(pinned_snapshot());
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists("**/fused:moc")); // as it is, until somebody wants the changes
        ctx->ItemClick("**/Changes");
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/fused:moc"));
        IM_CHECK(scene.view.shows_changes());
    }));
    const auto table = scene.view.exported(scene.now);
    ASSERT_TRUE(table);
    const Trace &now = *scene.now.trace, &then = *scene.now.pin->then->trace;
    const auto& first = now.documents[static_cast<std::size_t>(now.fused[0].document)];
    const std::int32_t rank = fused_ranks(then)[static_cast<std::size_t>(now.fused[0].document)];
    EXPECT_EQ(std::get<std::string>(table->rows[0][0]), first.id);
    EXPECT_EQ(figure(*table, 0, "rank, pinned"), rank);
    EXPECT_EQ(figure(*table, 0, "rank"), 1);
    EXPECT_EQ(figure(*table, 0, "rank, change"), 1 - rank);
    const double before = then.fused[static_cast<std::size_t>(rank - 1)].score;
    EXPECT_EQ(figure(*table, 0, "score, pinned"), before);
    const auto change = static_cast<std::size_t>(std::ranges::find(table->columns, "score, change") - table->columns.begin());
    EXPECT_TRUE(std::holds_alternative<std::monostate>(table->rows[0][change])) << "z-scores and min-max scores are on different scales";
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->ItemClick("**/$$3/Row");
        IM_CHECK_STR_EQ(scene.now.selection.document.c_str(), now.documents[static_cast<std::size_t>(now.fused[3].document)].id.c_str());
        ctx->ItemClick("**/Figure");
        ctx->Yield();
        ctx->ItemClick("//$FOCUSED/lexical adds");
        ctx->ItemClick("**/Order");
        ctx->ItemClick("**/As it is");
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists("**/fused:moc"));
    }));
    EXPECT_EQ(scene.view.exported(scene.now)->columns[0], "rank") << "as it is again, in the file too";
}

TEST(Comparison, AnExpertsNameMakesNoRanksOfItsScores) {
    ComparisonPanel panel;
    const ViewTable before{.columns = {"document", "reranker score", "reranker rank"}, .rows = {{std::string("moc"), 1.0, 5.0}}};
    const ViewTable after{.columns = {"document", "reranker score", "reranker rank"}, .rows = {{std::string("moc"), 2.0, 3.0}}};
    panel.show(compare(before, after));
    EXPECT_FALSE(panel.shows_ranks());
    EXPECT_EQ(panel.shown().figures[0], "reranker score");
    panel.show(compare(ViewTable{.columns = {"document", "reranker rank"}, .rows = {{std::string("moc"), 5.0}}},
                       ViewTable{.columns = {"document", "reranker rank"}, .rows = {{std::string("moc"), 3.0}}}));
    EXPECT_TRUE(panel.shows_ranks());
}

TEST(Comparison, TheLedgerComparesRawScoresUnderAnotherFusion) {
    Scene<LedgerView> scene(pinned_snapshot());
    scene.view.show_changes(true);
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists("**/adds"));
        IM_CHECK(ctx->ItemExists("**/raw"));
    }));
    const auto table = scene.view.exported(scene.now);
    ASSERT_TRUE(table);
    for (std::size_t row = 0; row < table->rows.size(); ++row)
        EXPECT_EQ(figure(*table, row, "raw, change"), 0) << "another fusion leaves raw scores alone";
}

TEST(Comparison, SaysWhenThereIsNothingToCompare) {
    Snapshot now = pinned_snapshot();
    now.judged = sample_judged(30);
    Scene<EvaluationView> scene(now);
    scene.view.show_changes(true);
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) { ctx->Yield(3); }));
    EXPECT_EQ(scene.view.exported(scene.now)->columns[0], "system") << "the view's own table where nothing was measured of the pinned one";
    auto then = std::make_shared<Snapshot>(*scene.now.pin->then);
    then->judged = sample_judged(30);
    scene.now.pin->then = then;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) { ctx->Yield(3); }));
    EXPECT_EQ(figure(*scene.view.exported(scene.now), 0, "MRR@10, change"), 0);
    for (const Phase phase : {Phase::Loading, Phase::Failed}) {
        auto state = std::make_shared<Snapshot>();
        state->query_phase = phase;
        state->query_error = "the query is empty";
        scene.now.pin->then = state;
        EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) { ctx->Yield(3); }));
    }
}

TEST(Comparison, TheBenchSaysHowFarEachHasMoved) {
    Scene<QueryBenchView> scene(pinned_snapshot());
    scene.draw_frames(2, [&](Commands& out) { scene.view.draw(scene.now, out); });
    scene.now.pin.reset();
    scene.draw_frames(2, [&](Commands& out) { scene.view.draw(scene.now, out); });
    scene.view.show_changes(true); // nothing is pinned: the view is as it is
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists("**/fused:moc"));
    }));
}

} // namespace
} // namespace cameo
