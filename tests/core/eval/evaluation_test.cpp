#include "core/eval/evaluation.hpp"

#include "core/base/error.hpp"
#include "core/eval/judged_split.hpp"
#include "tests/core/eval/judged_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace cameo {
namespace {

using testing::HasSubstr;

TEST(Evaluation, MeasuresEverySystem) {
    JudgedBench bench;
    const Evaluation evaluation = evaluate(*bench.engine, *bench.bm25, {.depth = 50, .keep_runs = true}, bench.progress);
    std::vector<std::string> names;
    for (const SystemResult& system : evaluation.systems) {
        names.push_back(system.name);
        ASSERT_EQ(system.per_query.size(), 40u);
        // What was measured is what the run holds.
        const SystemResult again = evaluate_run(system.run, *bench.collection, "test");
        for (int measure = 0; measure < kMeasureCount; ++measure)
            EXPECT_EQ(value(again.mean, measure), value(system.mean, measure)) << system.name;
        EXPECT_EQ(system.by_category.size(), 2u);
    }
    EXPECT_THAT(names, testing::ElementsAre("lexical", "local", "global", "fusion:sum", "fusion:minmax", "fusion:zscore",
                                            "fusion:rrf", "fusion:rank", "bm25"));
    EXPECT_GT(evaluation.systems[0].mean.mrr_10, 0.8);
    EXPECT_EQ(evaluation.query_ids.size(), 40u); // not the unjudged one
    EXPECT_EQ(evaluation.primary, 0);
    EXPECT_EQ(evaluation.tests.size(), 36u);
    for (const SignificanceResult& test : evaluation.tests)
        EXPECT_GE(test.p_holm, test.p);
}

TEST(Evaluation, AFusedListIsTheOneOfTheTrace) {
    JudgedBench bench(300, 5);
    const Evaluation evaluation =
        evaluate(*bench.engine, *bench.bm25, {.depth = 20, .fusions = {{FusionMethod::ZScore}}, .keep_runs = true},
                 bench.progress);
    const Query& query = bench.collection->all_queries[3];
    const Trace trace = bench.engine->run({.text = query.text, .fusion = {FusionMethod::ZScore}, .depth = 20}, bench.progress);
    const auto& list = evaluation.systems[3].run.queries.at(query.id);
    ASSERT_EQ(list.size(), trace.fused.size());
    for (std::size_t position = 0; position < list.size(); ++position) {
        EXPECT_EQ(list[position].document_id,
                  trace.documents[static_cast<std::size_t>(trace.fused[position].document)].id);
        EXPECT_EQ(list[position].score, trace.fused[position].score);
    }
}

TEST(Evaluation, TakesRunFilesBeside) {
    JudgedBench bench(100, 10);
    RunFile run{.tag = "mine"};
    for (const auto& [query, grades] : bench.collection->judged)
        run.queries[query] = {{std::ranges::find_if(grades, [](const auto& judged) { return judged.second > 0; })->first, 1.0}};
    run.queries.erase("q3"); // counts 0
    const Evaluation evaluation = evaluate(*bench.engine, *bench.bm25, {.runs = {run}}, bench.progress);
    EXPECT_EQ(evaluation.systems.back().name, "mine");
    EXPECT_EQ(evaluation.systems.back().kind, "baseline");
    EXPECT_NEAR(evaluation.systems.back().mean.mrr_10, 0.9, 1e-12);
}

// A run of 2,000 documents was measured to its end, beside systems that end after 1,000.
TEST(Evaluation, MeasuresARunAsDeepAsTheOthers) {
    JudgedSplit judged;
    judged.queries = {{"q", "music", ""}};
    judged.qrels["q"] = {{"last", 1}, {"behind", 1}};
    judged.all = {0};
    RunFile run{.tag = "deep"};
    for (int rank = 1; rank < 1000; ++rank)
        run.queries["q"].push_back({"d" + std::to_string(rank), 3000.0 - rank});
    run.queries["q"].push_back({"behind", 1});
    run.queries["q"].push_back({"last", 2}); // of the 1,000, by its score
    const SystemResult system = evaluate_run(run, judged);
    EXPECT_DOUBLE_EQ(system.mean.map, 1.0 / 1000 / 2);
    EXPECT_EQ(system.first_right.at(0), 1000);
    run.queries["q"].pop_back();
    run.queries["q"].push_back({"other", 2});
    EXPECT_EQ(evaluate_run(run, judged).mean.map, 0);
    EXPECT_EQ(evaluate_run(run, judged).first_right.at(0), 0) << "it is not found";
}

TEST(Evaluation, GradedJudgmentsMakeNdcgThePrimaryMeasure) {
    JudgedBench bench(50, 4, 3);
    EXPECT_EQ(evaluate(*bench.engine, *bench.bm25, {}, bench.progress).primary, 1);
}

TEST(Evaluation, SaysWhichSplitsThereAre) {
    JudgedBench bench(10, 2);
    try {
        evaluate(*bench.engine, *bench.bm25, {.split = "dev"}, bench.progress);
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("it has test"));
    }
}

TEST(Evaluation, StopsWhenAsked) {
    JudgedBench bench(10, 2);
    std::stop_source stop;
    stop.request_stop();
    Progress progress(stop.get_token());
    EXPECT_THROW(evaluate(*bench.engine, *bench.bm25, {}, progress), Cancelled);
}

TEST(Evaluation, PrintsTableAndJson) {
    JudgedBench bench(50, 6);
    const Evaluation evaluation = evaluate(*bench.engine, *bench.bm25, {}, bench.progress);
    const std::string table = to_table(evaluation);
    EXPECT_THAT(table, HasSubstr("MRR@10 by category"));
    EXPECT_THAT(table, HasSubstr("even (3)"));
    const auto json = nlohmann::json::parse(to_json(evaluation));
    EXPECT_EQ(json.size(), 6u);
    EXPECT_EQ(json["queries"], 6);
    EXPECT_EQ(json["systems"][0]["kind"], "expert");
    EXPECT_EQ(json["systems"][0]["measures"].size(), 5u);
    EXPECT_TRUE(json["systems"][8]["by_category"]["odd"].contains("Recall@1000"));
    EXPECT_EQ(json["tests"][0].size(), 6u);
}

} // namespace
} // namespace cameo
