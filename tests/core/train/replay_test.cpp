#include "core/train/competition/replay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cameo {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

/// Two experts, three documents, two queries. Query 0: document 1 is right, first for expert 0 and last for expert 1.
/// Query 1: document 0 is right and tied with another under expert 0; a second right one was brought by nobody.
JudgedScores scores() {
    JudgedScores made;
    made.experts = {"lexical", "global"};
    made.kinds = {ExpertKind::Lexical, ExpertKind::Global};
    made.judged.queries = {{"a", "one", "lexical"}, {"b", "two", "semantic"}};
    made.queries.resize(2);
    made.queries[0] = {.documents = {0, 1, 2}, .raw = {1, 3, 2, 1, 0, 2}, .relevant = {{1, 1}}};
    made.queries[1] = {.documents = {0, 1, 2}, .raw = {5, 9, 5, 1, 1, 2}, .relevant = {{0, 1}, {-1, 1}}};
    return made;
}

TEST(Replay, RanksTheRightDocumentsUnderEachExpert) {
    const auto instances = competition_instances(scores());
    ASSERT_EQ(instances.size(), 2u) << "of what nobody brought no rank is known";
    EXPECT_THAT(instances[0].ranks, ElementsAre(1, 3));
    EXPECT_EQ(instances[0].query, 0u);
    EXPECT_THAT(instances[1].ranks, ElementsAre(1.5, 1));
}

TEST(Replay, WeighsByTheCompetitionsFormula) {
    const auto instances = competition_instances(scores());
    const CompetitionSpec spec{.temperature = 0.5};
    const CompetitionReplay made = replay(instances, 2, spec);
    std::vector<double> weights(2);
    double first = 0;
    for (std::size_t at = 0; at < instances.size(); ++at) {
        competitive_weights(spec, instances[at].ranks, weights);
        EXPECT_EQ(made.weights[at * 2], weights[0]);
        EXPECT_NEAR(made.weights[at * 2] + made.weights[at * 2 + 1], 2, 1e-12);
        first += weights[0] / 2;
    }
    EXPECT_NEAR(made.mean[0], first, 1e-12);
    EXPECT_EQ(made.away, 1);
}

TEST(Replay, HasBothLimits) {
    const auto instances = competition_instances(scores());
    const auto alike = replay(instances, 2, {.temperature = std::numeric_limits<double>::infinity()});
    EXPECT_THAT(alike.mean, ElementsAre(DoubleNear(1, 1e-12), DoubleNear(1, 1e-12)));
    EXPECT_EQ(alike.away, 0);
    const auto winner = replay(instances, 2, {.temperature = 0});
    EXPECT_EQ(winner.weights[1], 0); // of query a only the first expert learns
    EXPECT_EQ(replay({}, 2, {}).away, 0);
}

TEST(Replay, CountsWhoWinsWhat) {
    const JudgedScores made = scores();
    const auto shares = win_shares(made, competition_instances(made));
    ASSERT_EQ(shares.categories.size(), 2u);
    EXPECT_EQ(shares.all.instances, 2u);
    EXPECT_THAT(shares.all.sole, ElementsAre(0.5, 0.5));
    EXPECT_THAT(shares.categories.at("lexical").sole, ElementsAre(1, 0));
    EXPECT_THAT(shares.categories.at("semantic").sole, ElementsAre(0, 1));
    JudgedScores tied = made;
    tied.queries[1].raw = {5, 9, 5, 9, 1, 2};
    EXPECT_EQ(win_shares(tied, competition_instances(tied)).categories.at("semantic").tied, 1);
    EXPECT_EQ(win_shares(made, {}).all.instances, 0u);
}

} // namespace
} // namespace cameo
