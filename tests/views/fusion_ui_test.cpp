#include "tests/support/sample_judged.hpp"
#include "tests/views/scene.hpp"
#include "views/fusion_chooser.hpp"
#include "views/fusion_view.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace cameo {
namespace {

/// One whose fusion follows what the view asks for, as the program does.
struct FusionScene : Scene<FusionView> {
    explicit FusionScene(FusionMethod method = FusionMethod::ZScore) : Scene(sample_snapshot({.fusion = {.method = method}})) {
        now.judged = sample_judged(60, 3, {.method = method});
        size = {900, 700};
    }
    const FusionSpec* asked() const {
        const auto* set = last<SetFusion>();
        return set ? &set->fusion : nullptr;
    }
};

TEST(FusionView, TheDotIsDraggedAndTheMixFollows) {
    FusionScene scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        const ImRect box = ctx->ItemInfo("**/Mixes").RectFull;
        // Far out at the top: the first expert alone.
        ctx->MouseMoveToPos({box.GetCenter().x, box.GetCenter().y});
        ctx->MouseDown();
        ctx->MouseMoveToPos({box.GetCenter().x, box.Min.y + 2});
        ctx->Yield(2);
        ctx->MouseUp();
    }));
    ASSERT_NE(scene.asked(), nullptr);
    EXPECT_EQ(scene.asked()->method, FusionMethod::ZScore);
    EXPECT_EQ(scene.asked()->weights, (std::vector<double>{3, 0, 0}));
}

TEST(FusionView, NearTheMiddleIsTheMiddle) {
    FusionScene scene;
    scene.now.fusion.weights = {3, 0, 0};
    scene.now.trace = std::make_shared<Trace>(with_fusion(*scene.now.trace, {.method = FusionMethod::ZScore, .weights = {3, 0, 0}}));
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        const ImRect box = ctx->ItemInfo("**/Mixes").RectFull;
        // The middle of a triangle is a third of its height above its base.
        const float line = line_height(TextStyle::Body) + 6, height = box.GetHeight() - 2 * line;
        ctx->MouseMoveToPos({box.GetCenter().x + 1, box.Max.y - line - height / 3});
        ctx->MouseClick();
    }));
    ASSERT_NE(scene.asked(), nullptr);
    EXPECT_EQ(scene.asked()->weights, (std::vector<double>{1, 1, 1}));
}

TEST(FusionView, MuteSoloAndBack) {
    FusionScene scene(FusionMethod::Sum);
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        const auto follow = [&] {
            scene.now.trace = std::make_shared<Trace>(with_fusion(*scene.now.trace, *scene.asked()));
            ctx->Yield(2);
        };
        ctx->Yield(2);
        ctx->ItemClick("**/$$1/Mute");
        IM_CHECK(scene.asked()->method == FusionMethod::Weighted);
        IM_CHECK(scene.asked()->weights == (std::vector<double>{1, 0, 1}));
        follow();
        ctx->ItemClick("**/$$2/Solo");
        IM_CHECK(scene.asked()->weights == (std::vector<double>{0, 0, 1}));
        follow();
        ctx->ItemClick("**/$$2/Solo"); // back to where it was
        IM_CHECK(scene.asked()->weights == (std::vector<double>{1, 0, 1}));
        follow();
        ctx->ItemClick("**/$$1/Mute");
        IM_CHECK(scene.asked()->weights == (std::vector<double>{1, 1, 1}));
    }));
}

TEST(FusionView, NobodyIsLeftSilent) {
    FusionScene scene(FusionMethod::Sum);
    scene.now.trace = std::make_shared<Trace>(with_fusion(*scene.now.trace, {.method = FusionMethod::Weighted, .weights = {0, 0, 1}}));
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/$$2/Mute");
        ctx->Yield(2);
        IM_CHECK(scene.asked() == nullptr);
    }));
}

