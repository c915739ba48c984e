#include "core/train/miner.hpp"

#include "core/base/error.hpp"
#include "tests/support/said.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Recipe recipe(std::int64_t standardized, std::int64_t specialized, std::int64_t every, std::int64_t lag) {
    Recipe recipe;
    recipe.standardized_steps = standardized, recipe.specialized_steps = specialized;
    recipe.mine_every = every, recipe.mine_lag = lag;
    return recipe;
}

TEST(MiningRounds, AreEverySoManyStepsAndBeforeTheCompetition) {
    EXPECT_THAT(mining_rounds(recipe(30, 0, 0, 5)), IsEmpty());
    EXPECT_THAT(mining_rounds(recipe(30, 10, 0, 5)), ElementsAre(MiningRound{25, 30, 40}));
    EXPECT_THAT(mining_rounds(recipe(30, 0, 10, 4)), ElementsAre(MiningRound{6, 10, 20}, MiningRound{16, 20, 30})); // none for the end
    EXPECT_THAT(mining_rounds(recipe(15, 15, 10, 4)), ElementsAre(MiningRound{6, 10, 15}, MiningRound{11, 15, 20}, MiningRound{16, 20, 30}));
    EXPECT_THAT(mining_rounds(recipe(20, 5, 10, 4)), ElementsAre(MiningRound{6, 10, 20}, MiningRound{16, 20, 25})); // one, not two, at 20
    EXPECT_THAT(mining_rounds(recipe(0, 10, 0, 25)), ElementsAre(MiningRound{0, 0, 10})); // it competes from the first step on
}

TEST(MiningRounds, LookNoDeeperThanIsNeeded) {
    Recipe asked = recipe(20, 10, 10, 4);
    asked.negatives_depth = 30, asked.competition_depth = 1000;
    const auto rounds = mining_rounds(asked);
    ASSERT_EQ(rounds.size(), 2u);
    EXPECT_EQ(recipe_of(rounds[0], asked).competition_depth, 30) << "nobody competes before step 20";
    EXPECT_EQ(recipe_of(rounds[1], asked).competition_depth, 1000);
    asked.negatives_depth = 2000;
    EXPECT_EQ(recipe_of(rounds[0], asked).competition_depth, 1000) << "what the recipe says is the most";
    const MiningRound across{6, 10, 25}; // the competition begins while it is in use
    EXPECT_EQ(recipe_of(across, asked), asked);
}

TEST(MiningRounds, AreOneAtATime) {
    for (const std::int64_t lag : {0, 3, 10, 1000}) {
        const auto rounds = mining_rounds(recipe(35, 20, 7, lag));
        ASSERT_FALSE(rounds.empty());
        for (std::size_t at = 0; at < rounds.size(); ++at) {
            EXPECT_LE(rounds[at].start, rounds[at].apply);
            EXPECT_LT(rounds[at].apply, rounds[at].until);
            EXPECT_LE(rounds[at].apply - rounds[at].start, lag);
            if (at > 0) {
                EXPECT_GE(rounds[at].start, rounds[at - 1].apply) << "the one before is in use";
                EXPECT_EQ(rounds[at - 1].until, rounds[at].apply);
            }
        }
    }
}

TEST(Miner, LooksInTheBackgroundAndHandsOver) {
    std::atomic<bool> go = false;
    Miner miner([&](const MiningRound& round, Progress&) {
        while (!go) std::this_thread::yield();
        Mined mined;
        mined.queries = round.start;
        return mined;
    });
    EXPECT_EQ(miner.needs(), std::nullopt);
    miner.begin({7, 9, 20});
    EXPECT_EQ(miner.needs(), 7); // so its checkpoint is kept
    go = true;
    Progress progress;
    EXPECT_EQ(miner.finish({7, 9, 20}, progress).queries, 7);
    EXPECT_EQ(miner.needs(), std::nullopt);
    EXPECT_EQ(miner.finish({9, 9, 20}, progress).queries, 9); // nobody has begun it
}

TEST(Miner, HandsOnWhatWentWrong) {
    Miner miner([](const MiningRound&, Progress&) -> Mined { throw Error(ErrorKind::Environment, "the disk is full"); });
    Progress progress;
    miner.begin({1, 2, 3});
    EXPECT_EQ(error_of([&] { miner.finish({1, 2, 3}, progress); }), "the disk is full");
    EXPECT_EQ(miner.needs(), std::nullopt);
    EXPECT_EQ(error_of([&] { miner.finish({1, 2, 3}, progress); }), "the disk is full"); // tried again, not remembered
}

TEST(Miner, StopsWithWhoeverWaitsAndWithItsOwner) {
    std::atomic<int> cancelled = 0;
    const auto look = [&](const MiningRound&, Progress& progress) -> Mined {
        try {
            for (;;) progress.check_cancelled(), std::this_thread::yield();
        } catch (const Cancelled&) {
            ++cancelled;
            throw;
        }
    };
    {
        Miner miner(look);
        std::stop_source stop;
        Progress progress(stop.get_token());
        stop.request_stop();
        EXPECT_THROW(miner.finish({1, 2, 3}, progress), Cancelled);
        EXPECT_EQ(miner.needs(), 1); // it still reads that checkpoint
        EXPECT_EQ(cancelled, 0);
    }
    EXPECT_EQ(cancelled, 1);
}

// The window said "training" and stood still for minutes.
TEST(Miner, SaysHowFarARoundIsToWhoeverWaits) {
    struct Watched final : Progress {
        void begin(std::string stage, Unit unit, std::optional<std::int64_t> total, std::int64_t already) override {
            Progress::begin(stage, unit, total, already);
            stages.push_back(stage + " of " + std::to_string(total.value_or(0)) + ", " + std::to_string(already));
        }
        std::vector<std::string> stages;
    };
    std::atomic<int> seen = 0; ///< how often the waiting thread was told something new
    Miner miner([&](const MiningRound&, Progress& progress) -> Mined {
        progress.begin("encoding", Unit::Documents, 10);
        progress.advance(4);
        while (seen < 1) std::this_thread::yield();
        progress.advance(3);
        while (seen < 2) std::this_thread::yield();
        progress.begin("looking", Unit::Queries, 5, 2);
        while (seen < 3) std::this_thread::yield();
        return {};
    });
    Watched progress;
    miner.begin({1, 2, 3});
    std::jthread watcher([&](std::stop_token stop) { // of the count, which is atomic
        for (const std::int64_t expected : {4, 7, 2}) {
            while (progress.done() != expected && !stop.stop_requested()) std::this_thread::yield();
            ++seen;
        }
    });
    miner.finish({1, 2, 3}, progress);
    EXPECT_THAT(progress.stages, ElementsAre(testing::StartsWith("encoding of 10"), testing::StartsWith("looking of 5")));
}

TEST(MergeNegatives, TakesWhoIsAskedForAndBm25WhereNothingWasMined) {
    const std::vector<std::vector<std::int32_t>> bm25{{5, 1, 3}, {9}, {}}, mined{{3, 2}, {}, {7, 4}};
    EXPECT_EQ(merge_negatives("bm25", bm25, mined), bm25);
    EXPECT_THAT(merge_negatives("mined", bm25, mined), ElementsAre(ElementsAre(2, 3), ElementsAre(9), ElementsAre(4, 7)));
    EXPECT_THAT(merge_negatives("both", bm25, mined), ElementsAre(ElementsAre(1, 2, 3, 5), ElementsAre(9), ElementsAre(4, 7)));
}

} // namespace
} // namespace cameo
