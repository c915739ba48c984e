#include "core/search/leaves.hpp"
#include "tests/support/sample_trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <numeric>

namespace cameo {
namespace {

using testing::HasSubstr;

/// Two documents under three experts, with everything that can differ.
struct Pair {
    Pair() {
        for (Ledger* ledger : {&a, &b}) {
            ledger->experts = {{.name = "lexical", .kind = ExpertKind::Lexical},
                               {.name = "local", .kind = ExpertKind::Local},
                               {.name = "global", .kind = ExpertKind::Global}};
        }
        a.id = "a";
        b.id = "b";
        a.experts[0].terms = {{.term = 20, .word = "music", .query_weight = 1, .document_weight = 3, .product = 3},
                              {.term = 10, .word = "play", .query_weight = 2, .document_weight = 0.5f, .product = 1},
                              {.term = 30, .word = "tty", .query_weight = 1},
                              {.term = 40, .word = "song", .document_weight = 2}};
        b.experts[0].terms = {{.term = 20, .word = "music", .query_weight = 1, .document_weight = 1, .product = 1},
                              {.term = 30, .word = "tty", .query_weight = 1, .document_weight = 4, .product = 4}};
        a.experts[1].tokens = {{"play", {}, 0, 0.75}, {"music", {}, 1, 1.0}};
        a.experts[1].document_tokens = {"plays", "music"};
        b.experts[1].tokens = {{"play", {}, 1, 0.25}, {"music", {}, 0, 1.0}};
        b.experts[1].document_tokens = {"music", "game"};
        a.experts[2].dot = 0.75;
        b.experts[2].dot = -0.25;
        set(a, {4.5, 1.75, 0.75}, {0.5, 0, 0});
        set(b, {5, 1.25, -0.25}, {0, 0, 0});
    }
    static void set(Ledger& ledger, std::vector<double> raw, std::vector<double> residual) {
        for (std::size_t expert_idx = 0; expert_idx < 3; ++expert_idx) {
            ledger.experts[expert_idx].raw = raw[expert_idx];
            ledger.experts[expert_idx].residual = residual[expert_idx];
        }
    }
    void fuse(std::span<const FusionLine> lines) {
        for (Ledger* ledger : {&a, &b}) {
            ledger->score = 0;
            for (std::size_t expert_idx = 0; expert_idx < 3; ++expert_idx) {
                ledger->experts[expert_idx].used = lines[expert_idx].used(ledger->experts[expert_idx].raw);
                ledger->score += ledger->experts[expert_idx].used;
            }
        }
    }
    Ledger a, b;
};

TEST(Leaves, AreWhatAddsUpToTheRawScore) {
    const Pair pair;
    const std::vector<Leaf> expected{{Leaf::Kind::Term, 20, "music", 3},
                                     {Leaf::Kind::Term, 10, "play", 1},
                                     {Leaf::Kind::Residual, -1, "residual", 0.5}};
    EXPECT_EQ(leaves(pair.a.experts[0]), expected);
    const std::vector<Leaf> pairs{{Leaf::Kind::Pair, 1, "music", 1},
                                  {Leaf::Kind::Pair, 0, "play \u2192 plays", 0.75},
                                  {Leaf::Kind::Residual, -1, "residual", 0}};
    EXPECT_EQ(leaves(pair.a.experts[1]), pairs);
    EXPECT_EQ(leaves(pair.b.experts[2])[0], (Leaf{Leaf::Kind::Product, -1, "whole text", -0.25}));
    for (const Ledger* ledger : {&pair.a, &pair.b})
        for (const ExpertLedger& expert : ledger->experts) {
            double sum = 0;
            for (const Leaf& leaf : leaves(expert))
                sum += leaf.raw;
            EXPECT_DOUBLE_EQ(sum, expert.raw) << expert.name;
        }
}

TEST(Leaves, OfAScoreThatIsNoNumberComeFirst) {
    Pair pair;
    pair.a.experts[0].terms[1].product = NAN;
    EXPECT_EQ(leaves(pair.a.experts[0])[0].words, "play");
}

// z-score lines: the slopes are 0.5, 2 and 0.25; what the mean takes off is the same for both and goes.
TEST(Difference, OpensToLeavesInTheFusionsUnits) {
    Pair pair;
    const std::vector<FusionLine> lines{{true, 1, 2, 2}, {true, 2, 1, 1}, {true, 0.5, 0.25, 2}};
    pair.fuse(lines);
    const LedgerDifference difference = subtract(pair.a, pair.b, lines);
    ASSERT_EQ(difference.experts.size(), 3u);
    const ExpertDifference& lexical = difference.experts[0];
    EXPECT_DOUBLE_EQ(lexical.used, -0.25); // 0.5 * (4.5 - 5)
    ASSERT_EQ(lexical.leaves.size(), 4u);
    EXPECT_EQ(lexical.leaves[0].words, "tty");
    EXPECT_EQ(lexical.leaves[0].a, 0);
    EXPECT_EQ(lexical.leaves[0].b, 4);
    EXPECT_EQ(lexical.leaves[0].difference, -2);
    EXPECT_EQ(lexical.leaves[1].words, "music");
    EXPECT_EQ(lexical.leaves[1].difference, 1);
    EXPECT_EQ(lexical.leaves[2].words, "play");
    EXPECT_EQ(lexical.leaves[3].kind, Leaf::Kind::Residual);
    const ExpertDifference& local = difference.experts[1];
    ASSERT_EQ(local.leaves.size(), 1u); // "music" is as similar in both
    EXPECT_EQ(local.leaves[0].words, "play \u2192 plays against game");
    EXPECT_EQ(local.leaves[0].difference, 1);
    EXPECT_EQ(difference.experts[2].leaves[0].difference, 0.25);
    double score = difference.residual;
    for (const ExpertDifference& expert : difference.experts) {
        double sum = expert.rest;
        for (const LeafDifference& leaf : expert.leaves)
            sum += leaf.difference;
        EXPECT_DOUBLE_EQ(sum, expert.used) << expert.name;
        EXPECT_NEAR(expert.rest, 0, 1e-12);
        score += expert.used;
    }
    EXPECT_DOUBLE_EQ(score, difference.score);
    EXPECT_DOUBLE_EQ(difference.score, 1.0); // -0.25 + 1 + 0.25
}

TEST(Difference, TurnsItsSignAround) {
    Pair pair;
    const std::vector<FusionLine> lines(3);
    pair.fuse(lines);
    const auto forth = subtract(pair.a, pair.b, lines), back = subtract(pair.b, pair.a, lines);
    EXPECT_DOUBLE_EQ(forth.score, -back.score);
    for (std::size_t expert_idx = 0; expert_idx < 3; ++expert_idx) {
        ASSERT_EQ(forth.experts[expert_idx].leaves.size(), back.experts[expert_idx].leaves.size());
        for (std::size_t leaf = 0; leaf < forth.experts[expert_idx].leaves.size(); ++leaf)
            EXPECT_DOUBLE_EQ(forth.experts[expert_idx].leaves[leaf].difference,
                             -back.experts[expert_idx].leaves[leaf].difference);
    }
    const auto same = subtract(pair.a, pair.a, lines);
    EXPECT_EQ(same.score, 0);
    EXPECT_TRUE(same.experts[0].leaves.empty());
}

// Where ranks count, leaves explain the raw score only.
TEST(Difference, OfRanksStaysInRawScores) {
    Pair pair;
    std::vector<FusionLine> lines(3);
    for (FusionLine& line : lines)
        line.straight = false;
    pair.a.experts[0].used = 1.0 / 61;
    pair.b.experts[0].used = 1.0 / 62;
    const LedgerDifference difference = subtract(pair.a, pair.b, lines);
    EXPECT_FALSE(difference.experts[0].straight);
    EXPECT_DOUBLE_EQ(difference.experts[0].used, 1.0 / 61 - 1.0 / 62);
    EXPECT_EQ(difference.experts[0].leaves[0].difference, -4);
    EXPECT_NEAR(difference.experts[0].rest, 0, 1e-12);
    EXPECT_THAT(to_text(difference), HasSubstr("this fusion counts ranks"));
}

TEST(Difference, IsTheSameAsTextAndAsJson) {
    const Trace trace = with_fusion(sample_trace(), parse_fusion("zscore"));
    const LedgerDifference difference = subtract(trace.ledgers[0], trace.ledgers[1], fusion_lines(trace));
    const auto json = nlohmann::json::parse(to_json(difference));
    EXPECT_EQ(json["a"], trace.ledgers[0].id);
    EXPECT_DOUBLE_EQ(json["difference"], trace.ledgers[0].score - trace.ledgers[1].score);
    EXPECT_EQ(json["experts"].size(), 3u);
    EXPECT_EQ(json["experts"][0]["kind"], "lexical");
    const std::string text = to_text(difference);
    EXPECT_THAT(text, HasSubstr(trace.ledgers[0].id + " (rank 1) minus " + trace.ledgers[1].id + " (rank 2)"));
    EXPECT_THAT(text, HasSubstr("z-score sum"));
}

} // namespace
} // namespace cameo