// In the menu all weights could be dragged to 0: a list of ties was shown as a ranking.
TEST(FusionMenu, NobodyIsLeftSilent) {
    UiHarness ui;
    FusionSpec used{.method = FusionMethod::Weighted, .weights = {1, 0, 0}};
    const auto experts = shown_experts(sample_snapshot());
    const auto draw = [&](Commands& out) {
        ImGui::SetNextWindowSize({600, 700});
        ImGui::Begin("Menu");
        fusion_menu(used, experts, false, out);
        ImGui::End();
    };
    EXPECT_TRUE(ui.run(draw, [&](ImGuiTestContext* ctx) {
        ctx->SetRef("//Menu");
        const std::string weight = "##weight " + experts[0].name;
        ctx->ItemInputValue(weight.c_str(), 0.0f);
        IM_CHECK(std::ranges::all_of(ui.commands, [](const Command& each) { return !std::holds_alternative<SetFusion>(each) || !hears_nobody(std::get<SetFusion>(each).fusion); }));
        ctx->ItemInputValue(weight.c_str(), 0.5f);
        IM_CHECK(ui.last<SetFusion>() && ui.last<SetFusion>()->fusion.weights == (std::vector<double>{0.5, 0, 0}));
    }));
}

TEST(FusionView, ListsFusionsWithTheNumbersOfTheEvaluation) {
    FusionScene scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/fusion:rrf");
        IM_CHECK(scene.asked()->method == FusionMethod::Rrf);
        IM_CHECK(ctx->ItemExists("**/Oracle"));
        ctx->ItemClick("**/MAP");
        IM_CHECK(scene.last<JudgeBy>() != nullptr && scene.last<JudgeBy>()->measure == 4);
        ctx->ItemClick("**/Paint first");
        ctx->Yield(3);
        ctx->MouseMove("**/Mixes");
        ctx->Yield(3);
    }));
}

TEST(FusionView, MeasuresOnlyWhenAsked) {
    FusionScene scene;
    scene.now.judged = {.splits = {"test"}, .split = "test"};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(3);
        IM_CHECK(scene.last<MeasureJudged>() == nullptr);
        ctx->ItemClick("**/Measure the judged queries");
        IM_CHECK_STR_EQ(scene.last<MeasureJudged>()->split.c_str(), "test");
    }));
    scene.now.judged.splits.clear();
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/Measure the judged queries"));
    }));
    scene.now.judged = {.splits = {"test"}, .split = "test", .phase = Phase::Failed, .error = "The index is damaged."};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) { ctx->ItemClick("**/Try again"); }));
}

TEST(FusionView, TwoExpertsAreALine) {
    Scene<FusionView> two(sample_snapshot({.experts = 2}));
    two.now.judged = sample_judged(60, 2);
    two.size = {800, 700};
    EXPECT_TRUE(two.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        const ImRect box = ctx->ItemInfo("**/Mixes").RectFull;
        ctx->MouseMoveToPos({box.Max.x - 6, box.GetCenter().y});
        ctx->MouseClick();
    }));
    ASSERT_NE(two.last<SetFusion>(), nullptr);
    EXPECT_EQ(two.last<SetFusion>()->fusion.weights, (std::vector<double>{0, 2}));
}

TEST(FusionView, EightExpertsAreFaders) {
    Scene<FusionView> eight(sample_snapshot({.experts = 8}));
    eight.size = {800, 700};
    EXPECT_TRUE(eight.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/Mixes"));
        ctx->ItemClick("**/$$7/Mute");
        IM_CHECK_EQ(eight.last<SetFusion>()->fusion.weights[7], 0.0);
    }));
}

TEST(MixVerdict, SaysWhatTheIntervalAllows) {
    FusionField field{.experts = 2};
    field.points = {{{0.25, 0.75}, {.mrr_10 = 0.82}}};
    field.best[0] = {.point = 0, .cross_validated = 0.81, .plain = 0.80, .low = -0.005, .high = 0.02};
    const std::vector<std::string> names{"lexical", "global"};
    EXPECT_EQ(mix_verdict(field, 0, 1154, names),
              "On these 1,154 queries the best mix is Lexical 0.25, Global 0.75 with 0.820. Mixes chosen without the queries they are measured "
              "on come to 0.810, equal weights to 0.800: +0.010, 95 % between \u22120.005 and +0.020. These queries cannot tell them "
              "apart: equal weights will do.");
    field.best[0].low = 0.001;
    EXPECT_NE(mix_verdict(field, 0, 10, names).find("are worth having"), std::string::npos);
    field.best[0].low = -0.1;
    field.best[0].high = -0.01;
    EXPECT_NE(mix_verdict(field, 0, 10, names).find("does harm"), std::string::npos);
}

} // namespace
} // namespace cameo
