#include "tests/support/sample_gate.hpp"
#include "tests/support/sample_snapshot.hpp"
#include "tests/views/scene.hpp"
#include "views/gate_storm.hpp"
#include "views/gate_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct GateScene : Scene<GateView> {
    explicit GateScene(SampleGate kind = SampleGate::Specialised) : Scene(sample_gate(kind)) { size = {800, 1800}; }
};

TEST(GateView, AnExpertIsLookedAtAlone) {
    GateScene scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/$$3/Expert");
        IM_CHECK_EQ(scene.now.selection.expert, 4); // behind the gate's own
        ctx->ItemClick("**/$$3/Expert");
        IM_CHECK_EQ(scene.now.selection.expert, -1);
        ctx->ItemClick("**/$$2/Document");
        const auto& trace = *scene.now.trace;
        IM_CHECK_STR_EQ(scene.now.selection.document.c_str(), trace.documents[static_cast<std::size_t>(trace.fused[2].document)].id.c_str());
    }));
}

TEST(GateView, OffersAModelThatHasAGate) {
    GateScene scene;
    scene.now = sample_snapshot(); // three experts and a sum
    scene.now.workbench.models.push_back({"routed", "sbmoe"});
    EXPECT_TRUE(scene.click("**/Open routed"));
    EXPECT_EQ(scene.last<OpenModel>()->name, "routed");
}

TEST(GateView, ExamplesOfAnExpertAreRun) {
    GateScene scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/##example expert 2");
        ctx->Yield(2);
        ctx->ItemClick("**/$$0/Example");
        IM_CHECK_STR_EQ(scene.last<RunQuery>()->text.c_str(), scene.now.gate.report->queries.examples[1][0].name.c_str());
        scene.commands.clear();
        ctx->ItemClick("**/Documents");
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/$$0/Example")); // a document is no query: nothing to press
    }));
}

TEST(GateView, ReadsTheSetOnlyWhenAsked) {
    GateScene scene;
    scene.now.gate = {};
    EXPECT_TRUE(scene.click("**/Read the gate on all queries"));
    EXPECT_NE(scene.last<ReadGate>(), nullptr);
    scene.now.gate = {.phase = Phase::Failed, .error = "The index is damaged."};
    EXPECT_TRUE(scene.click("**/Try again"));
    scene.now.gate = {.phase = Phase::Loading};
    scene.now.jobs = {{.id = 9, .name = "Read the gate", .tag = "gate", .unit = Unit::Documents, .state = JobState::Running, .done = 40, .total = 1154}};
    EXPECT_TRUE(scene.click("**/Cancel"));
}

TEST(GateView, TheNoiseIsDrawnWhenAsked) {
    GateScene scene;
    EXPECT_TRUE(scene.click("**/Draw the noise"));
    EXPECT_NE(scene.last<StormGate>(), nullptr);
    scene.now.storm = {.phase = Phase::Failed, .error = "The index is damaged.", .of = scene.now.trace->id};
    scene.commands.clear();
    EXPECT_TRUE(scene.click("**/Draw again"));
    EXPECT_NE(scene.last<StormGate>(), nullptr);
    scene.now.storm = sample_storm(*scene.now.trace);
    const std::string third = scene.now.storm.storm->documents[2].id;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/$$2/Storm document");
        IM_CHECK_STR_EQ(scene.now.selection.document.c_str(), third.c_str());
        IM_CHECK(!ctx->ItemExists("**/Draw the noise"));
    }));
    const auto table = scene.view.table(scene.now);
    ASSERT_TRUE(table);
    EXPECT_EQ(table->columns.back(), "deviation of the noise");
    EXPECT_EQ(std::get<double>(table->rows[0].back()), scene.now.storm.storm->deviation[0]);
    // Another query is on screen: the storm before says nothing about it.
    auto another = std::make_shared<Trace>(*scene.now.trace);
    another->id = "another";
    scene.now.trace = another;
    EXPECT_EQ(storm_on_screen(scene.now), nullptr);
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists("**/Draw the noise"));
    }));
}

TEST(GateStorm, SaysDecisionOrCoinToss) {
    NoiseStorm storm{.chosen = 1, .deviation = {1, 1}, .first = {0.95, 0.05}, .same_choice = 0.95, .same_first = 0.97};
    EXPECT_THAT(storm_verdict(storm), StartsWith("A decision: in 95 % of the draws the same expert is chosen"));
    storm.same_choice = 0.7;
    EXPECT_THAT(storm_verdict(storm), StartsWith("It wavers: in 70 %"));
    storm.same_choice = 0.5;
    EXPECT_THAT(storm_verdict(storm), StartsWith("A coin toss: in only 50 %"));
    EXPECT_THAT(storm_verdict(storm), HasSubstr("It hardly matters"));
    storm.chosen = 2; // all of them: who leads is what may change
    EXPECT_THAT(storm_verdict(storm), StartsWith("A decision: in 95 % of the draws the same expert leads"));
    storm.deviation = {0, 0};
    EXPECT_THAT(storm_verdict(storm), HasSubstr("no noise layer"));
}

TEST(GateView, OtherModelsHaveNone) {
    Scene<GateView> scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/Read the gate on all queries"));
    }));
}

TEST(GateVerdict, TellsCollapseFromSpecialisation) {
    const auto verdict = [](SampleGate kind) { return gate_verdict(*sample_gate(kind).gate.report); };
    EXPECT_THAT(verdict(SampleGate::Collapsed), StartsWith("Collapsed: expert 3 is the first choice of 100 % of the queries"));
    EXPECT_THAT(verdict(SampleGate::Specialised), StartsWith("Specialised, not collapsed"));
    EXPECT_THAT(verdict(SampleGate::Specialised), HasSubstr("same first choice in 66 % of the cases (18 % by chance)."));
    EXPECT_THAT(verdict(SampleGate::Undecided), StartsWith("Undecided"));
    GateReport nothing;
    EXPECT_THAT(gate_verdict(nothing), HasSubstr("too few"));
}

} // namespace
} // namespace cameo
