#include "tests/support/sample_snapshot.hpp"
#include "tests/views/scene.hpp"
#include "views/welcome_view.hpp"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace cameo {
namespace {

TEST(Welcome, OneButtonBuildsTheDemo) {
    Scene<WelcomeView> scene(first_run_snapshot());
    EXPECT_TRUE(scene.click("**/Build the demo"));
    ASSERT_NE(scene.last<BuildDemo>(), nullptr);
    EXPECT_FALSE(scene.last<BuildDemo>()->all);
}

// Welcome, too, said that an unindexed collection was ready.
TEST(Welcome, AnUnindexedCollectionOffersToBeIndexed) {
    Scene<WelcomeView> scene(unindexed_snapshot());
    EXPECT_TRUE(scene.click("**/Index it"));
    ASSERT_NE(scene.last<BuildIndex>(), nullptr);
}

// Jobs were told by words in their names: a failed "Open demo and debian" kept "The demo is not ready" on the screen, and
// so did a failed build after a later one had succeeded.
TEST(Welcome, OnlyTheNewestBuildCountsAsFailed) {
    Scene<WelcomeView> scene(first_run_snapshot());
    const JobSnapshot opened{.id = 7, .name = "Open demo and debian", .tag = "open", .state = JobState::Failed, .error = "no"};
    const JobSnapshot failed{.id = 8, .name = "Build the demo", .tag = "demo", .state = JobState::Failed, .error = "no"};
    const JobSnapshot done{.id = 9, .name = "Build the demo", .tag = "demo", .state = JobState::Done};
    const auto offers = [&](std::vector<JobSnapshot> jobs, const std::string& button) {
        scene.now.jobs = std::move(jobs);
        return scene.click("**/" + button);
    };
    EXPECT_TRUE(offers({opened}, "Build the demo"));
    EXPECT_TRUE(offers({done, failed}, "Build the demo"));
    EXPECT_TRUE(offers({failed}, "Try again"));
}

// When a model did not open, the failure of another build stood there as the demo's, and why the model failed did not.
TEST(Welcome, AFailureIsThatOfWhatHasFailed) {
    Scene<WelcomeView> scene(first_run_snapshot());
    scene.now.jobs = {{.id = 8, .name = "Index fakes", .tag = "index", .state = JobState::Failed, .error = "no room"}};
    scene.now.workbench.phase = Phase::Failed;
    scene.now.workbench.error = "model.json: damaged";
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/Try again"));
    }));
    EXPECT_TRUE(scene.click("**/Copy"));
    ASSERT_NE(scene.last<CopyText>(), nullptr);
    EXPECT_EQ(scene.last<CopyText>()->text, "model.json: damaged");
}

TEST(Welcome, AStoppedBuildCanGoOn) {
    Scene<WelcomeView> scene;
    scene.now.jobs.clear();
    scene.now.workbench.index->documents = 1204;
    EXPECT_TRUE(scene.click("**/Go on"));
    ASSERT_NE(scene.last<BuildIndex>(), nullptr);
}

} // namespace
} // namespace cameo
