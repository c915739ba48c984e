#include "core/eval/score_judged.hpp"

#include "core/base/error.hpp"
#include "core/eval/evaluation.hpp"
#include "core/eval/system_run.hpp"
#include "core/search/learned_fusion.hpp"
#include "tests/core/eval/judged_bench.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

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
        EXPECT_EQ(a.first_right, b.first_right) << a.name;
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
    learned.gate = {.base = {0.1, -0.3, 0}, .mean = std::vector<double>(9, 0.2), .deviation = std::vector<double>(9, 1.5),
                    .effects = std::vector<double>(18, 0.2)};
    write_learned_fusion(learned, learned_fusion_file(folder.path()));
    const SearchEngine engine(bench.model, bench.collection, std::make_shared<FakeIndex>(*bench.model, *bench.collection));
    const JudgedScores scores = score_judged(engine, bench.bm25.get(), {.depth = 30}, bench.progress);
    EXPECT_THAT(scores.linear, testing::Optional(std::vector<double>{0.5, 1, 0.25}));
    expect_same(evaluate_scores(scores, usual_fusions(scores.linear), bench.progress),
                evaluate(engine, *bench.bm25, {.depth = 30}, bench.progress));
}

// A run written from the window is the one that `cameo eval --save-runs` writes.
TEST(JudgedScores, HoldTheRunsOfEverySystem) {
    JudgedBench bench;
    const JudgedScores scores = score_judged(*bench.engine, bench.bm25.get(), {.depth = 30}, bench.progress);
    const Evaluation evaluation = evaluate(*bench.engine, *bench.bm25, {.depth = 30, .keep_runs = true}, bench.progress);
    for (const SystemResult& system : evaluation.systems) {
        const RunFile run = system_run(scores, system.name, *bench.engine, bench.bm25.get(), bench.progress);
        EXPECT_EQ(run.tag, system.run.tag);
        ASSERT_EQ(run.queries.size(), system.run.queries.size());
        for (const auto& [query, list] : system.run.queries) {
            const auto& own = run.queries.at(query);
            ASSERT_EQ(own.size(), list.size()) << system.name << " " << query;
            for (std::size_t at = 0; at < list.size(); ++at) {
                EXPECT_EQ(own[at].document_id, list[at].document_id) << system.name << " " << query << " " << at;
                EXPECT_EQ(own[at].score, list[at].score) << system.name << " " << query << " " << at;
            }
        }
    }
    EXPECT_THROW(system_run(scores, "oracle", *bench.engine, bench.bm25.get(), bench.progress), Error);
    EXPECT_THROW(system_run(scores, "bm25", *bench.engine, nullptr, bench.progress), Error);
}

// A run file of one's own, brought back, is measured as the system that it came from, and tested against all others.
TEST(JudgedScores, CompareWhatIsBroughtAlong) {
    JudgedBench bench;
    const JudgedScores scores = score_judged(*bench.engine, bench.bm25.get(), {.depth = 30}, bench.progress);
    RunFile run = system_run(scores, "local", *bench.engine, nullptr, bench.progress);
    run.queries.erase("q7"); // a query that the other system has no list for
    SystemResult guest = evaluate_run(run, scores.judged);
    guest.name = "guest";
    const Evaluation evaluation = evaluate_scores(scores, {}, bench.progress, {guest});
    ASSERT_EQ(evaluation.systems.size(), 6u); // three experts, BM25, the guest, the oracle
    const SystemResult &local = evaluation.systems[1], &own = evaluation.systems[4];
    EXPECT_EQ(own.name, "guest");
    for (std::size_t query = 0; query < local.per_query.size(); ++query) {
        const bool there = evaluation.query_ids[query] != "q7";
        EXPECT_EQ(own.per_query[query].ndcg_10, there ? local.per_query[query].ndcg_10 : 0);
        EXPECT_EQ(own.first_right[query], there ? local.first_right[query] : 0);
    }
    const auto tests = std::ranges::count_if(evaluation.tests, [](const SignificanceResult& test) { return test.a == "guest" || test.b == "guest"; });
    EXPECT_EQ(tests, 4);
    EXPECT_EQ(evaluation.tests.size(), 10u);
}

TEST(JudgedScores, TheBestPlaceOfARightDocumentIsKept) {
    JudgedBench bench;
    const JudgedScores scores = score_judged(*bench.engine, bench.bm25.get(), {.depth = 5}, bench.progress);
    const Evaluation evaluation = evaluate_scores(scores, usual_fusions({}), bench.progress);
    int nowhere = 0;
    for (const SystemResult& system : evaluation.systems)
        for (std::size_t query = 0; query < system.per_query.size(); ++query) {
            const std::int32_t first = system.first_right[query];
            nowhere += first == 0;
            EXPECT_EQ(system.per_query[query].mrr_10, first > 0 && first <= 10 ? 1.0 / first : 0) << system.name << " " << query;
        }
    EXPECT_GT(nowhere, 0);
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
