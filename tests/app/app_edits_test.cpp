#include "tests/app/app_stage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

// "Weighted sum" could be chosen without weights; undo and redo kept it as the text "weighted", which was refused when
// it was read back, and the exception ended the program.
TEST(Undo, WalksThroughAWeightedSum) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    ASSERT_TRUE(app.table().run("fusion.weighted"));
    EXPECT_THAT(app.workbench().fusion().weights, testing::ElementsAre(1, 1, 1));
    ASSERT_TRUE(app.table().run("motion.reduce"));
    app.act(SetFusion{{.method = FusionMethod::Weighted}});
    app.undo();
    EXPECT_THAT(app.workbench().trace()->fusion.weights, testing::ElementsAre(1, 1, 1));
    app.undo();
    app.undo();
    EXPECT_EQ(app.workbench().trace()->fusion.method, FusionMethod::MinMax);
    for (int step = 0; step < 3; ++step) app.redo();
    EXPECT_EQ(app.workbench().trace()->fusion, FusionSpec{.method = FusionMethod::Weighted});
}

// Undo, a restart and going back each wrote down the fusion in use as if somebody had chosen it: the model's own was
// pinned, and another model's own never came into use.
TEST(Undo, BringsBackTheModelsOwnFusion) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music", "edit sound"}));
    app.go_back();
    EXPECT_FALSE(app.workbench().chosen_fusion());
    app.act(SetFusion{{.method = FusionMethod::Rrf}});
    app.undo();
    EXPECT_FALSE(app.workbench().chosen_fusion());
    EXPECT_EQ(app.workbench().trace()->fusion.method, FusionMethod::MinMax);
}

} // namespace
} // namespace cameo
