#include "core/train/estimate.hpp"

#include "core/base/error.hpp"
#include "tests/core/train/tiny_run.hpp"

#include <chrono>

namespace cameo {
namespace {

TEST(Estimate, IsNotFarFromTheTruth) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    recipe.standardized_steps = 60;
    recipe.specialized_steps = 40;
    Progress progress;
    auto data = tiny.data();
    data.memory = make_frozen_memory();
    const auto scratch = tiny.folder("scratch");
    const TrainingCost said = estimate(recipe, data, scratch, 1, progress);
    const auto began = std::chrono::steady_clock::now();
    MemoryRecorder recorder;
    run(tiny, recipe, "truth", recorder);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    // Steps of a millisecond on a machine that does other things: the order of magnitude is what can be held against it.
    EXPECT_GT(said.seconds, seconds / 20);
    EXPECT_LT(said.seconds, 20 * seconds);
    // The folder at its most has one checkpoint more than in the end.
    const auto truth = folder_bytes(tiny.folder("truth"));
    EXPECT_GT(said.disk_bytes, truth / 2);
    EXPECT_LT(said.disk_bytes, 6 * truth);
    EXPECT_GT(said.memory_bytes, 10'000'000);
}

TEST(Estimate, GrowsWithTheSteps) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    Progress progress;
    const auto few = estimate(recipe, tiny.data(), tiny.folder("few"), 1, progress);
    recipe.standardized_steps = 1'000'000;
    const auto many = estimate(recipe, tiny.data(), tiny.folder("many"), 1, progress);
    EXPECT_GT(many.seconds, 1000 * few.seconds);
    EXPECT_GT(many.disk_bytes, few.disk_bytes);
}

TEST(Estimate, RefusesWhatTrainingRefuses) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    recipe.accumulate = 4; // 6 queries
    Progress progress;
    EXPECT_THROW(estimate(recipe, tiny.data(), tiny.folder("scratch"), 1, progress), Error);
}

TEST(Estimate, CanBeLeft) {
    const TinyTraining tiny;
    std::stop_source stop;
    stop.request_stop();
    Progress progress(stop.get_token());
    EXPECT_THROW(estimate(TinyTraining::recipe(), tiny.data(), tiny.folder("scratch"), 1, progress), Cancelled);
}

} // namespace
} // namespace cameo
