#include "core/eval/fusion_field.hpp"
#include "core/eval/score_judged.hpp"

#include "core/base/error.hpp"
#include "tests/core/eval/judged_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cameo {
namespace {

JudgedScores scores_of(JudgedBench& bench, std::size_t experts = 3) {
    JudgedScores scores = score_judged(*bench.engine, nullptr, {.depth = 40}, bench.progress);
    if (experts == 3) return scores;
    for (ScoredQuery& query : scores.queries) { // as if there had been fewer, or one twice
        std::vector<float> raw;
        for (std::size_t document = 0; document < query.documents.size(); ++document)
            for (std::size_t expert = 0; expert < experts; ++expert)
                raw.push_back(query.raw[document * 3 + expert % 3]);
        query.raw = raw;
    }
    scores.experts.resize(experts, "another");
    scores.kinds.resize(experts);
    return scores;
}

// Documents that cannot matter are counted once for all mixes: the fast path against the plain one.
TEST(FusionField, EveryPointIsTheFusionOfItsWeights) {
    JudgedBench bench;
    const JudgedScores scores = scores_of(bench);
    for (const FusionMethod method : {FusionMethod::Sum, FusionMethod::MinMax, FusionMethod::ZScore, FusionMethod::Rrf, FusionMethod::ReciprocalRank}) {
        const FusionField field = fusion_field(scores, {.method = method, .steps = 6}, bench.progress);
        ASSERT_EQ(field.points.size(), 28u);
        for (std::size_t first = 0; first <= 6; ++first)
            for (std::size_t second = 0; first + second <= 6; ++second) {
                const FusionPoint& point = field.points[field.at(first, second)];
                EXPECT_DOUBLE_EQ(point.weights[0], static_cast<double>(first) / 6);
                EXPECT_DOUBLE_EQ(point.weights[1], static_cast<double>(second) / 6);
                const auto plain = measure_fusion(scores, {.method = method, .weights = point.weights});
                const Measures mean_of = mean(plain, scores.judged.all);
                for (int measure = 0; measure < kMeasureCount; ++measure)
                    EXPECT_NEAR(value(point.mean, measure), value(mean_of, measure), 2e-3)
                        << name(method) << " " << first << " " << second << " " << measure_name(measure);
            }
    }
}

TEST(FusionField, OfTwoExpertsIsALine) {
    JudgedBench bench;
    const JudgedScores scores = scores_of(bench, 2);
    const FusionField field = fusion_field(scores, {.steps = 10}, bench.progress);
    ASSERT_EQ(field.points.size(), 11u);
    const auto plain = measure_fusion(scores, {.method = FusionMethod::ZScore, .weights = {0.3, 0.7}});
    EXPECT_NEAR(field.points[3].mean.mrr_10, mean(plain, scores.judged.all).mrr_10, 1e-6);
    EXPECT_NEAR(field.value_at(std::vector<double>{3, 7}, 0), field.points[3].mean.mrr_10, 1e-12);
    EXPECT_NEAR(field.value_at(std::vector<double>{0.35, 0.65}, 0), (field.points[3].mean.mrr_10 + field.points[4].mean.mrr_10) / 2, 1e-9);
    EXPECT_NEAR(field.value_at(std::vector<double>{1, 0}, 0), field.points[10].mean.mrr_10, 1e-12);
}

// With 40 steps the nearest mix to equal weights was 13 : 13 : 14, and was called equal.
TEST(FusionField, EqualWeightsAreAmongItsMixes) {
    JudgedBench bench;
    const JudgedScores scores = scores_of(bench);
    for (const std::size_t steps : {FusionFieldOptions{}.steps, std::size_t{3}}) {
        const FusionField field = fusion_field(scores, {.steps = steps}, bench.progress);
        const auto equal = mean(measure_fusion(scores, {.method = FusionMethod::ZScore}), scores.judged.all);
        for (int measure = 0; measure < kMeasureCount; ++measure)
            EXPECT_NEAR(field.best[static_cast<std::size_t>(measure)].plain, value(equal, measure), 1e-6) << measure_name(measure);
        for (const double weight : field.points[field.at(steps / 3, steps / 3)].weights) EXPECT_DOUBLE_EQ(weight, 1.0 / 3);
    }
}

// A right document behind the thousandth place is not found, by no measure: MAP of mixes counted it.
TEST(FusionField, CutsListsWhereEveryMeasureDoes) {
    JudgedScores scores{.experts = {"one", "other"}, .kinds = {ExpertKind::Global, ExpertKind::Global}};
    scores.judged.all = {0};
    ScoredQuery query;
    for (int document = 0; document < 1500; ++document) {
        query.documents.push_back(document);
        query.raw.insert(query.raw.end(), 2, static_cast<float>(1500 - document));
        query.brought_by.push_back(3);
    }
    query.relevant = {{.position = 1200}};
    scores.queries = {query};
    Progress progress;
    const FusionField field = fusion_field(scores, {.method = FusionMethod::Sum, .steps = 2, .folds = 2}, progress);
    const auto plain = measure_fusion(scores, {});
    EXPECT_EQ(plain[0].map, 0);
    EXPECT_EQ(field.points[1].mean.map, 0);
}

TEST(FusionField, IsSmoothBetweenItsPoints) {
    JudgedBench bench;
    const FusionField field = fusion_field(scores_of(bench), {.steps = 9}, bench.progress);
    double low = 1, high = 0;
    for (const FusionPoint& point : field.points) {
        EXPECT_NEAR(field.value_at(point.weights, 0), point.mean.mrr_10, 1e-9);
        low = std::min(low, point.mean.mrr_10);
        high = std::max(high, point.mean.mrr_10);
    }
    std::mt19937 random(3);
    std::uniform_real_distribution<double> weight(0, 1);
    for (int draw = 0; draw < 2000; ++draw) {
        const std::vector<double> weights{weight(random), draw % 7 == 0 ? 0 : weight(random), draw % 5 == 0 ? 0 : weight(random)};
        const double found = field.value_at(weights, 0);
        EXPECT_GE(found, low - 1e-9);
        EXPECT_LE(found, high + 1e-9);
    }
    EXPECT_NEAR(field.value_at(std::vector<double>{0, 0, 0}, 0), field.value_at(std::vector<double>{1, 1, 1}, 0), 1e-12);
}

TEST(FusionField, TheBestMixIsTheBestAndItsPromiseIsSmaller) {
    JudgedBench bench;
    const FusionField field = fusion_field(scores_of(bench), {.steps = 12}, bench.progress);
    for (int measure = 0; measure < kMeasureCount; ++measure) {
        const BestMix& best = field.best[static_cast<std::size_t>(measure)];
        for (const FusionPoint& point : field.points)
            EXPECT_LE(value(point.mean, measure), value(field.points[best.point].mean, measure) + 1e-9);
        EXPECT_EQ(best.chosen.size(), 5u);
        EXPECT_LE(best.cross_validated, value(field.points[best.point].mean, measure) + 1e-6); // nobody beats what has seen the answers
        EXPECT_LE(best.low, best.high);
    }
    EXPECT_TRUE(field.adaptive.empty());
}

TEST(FusionField, RefusesOtherNumbersOfExpertsAndIsCancelled) {
    JudgedBench bench;
    EXPECT_THROW(fusion_field(scores_of(bench, 4), {}, bench.progress), Error);
    EXPECT_THROW(fusion_field(scores_of(bench, 1), {}, bench.progress), Error);
    std::stop_source stop;
    stop.request_stop();
    Progress stopped(stop.get_token());
    EXPECT_THROW(fusion_field(scores_of(bench), {}, stopped), Cancelled);
}

} // namespace
} // namespace cameo
