#include "core/eval/score_judged.hpp"

#include "core/base/error.hpp"
#include "core/search/learned_fusion.hpp"
#include "tests/core/eval/judged_bench.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

void expect_same(const Evaluation& found, const Evaluation& expected) {
    ASSERT_EQ(found.systems.size(), expected.systems.size() + 1); // and the oracle
    EXPECT_EQ(found.query_ids, expected.query_ids);
    EXPECT_EQ(found.primary, expected.primary);
    for (std::size_t system = 0; system < expected.systems.size(); ++system) {
        const SystemResult& a = found.systems[system];
        const SystemResult& b = expected.systems[system];
        EXPECT_EQ(a.name, b.name);
        EXPECT_EQ(a.kind, b.kind);
        for (int measure = 0; measure < kMeasureCount; ++measure) {
            EXPECT_EQ(value(a.mean, measure), value(b.mean, measure)) << a.name << " " << measure_name(measure);
            for (std::size_t query = 0; query < a.per_query.size(); ++query)
                EXPECT_EQ(value(a.per_query[query], measure), value(b.per_query[query], measure)) << a.name << " " << query;
        }
    }
    ASSERT_EQ(found.tests.size(), expected.tests.size());
    for (std::size_t test = 0; test < found.tests.size(); ++test) {
        EXPECT_EQ(found.tests[test].p_holm, expected.tests[test].p_holm);
        EXPECT_EQ(found.tests[test].low, expected.tests[test].low);
    }
}

// The window's numbers are those of `cameo eval`.
TEST(JudgedScores, GiveWhatEvaluateMeasures) {
    for (const int grade : {1, 3})
        for (const std::int32_t depth : {5, 60}) {
            JudgedBench bench(300, 40, grade);
            const JudgedScores scores = score_judged(*bench.engine, bench.bm25.get(), {.depth = depth}, bench.progress);
            EXPECT_EQ(scores.queries.size(), 40u);
            expect_same(evaluate_scores(scores, usual_fusions(scores.linear), bench.progress),
                        evaluate(*bench.engine, *bench.bm25, {.depth = depth}, bench.progress));
        }
}

TEST(JudgedScores, KnowTheLearnedFusion) {
    JudgedBench bench;
    const TemporaryFolder folder;
    bench.model->home = folder.path();
    LearnedFusion learned{.experts = {"lexical", "local", "global"}, .linear = {0.5, 1, 0.25}};
    learned.gate = {.base = {0.1, -0.3, 0}, .mean = std::vector<double>(6, 0.2), .deviation = std::vector<double>(6, 1.5),
                    .effects = std::vector<double>(18, 0.2)};
    write_learned_fusion(learned, learned_fusion_file(folder.path()));
    const SearchEngine engine(bench.model, bench.collection, std::make_shared<FakeIndex>(*bench.model, *bench.collection));
    const JudgedScores scores = score_judged(engine, bench.bm25.get(), {.depth = 30}, bench.progress);
    EXPECT_THAT(scores.linear, testing::Optional(std::vector<double>{0.5, 1, 0.25}));
    expect_same(evaluate_scores(scores, usual_fusions(scores.linear), bench.progress),
                evaluate(engine, *bench.bm25, {.depth = 30}, bench.progress));
}

TEST(JudgedScores, CutTheQueriesIntoSlices) {
    JudgedBench bench;
    const JudgedScores scores = score_judged(*bench.engine, nullptr, {.depth = 20}, bench.progress);
    EXPECT_FALSE(scores.has_bm25);
    ASSERT_EQ(scores.slices.at("category").size(), 40u);
    EXPECT_EQ(scores.slices.at("category")[0], "even");
    EXPECT_EQ(scores.slices.at("length")[0], "1 to 3 words");
    EXPECT_EQ(scores.slices.at("length")[1], "4 to 6 words");
    EXPECT_EQ(scores.slices.at("length")[2], "7 to 10 words");
    for (std::size_t query = 0; query < 40; ++query) {
        const std::string& section = scores.slices.at("section")[query];
        EXPECT_TRUE(section == "games" || section == "sound") << section;
    }
    // One whose experts did not bring the answer knows that it is missing.
    const JudgedScores shallow = score_judged(*bench.engine, nullptr, {.depth = 1}, bench.progress);
    std::size_t missing = 0;
    for (const ScoredQuery& query : shallow.queries)
        for (const RelevantDocument& relevant : query.relevant)
            missing += relevant.position < 0;
    EXPECT_GT(missing, 0u);
}

TEST(JudgedScores, TheOracleTakesTheBestExpertOfEveryQuery) {
    JudgedBench bench;
    const JudgedScores scores = score_judged(*bench.engine, nullptr, {.depth = 20}, bench.progress);
    std::vector<std::vector<Measures>> experts;
    for (std::size_t expert = 0; expert < 3; ++expert)
        experts.push_back(measure_expert(scores, expert));
    const auto oracle = measure_oracle(experts);
    for (std::size_t query = 0; query < oracle.size(); ++query) {
        double best = 0;
        for (const auto& expert : experts)
            best = std::max(best, expert[query].mrr_10);
        EXPECT_EQ(oracle[query].mrr_10, best);
        for (const auto& expert : experts) // by its own measure, not by whom another one chose
            EXPECT_GE(oracle[query].recall_100, expert[query].recall_100);
    }
}

TEST(JudgedScores, RefuseWhatCannotBeMeasured) {
    JudgedBench bench;
    const JudgedScores scores = score_judged(*bench.engine, nullptr, {.depth = 5}, bench.progress);
    EXPECT_THROW(measure_fusion(scores, parse_fusion("sum:1,2")), Error);
    EXPECT_THROW(measure_fusion(scores, parse_fusion("adaptive")), Error);
    EXPECT_THROW(score_judged(*bench.engine, nullptr, {.split = "dev"}, bench.progress), Error);
    std::stop_source stop;
    stop.request_stop();
    Progress stopped(stop.get_token());
    EXPECT_THROW(score_judged(*bench.engine, nullptr, {}, stopped), Cancelled);
}

} // namespace
} // namespace cameo
