// A block over kept vectors ranks as the whole model does over an index.
#include "core/eval/block_evaluation.hpp"

#include "core/base/folders.hpp"
#include "core/model/moe/create_sbmoe.hpp"
#include "tests/core/model/model_fixtures.hpp"
#include "tests/support/memory_collection.hpp"

#include <gmock/gmock.h>
#include <numeric>
#include <random>

namespace cameo {
namespace {

std::shared_ptr<MemoryCollection> collection() {
    static const char* const words[] = {"play", "music", "in", "the", "terminal", "a", "fast", "small", "of", "tiny", "player", "plays"};
    std::mt19937 random(3);
    std::vector<Document> documents;
    for (int document = 0; document < 50; ++document) {
        std::string text;
        for (int word = 0; word < 6; ++word) text += std::string(words[random() % 12]) + " ";
        documents.push_back({"d" + std::to_string(document), "", text, {}});
    }
    auto all = std::make_shared<MemoryCollection>(std::move(documents));
    std::vector<Query> queries;
    Qrels qrels;
    for (int query = 0; query < 15; ++query) {
        const std::string id = "q" + std::to_string(query);
        queries.push_back({id, all->document(3 * query).text.substr(0, 14), query % 2 ? "odd" : "even"});
        qrels[id] = {{"d" + std::to_string(3 * query), 1}};
    }
    all->judge("test", std::move(queries), std::move(qrels));
    return all;
}

std::filesystem::path block(const std::string& name, std::int64_t chosen, std::uint64_t seed) {
    create_sbmoe({.name = name, .from = model_data("bert-mlm").string(), .experts = 3, .chosen = chosen, .query_tokens = 16,
                  .document_tokens = 24, .seed = seed});
    return folders().models() / name;
}

TEST(PooledSplit, MeasuresWhatAnIndexOfTheModelMeasures) {
    const ModelHome home;
    const auto documents = collection();
    const auto first = block("first", 1, 1);
    Progress progress;
    const PooledSplit pooled(first, *documents, "test", progress);
    for (const auto& [model_at, name] : {std::pair{first, "first"}, {block("second", 2, 2), "second"}}) {
        ASSERT_EQ(PooledSplit::key(model_at), PooledSplit::key(first));
        const auto fast = pooled.evaluate(model_at, progress);
        const auto model = Model::load(model_at);
        build_index(*model, *documents, home / name, {}, progress);
        const SearchEngine engine(model, documents, Index::open(home / name));
        const auto whole = evaluate(engine, *Bm25::build(*documents, {}, progress), {}, progress);
        ASSERT_EQ(fast.query_ids, whole.query_ids);
        ASSERT_EQ(fast.systems.size(), 5u); // the encoder, the gate, three experts
        for (std::size_t system = 1; system < 5; ++system) {
            EXPECT_EQ(fast.systems[system].name, whole.systems[system - 1].name);
            for (std::size_t q = 0; q < fast.query_ids.size(); ++q)
                for (int measure_idx = 0; measure_idx < kMeasureCount; ++measure_idx)
                    EXPECT_NEAR(value(fast.systems[system].per_query[q], measure_idx), value(whole.systems[system - 1].per_query[q], measure_idx), 1e-9)
                        << name << ", " << fast.systems[system].name << ", " << fast.query_ids[q] << ", " << measure_name(measure_idx);
        }
    }
}

// Documents that read the same have the same score: who is among the best is decided by ids, as an index and trec_eval do it.
TEST(PooledSplit, MeasuresTiesAsAnIndexOfTheModelDoes) {
    const ModelHome home;
    std::vector<Document> documents;
    for (const int number : {7, 3, 11, 0, 5, 2, 9, 10, 1, 4, 6, 8})
        documents.push_back({"d" + std::to_string(number), "", number % 3 ? "play music" : "a tiny terminal", {}});
    MemoryCollection all(std::move(documents));
    std::vector<Query> queries;
    Qrels qrels;
    for (int number = 0; number < 12; ++number) {
        const std::string id = "q" + std::to_string(number);
        queries.push_back({id, "play the music", ""});
        qrels[id] = {{"d" + std::to_string(number), 1}, {"d" + std::to_string(5 * number % 12), 2}, {"d" + std::to_string((number + 1) % 12), 0}, {"not there", 1}};
    }
    all.judge("test", queries, qrels);
    const auto model_at = block("first", 2, 1);
    Progress progress;
    const PooledSplit pooled(model_at, all, "test", progress);
    const auto model = Model::load(model_at);
    std::vector<std::string> texts;
    for (DocumentOrdinal ordinal = 0; ordinal < 12; ++ordinal) texts.push_back(all.document(ordinal).content());
    const auto encoded = model->encode(texts, Role::Document, 0, progress);
    const auto query = model->encode(std::vector<std::string>{"play the music"}, Role::Query, 0, progress)[0].pooled;
    for (const std::size_t depth : {1, 2, 3, 5, 8, 11, 12, 1000}) {
        const auto found = pooled.evaluate(model_at, progress, depth).systems.at(1);
        // Scores as they are, all of a kind the same.
        std::vector<RankedDocument> ranking;
        for (std::size_t d = 0; d < texts.size(); ++d)
            ranking.push_back({all.document(DocumentOrdinal(d)).id,
                               std::inner_product(query.begin(), query.end(), encoded[d].pooled.begin(), 0.0)});
        std::ranges::sort(ranking, [](const auto& a, const auto& b) {
            return float(a.score) != float(b.score) ? a.score > b.score : a.document_id < b.document_id;
        });
        ranking.resize(std::min(depth, ranking.size()));
        for (std::size_t q = 0; q < queries.size(); ++q) {
            const auto expected = measure(ranking, qrels[queries[q].id]);
            for (int measure_idx = 0; measure_idx < kMeasureCount; ++measure_idx)
                EXPECT_NEAR(value(found.per_query[q], measure_idx), value(expected, measure_idx), 1e-12) << depth << ", " << queries[q].id << ", " << measure_name(measure_idx);
        }
    }
}

TEST(PooledSplit, ServesModelsWhoseEncoderIsTheirCheckpoints) {
    const ModelHome home;
    EXPECT_TRUE(PooledSplit::serves(block("first", 1, 1)));
    home.import("bert-mlm");
    EXPECT_FALSE(PooledSplit::serves(folders().models() / "bert-mlm"));
    // The authors' state dicts hold the encoder as well.
    import_model(std::filesystem::path(CAMEO_TEST_DATA) / "sbmoe" / "tiny", "theirs");
    EXPECT_FALSE(PooledSplit::serves(folders().models() / "theirs"));
}

TEST(PooledSplit, RefusesWhatItCannotMeasure) {
    const ModelHome home;
    Progress progress;
    const auto model = block("first", 1, 1);
    EXPECT_THAT(error_of([&] { PooledSplit(model, *collection(), "dev", progress); }), testing::HasSubstr("has no split 'dev'"));
    home.import("bert-mlm");
    EXPECT_THAT(error_of([&] { PooledSplit(folders().models() / "bert-mlm", *collection(), "test", progress); }), testing::HasSubstr("expected sbmoe"));
}

} // namespace
} // namespace cameo
