#include "core/train/learner.hpp"

#include "tests/core/train/tiny_training.hpp"

#include <gmock/gmock.h>

namespace cameo {
namespace {

/// A learner with its first checkpoint written.
struct LearnerAtZero {
    LearnerAtZero(const TinyTraining& tiny, Recipe recipe, std::int64_t skipped = 0)
        : data(tiny.data()), learner(std::move(recipe), data, tiny.folder("learner"), *alone, progress) {
        learner.begin();
        learner.state().skipped = skipped;
        learner.checkpoints().write("t", learner.state(), learner.trainee(), learner.optimizer());
    }
    TrainingData data;
    Progress progress;
    std::unique_ptr<Processes> alone = one_process();
    Learner learner;
};

// A training that was set back went on with what it had mined later; one that was killed there and resumed did not.
TEST(Learner, KnowsNothingMinedOnceItIsSetBack) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    recipe.negatives_from = "mined";
    LearnerAtZero at(tiny, recipe);
    at.learner.load(0);
    const double given = at.learner.gradients().loss;
    at.learner.load(0);
    Mined mined;
    mined.negatives.assign(at.learner.train_queries().size(), {57, 58, 59});
    at.learner.use(mined);
    ASSERT_NE(at.learner.gradients().loss, given);
    at.learner.load(0);
    EXPECT_EQ(at.learner.gradients().loss, given);
}

// It looked up the queries of steps as they would have been without the batches left out.
TEST(Learner, MinesForTheBatchesThatComeAfterSomeWereLeftOut) {
    const TinyTraining tiny;
    constexpr std::int64_t kSkipped = 2;
    LearnerAtZero at(tiny, TinyTraining::recipe(), kSkipped);
    const auto mined = at.learner.mine({0, 1, 3}, at.progress);
    const auto expected = BatchSampler(at.learner.train_queries(), 1, 6, 2).queries_between(1 + kSkipped, 3 + kSkipped);
    std::vector<std::uint32_t> looked_up;
    for (std::uint32_t query = 0; query < mined.bank->candidates.size(); ++query)
        if (!mined.bank->candidates[query].empty()) looked_up.push_back(query);
    EXPECT_EQ(looked_up, expected);
}

} // namespace
} // namespace cameo
