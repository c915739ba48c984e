#include "tests/support/sample_snapshot.hpp"
#include "views/bench_columns.hpp"
#include "views/bench_rows.hpp"
#include "views/evidence.hpp"
#include "views/explain.hpp"
#include "views/widgets/alignment.hpp"
#include "views/words.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace cameo {
namespace {

TEST(BenchColumns, NothingIsCutAndNothingOverlaps) {
    for (const float scale : {0.75f, 1.0f, 2.0f, 3.0f})
        for (float width = 200 * scale; width < 2400 * scale; width += 37 * scale)
            for (int experts = 0; experts <= 8; ++experts)
                for (int selected = -1; selected < experts; ++selected) {
                    const auto columns = lay_out_columns(width, scale, experts, selected, 0);
                    float right = columns.fused_width;
                    ASSERT_GE(columns.first, 0);
                    ASSERT_LE(columns.first + columns.count, experts);
                    for (int shown = 0; shown < columns.count; ++shown) {
                        ASSERT_GE(columns.x_of(shown), right) << width << " " << experts;
                        right = columns.x_of(shown) + columns.expert_width;
                    }
                    ASSERT_LE(right, width + 0.5f);
                    const bool shown = selected >= columns.first && selected < columns.first + columns.count;
                    ASSERT_TRUE(shown || selected < 0 || columns.count == 0);
                }
}

TEST(BenchColumns, ThreeExpertsStandTogetherAt1280AndFoldWhenNarrow) {
    EXPECT_FALSE(lay_out_columns(790, 1, 3, -1, 0).folded); // the bench's share of 1280 pixels
    EXPECT_TRUE(lay_out_columns(600, 1, 3, -1, 0).folded);
    const auto one = lay_out_columns(300, 1, 3, 1, 0);
    EXPECT_EQ(one.fused_width, 0);
    EXPECT_EQ(one.first, 1);
    EXPECT_EQ(one.expert_width, 300);
}

TEST(BenchRows, OrderRankAndRelevanceByHand) {
    const Trace trace = sample_trace();
    const BenchRows rows = make_bench_rows(trace);
    ASSERT_EQ(rows.experts.size(), 3U);
    const auto id = [&](const BenchList& list, std::size_t row) { return trace.documents[static_cast<std::size_t>(list.order[row])].id; };
    EXPECT_EQ(id(rows.fused, 0), "cmus");
    EXPECT_EQ(id(rows.experts[1], 0), "moc");
    EXPECT_EQ(rows.relevant_total, 5);
    EXPECT_EQ(rows.fused.rank[static_cast<std::size_t>(rows.position.at("cmus"))], 1);
    EXPECT_EQ(rows.experts[1].rank[static_cast<std::size_t>(rows.position.at("cmus"))], 2);
    EXPECT_TRUE(rows.is_relevant(rows.position.at("herrie")));
    EXPECT_FALSE(rows.is_relevant(rows.position.at("sox"))); // judged, and not relevant
}

TEST(BenchRows, SurvivesATraceThatDoesNotHoldTogether) {
    Trace trace = sample_trace({.documents = 4});
    trace.fused[0].document = 99;
    trace.fused[1].document = -1;
    trace.documents[2].raw.clear();
    trace.documents[2].rank.clear();
    trace.documents[3].raw[0] = NAN;
    const BenchRows rows = make_bench_rows(trace);
    EXPECT_EQ(rows.fused.order.size(), 2U);
    EXPECT_EQ(rows.experts[0].order.size(), 4U);
    EXPECT_TRUE(std::isfinite(rows.experts[0].scale.high));
    EXPECT_TRUE(make_bench_rows(Trace{}).experts.empty());
}

TEST(BarScale, PartsStackOnTheirOwnSideOfZero) {
    BarScale scale;
    scale.include_parts(std::array{2.0, -1.0, 0.5, static_cast<double>(NAN)});
    EXPECT_DOUBLE_EQ(scale.high, 2.5);
    EXPECT_DOUBLE_EQ(scale.low, -1.0);
}

TEST(SampleLedger, AddsUp) {
    const Trace trace = sample_trace();
    const Ledger& ledger = trace.ledgers.front();
    double sum = 0;
    for (const auto& expert : ledger.experts)
        sum += expert.used;
    EXPECT_NEAR(sum, ledger.score, 1e-9);
    for (const auto& expert : ledger.experts)
        EXPECT_LT(std::fabs(expert.residual), 0.01) << expert.name;
}

TEST(Evidence, FollowsSoloMuteAndToken) {
    const Trace trace = sample_trace();
    const Ledger& ledger = trace.ledgers.front();
    const auto styles = make_bench_rows(trace).styles;
    const auto of = [&](EvidenceChoice choice, std::size_t expert_idx) {
        std::size_t count = 0;
        for (const auto& note : gather_evidence(ledger, styles, choice).notes)
            count += note.expert_idx == expert_idx;
        return count;
    };
    EXPECT_GT(of({}, 0), 0U);
    EXPECT_EQ(of({}, 1), ledger.experts[1].tokens.size()); // one best match for each query token
    EXPECT_EQ(of({}, 2), 0U);                              // a global expert has no exact share for a word
    EXPECT_EQ(of({.solo = 1}, 0), 0U);
    EXPECT_EQ(of({.muted = 2}, 1), 0U);
    EXPECT_GT(of({.query_token = 4}, 1), ledger.experts[1].tokens.size() - 4);
    for (const auto& span : gather_evidence(ledger, styles, {}).inks)
        EXPECT_LE(span.end, ledger.content.size());
}

TEST(Alignment, EveryBestMatchHasAColumnInTextOrder) {
    const Trace trace = sample_trace();
    const ExpertLedger& local = trace.ledgers.front().experts[1];
    const auto columns = alignment_columns(local, 8);
    ASSERT_EQ(columns.size(), 8U);
    EXPECT_TRUE(std::is_sorted(columns.begin(), columns.end()));
    for (const auto& token : local.tokens)
        EXPECT_TRUE(std::find(columns.begin(), columns.end(), token.best) != columns.end()) << token.query_token;
    EXPECT_TRUE(alignment_columns(ExpertLedger{}, 8).empty());
    ExpertLedger broken = local;
    broken.similarities.pop_back();
    EXPECT_TRUE(alignment_columns(broken, 8).empty());
}

TEST(TopLeaves, NamesTheHeaviestAndCountsTheRest) {
    const Trace trace = sample_trace();
    const Ledger& ledger = trace.ledgers.front();
    EXPECT_EQ(top_leaves(ledger.experts[0], 2), "music 6.31 · player 4.39 · and 7 more");
    EXPECT_EQ(top_leaves(ledger.experts[1], 1), "music 0.96 · and 4 more");
    EXPECT_EQ(top_leaves(ledger.experts[2], 3), "");
}

// The tooltip of a fused score gave the fusion's formula without the weight, the mean and the deviation of this query, so
// that nobody could follow it.
TEST(UsedWords, PutTheFiguresOfTheQueryIntoTheFormula) {
    Trace trace;
    trace.experts.resize(2);
    trace.documents.resize(3);
    for (std::size_t position = 0; position < 3; ++position) {
        trace.documents[position].raw = {static_cast<float>(position + 1), 5.0f};
        trace.documents[position].rank = {static_cast<std::int32_t>(3 - position), 1};
    }
    const auto words = [&](FusionMethod method, std::size_t expert_idx) {
        trace.fusion = {.method = method, .weights = {0.5, 2}};
        return used_words(trace, 2, expert_idx);
    };
    EXPECT_EQ(words(FusionMethod::ZScore, 0), "0.5 × (3 \u2212 2) ÷ 0.816497");
    EXPECT_EQ(words(FusionMethod::MinMax, 0), "0.5 × (3 \u2212 1) ÷ 2");
    EXPECT_EQ(words(FusionMethod::MinMax, 1), "0: all its scores are equal");
    trace.query_weights = {3, 1};
    EXPECT_EQ(words(FusionMethod::Adaptive, 0), "1.5 × (3 \u2212 2) ÷ 0.816497");
    EXPECT_EQ(words(FusionMethod::Weighted, 1), "2 × 5");
    EXPECT_EQ(words(FusionMethod::Rrf, 0), "0.5 ÷ (60 + 1)");
    EXPECT_EQ(words(FusionMethod::ReciprocalRank, 1), "2 ÷ 1");
    trace.documents[0].raw[0] = -4;
    EXPECT_EQ(words(FusionMethod::MinMax, 0), "0.5 × (3 + 4) ÷ 7");
    trace.documents[2].raw[0] = NAN;
    EXPECT_EQ(words(FusionMethod::ZScore, 0), "0: its score is not a number");
}

// The bench's caption never showed weights: two fusions that rank differently had the same name.
TEST(DescribeFusion, NamesWeightsThatMatter) {
    EXPECT_EQ(describe_fusion({.method = FusionMethod::ZScore}, 3), "z-score sum of 3 experts");
    EXPECT_EQ(describe_fusion({.method = FusionMethod::Sum, .weights = {1, 1, 1}}, 3), "sum of 3 experts");
    EXPECT_EQ(describe_fusion({.method = FusionMethod::Sum, .weights = {1, 0.5, 2}}, 3), "sum of 3 experts, weights 1 : 0.5 : 2");
    EXPECT_EQ(describe_fusion({.method = FusionMethod::Adaptive}, 3, std::vector<double>{0.5, 1, 2}),
              "adaptive, 0.50 : 1.00 : 2.00");
    EXPECT_EQ(describe_fusion({.method = FusionMethod::Adaptive, .weights = {2, 1, 1}}, 3, std::vector<double>{0.5, 1, 2}),
              "adaptive, 1.00 : 1.00 : 2.00"); // of a person's and the query's, both
}

} // namespace
} // namespace cameo
