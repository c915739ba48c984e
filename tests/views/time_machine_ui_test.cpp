#include "tests/views/training_scene.hpp"
#include "views/time_machine_view.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

TEST(TimeMachineView, GoesToAnyValidation) {
    TrainingScene<TimeMachineView> scene(SampleTraining::Collapsing);
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(3);
        const ImRect track = ctx->ItemInfo("**/Steps").RectFull;
        ctx->MouseMoveToPos({track.Min.x + track.GetWidth() * 0.305f, track.Max.y - 8});
        ctx->MouseClick();
        IM_CHECK(scene.last<LookAtStep>() && scene.last<LookAtStep>()->step == 60);
        scene.trainings().moment = 60;
        ctx->Yield(2);
        ctx->ItemClick("**/Open this checkpoint");
        IM_CHECK(scene.last<UseCheckpoint>() && scene.last<UseCheckpoint>()->step == 60);
        ctx->ItemClick("**/Branch from here");
        IM_CHECK(scene.last<DraftTraining>() && scene.last<DraftTraining>()->step == 60);
        ctx->KeyPress(ImGuiKey_LeftArrow);
        IM_CHECK_EQ(scene.last<LookAtStep>()->step, std::int64_t{40});
        ctx->KeyPress(ImGuiKey_RightArrow);
        IM_CHECK_EQ(scene.last<LookAtStep>()->step, std::int64_t{80});
        scene.trainings().moment = 40; // whose checkpoint was not kept
        ctx->Yield(2);
        const auto used = std::ranges::count_if(scene.commands, [](const Command& each) { return std::holds_alternative<UseCheckpoint>(each); });
        ctx->ItemClick("**/Open this checkpoint", 0, ImGuiTestOpFlags_NoError);
        IM_CHECK(std::ranges::count_if(scene.commands, [](const Command& each) { return std::holds_alternative<UseCheckpoint>(each); }) == used);
        ctx->ItemInputValue("**/##probe", "nothing has this");
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/query number 7 of the dev split"));
        ctx->ItemInputValue("**/##probe", "Number 7 ");
        ctx->Yield(2);
        ctx->ItemClick("**/query number 7 of the dev split");
        ctx->Yield(2);
        ctx->ItemClick("**/Ask it now");
        IM_CHECK(scene.last<RunQuery>() && scene.last<RunQuery>()->text == "query number 7 of the dev split");
    }));
    const auto table = scene.view.table(scene.now);
    ASSERT_TRUE(table.has_value());
    EXPECT_EQ(table->rows.size(), 11u * 40);
}

// While probes were read, and where they could not be, it said that the training was an old one without any.
TEST(TimeMachineView, SaysThatProbesAreReadOrCannotBe) {
    TrainingScene<TimeMachineView> scene;
    scene.trainings().moments.clear();
    scene.trainings().probe_set = nullptr;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        scene.trainings().probes_phase = Phase::Loading;
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/Copy message"));
        scene.trainings().probes_phase = Phase::Failed;
        scene.trainings().probes_error = "training.db: damaged";
        ctx->Yield(2);
        ctx->ItemClick("**/Copy message");
        IM_CHECK(scene.last<CopyText>() && scene.last<CopyText>()->text.find("training.db: damaged") != std::string::npos);
    }));
}

TEST(TimeMachineView, DrawsEveryState) {
    TrainingScene<TimeMachineView> scene(SampleTraining::Came);
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(3);
        scene.trainings().moments.resize(1);
        ctx->Yield(2);
        scene.trainings().moments.clear();
        ctx->Yield(2);
        scene.trainings().probe_set = nullptr;
        ctx->Yield(2);
        scene.trainings().shown[0].record = std::make_shared<TrainingRecord>();
        ctx->Yield(2);
        scene.trainings().shown.clear();
        ctx->Yield(2);
    }));
}

} // namespace
} // namespace cameo
