#include "core/train/fusion/learn_fusion.hpp"

#include "core/base/error.hpp"
#include "tests/support/fake_search.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Random documents of ten words; a query has three words of the document that answers it, and one of another.
struct Bench {
    TemporaryFolder folder;
    std::shared_ptr<FakeModel> model;
    std::shared_ptr<FakeCollection> collection = std::make_shared<FakeCollection>();
    Progress progress;

    explicit Bench(int queries = 60) {
        std::vector<std::string> words;
        for (int word = 0; word < 120; ++word)
            words.push_back("w" + std::to_string(word));
        model = std::make_shared<FakeModel>(words);
        model->home = folder.path();
        std::mt19937 random(5);
        const auto some = [&](int count) {
            std::string text;
            for (int word = 0; word < count; ++word)
                text += (word > 0 ? " " : "") + words[random() % words.size()];
            return text;
        };
        for (int document = 0; document < 200; ++document)
            collection->documents.push_back({"d" + std::to_string(document), "", some(10), {}});
        for (int query = 0; query < queries; ++query) {
            const auto& answer = collection->documents[random() % collection->documents.size()];
            const std::string id = "q" + std::to_string(query);
            collection->all_queries.push_back(
                {id, answer.text.substr(0, answer.text.find(' ', 7)) + " " + some(1), query % 2 == 0 ? "even" : "odd"});
            collection->judged[id][answer.id] = 1;
        }
    }
    SearchEngine engine() const {
        return SearchEngine(model, collection, std::make_shared<FakeIndex>(*model, *collection));
    }
    std::string refusal(const FusionFitOptions& options) {
        try {
            learn_fusion(engine(), options, progress);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    }
};

TEST(LearnFusion, MeasuresWhatItLearns) {
    Bench bench;
    const SearchEngine engine = bench.engine();
    const FusionFit fit = learn_fusion(engine, {.split = "test", .depth = 30}, bench.progress);
    std::vector<std::string> names;
    for (const SystemResult& system : fit.evaluation.systems) {
        names.push_back(system.name);
        EXPECT_EQ(system.per_query.size(), 60u);
        EXPECT_EQ(system.by_category.size(), 2u);
    }
    EXPECT_THAT(names, ElementsAre("lexical", "local", "global", "fusion:sum", "fusion:zscore", "fusion:weighted",
                                   "fusion:linear", "fusion:adaptive", "oracle"));
    for (std::size_t query = 0; query < 60; ++query)
        for (std::size_t expert = 0; expert < 3; ++expert)
            EXPECT_GE(fit.evaluation.systems[8].per_query[query].mrr_10,
                      fit.evaluation.systems[expert].per_query[query].mrr_10);
    EXPECT_EQ(fit.evaluation.tests.size(), 5u);
    EXPECT_THAT(fit.learned.experts, ElementsAre("lexical", "local", "global"));
    EXPECT_EQ(fit.learned.provenance.at("queries"), "60");
    EXPECT_EQ(fit.learned.provenance.at("split"), "test");
    EXPECT_THAT(fit.learned.provenance.at("cross-validated"), HasSubstr("MRR@10 in 5 folds"));

    // Weights of raw scores do on the queries that they were fitted to what the plain sum does at least: its loss is one
    // that they could have had.
    const FakeBm25 baseline(*bench.collection);
    const Evaluation sums = evaluate(
        engine, baseline, {.depth = 30, .fusions = {{FusionMethod::Sum}, {.method = FusionMethod::Weighted, .weights = fit.weighted}}},
        bench.progress);
    EXPECT_GE(sums.systems[4].mean.mrr_10, sums.systems[3].mean.mrr_10 - 0.02);
    EXPECT_NE(fit.weighted, fit.learned.linear);

    // The lists are those of an evaluation at the same depth.
    const FakeBm25 bm25(*bench.collection);
    const Evaluation evaluation =
        evaluate(engine, bm25, {.depth = 30, .fusions = {{FusionMethod::Sum}, {FusionMethod::ZScore}}}, bench.progress);
    for (std::size_t system = 0; system < 5; ++system)
        EXPECT_EQ(evaluation.systems[system].mean.mrr_10, fit.evaluation.systems[system].mean.mrr_10) << system;
}

TEST(LearnFusion, GivesTheSameBitsAgainAndTheFoldsDoNotChangeWhatIsLearned) {
    Bench bench;
    const SearchEngine engine = bench.engine();
    const FusionFitOptions options{.split = "test", .depth = 30};
    const FusionFit one = learn_fusion(engine, options, bench.progress);
    const FusionFit again = learn_fusion(engine, options, bench.progress);
    EXPECT_EQ(one.learned, again.learned);
    EXPECT_EQ(to_json(one.evaluation), to_json(again.evaluation));
    FusionFitOptions other = options;
    other.seed = 2;
    const FusionFit folded = learn_fusion(engine, other, bench.progress);
    EXPECT_EQ(folded.learned.gate, one.learned.gate);
    EXPECT_EQ(folded.learned.linear, one.learned.linear);
}

TEST(LearnFusion, IsEvaluatedOnceItLiesInTheModel) {
    Bench bench;
    const FusionFit fit = learn_fusion(bench.engine(), {.split = "test", .depth = 30}, bench.progress);
    write_learned_fusion(fit.learned, learned_fusion_file(bench.folder.path()));
    const SearchEngine engine = bench.engine();
    const FakeBm25 bm25(*bench.collection);
    const Evaluation evaluation = evaluate(engine, bm25, {.depth = 30, .keep_runs = true}, bench.progress);
    ASSERT_EQ(evaluation.systems.size(), 11u);
    EXPECT_EQ(evaluation.systems[8].name, "fusion:" + to_string(linear_fusion(fit.learned)));
    EXPECT_EQ(evaluation.systems[9].name, "fusion:adaptive");
    const Query& query = bench.collection->all_queries[3];
    const Trace trace =
        engine.run({.text = query.text, .fusion = {FusionMethod::Adaptive}, .depth = 30}, bench.progress);
    const auto& list = evaluation.systems[9].run.queries.at(query.id);
    ASSERT_EQ(list.size(), trace.fused.size());
    for (std::size_t position = 0; position < list.size(); ++position)
        EXPECT_EQ(list[position].score, trace.fused[position].score);

    bench.model->home.clear();
    EXPECT_THROW(evaluate(bench.engine(), bm25, {.fusions = {{FusionMethod::Adaptive}}}, bench.progress), Error);
}

TEST(LearnFusion, RefusesWhatItCannotLearnFrom) {
    Bench bench(9);
    EXPECT_THAT(bench.refusal({.split = "test"}),
                HasSubstr("collection fakes, split test: 9 queries have an answer among the experts' candidates, at least "
                          "10 are needed for 5 folds"));
    EXPECT_THAT(bench.refusal({}), HasSubstr("no split 'dev': it has test"));
    EXPECT_EQ(bench.refusal({.split = "test", .folds = 4}), "");
}

TEST(LearnFusion, StopsWhenAsked) {
    Bench bench;
    std::stop_source stop;
    stop.request_stop();
    Progress progress(stop.get_token());
    EXPECT_THROW(learn_fusion(bench.engine(), {.split = "test"}, progress), Cancelled);
}

} // namespace
} // namespace cameo
