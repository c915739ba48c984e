// Storms over the small SB-MoE model of tests/data/sbmoe, whose noise layer came with it.
#include "core/eval/noise_storm.hpp"

#include "core/base/error.hpp"
#include "core/index/index.hpp"
#include "core/model/moe/moe_gate.hpp"
#include "core/search/engine.hpp"
#include "tests/core/model/model_fixtures.hpp"
#include "tests/support/memory_collection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace cameo {
namespace {

struct Storms : testing::Test {
    void open(const std::string& name) {
        model = open_model(name);
        std::vector<Document> documents;
        const char* words[] = {"play", "music", "in", "the", "terminal", "a", "fast", "player", "tiny", "small"};
        for (std::size_t document = 0; document < 30; ++document) {
            std::string text;
            for (std::size_t word = 0; word < 2 + document % 7; ++word)
                text += std::string(words[(document * 7 + word * (1 + document % 3)) % 10]) + " ";
            documents.push_back({"d" + std::to_string(document), "", text, {}});
        }
        const auto collection = std::make_shared<MemoryCollection>(std::move(documents));
        build_index(*model, *collection, home / "index", {}, progress);
        engine = std::make_unique<SearchEngine>(model, collection, Index::open(home / "index"));
        trace = engine->run({.text = "play music in the terminal"}, progress);
    }
    NoiseStorm storm(NoiseStormOptions options = {}) { return storm_gate(*engine, trace, options, progress); }

    ModelHome home;
    Progress progress;
    std::shared_ptr<const Model> model;
    std::unique_ptr<SearchEngine> engine;
    Trace trace;
};

TEST_F(Storms, StandOnTheServedModel) {
    open(import_model(std::filesystem::path(CAMEO_TEST_DATA) / "sbmoe" / "tiny", "theirs"));
    // The parts put together again are what the model encodes.
    const std::string text = trace.query;
    const auto read = model->expert_outputs({&text, 1}, Role::Query, progress);
    const auto rule = model->gate_rule();
    ASSERT_TRUE(rule);
    const auto whole = moe_output(rule->spec, read.pooled, read.outputs, moe_weights(rule->spec, read.logits, rule->bias));
    ASSERT_EQ(whole.size(), trace.experts[0].query.pooled.size());
    for (std::size_t at = 0; at < whole.size(); ++at)
        EXPECT_NEAR(whole[at], trace.experts[0].query.pooled[at], 1e-5);
    ASSERT_EQ(read.deviation.size(), 4u);
    for (const float deviation : read.deviation) EXPECT_GT(deviation, 0);

    const NoiseStorm found = storm({.draws = 4000});
    EXPECT_NEAR(std::accumulate(found.first.begin(), found.first.end(), 0.0), 1, 1e-12);
    EXPECT_NEAR(std::accumulate(found.served.begin(), found.served.end(), 0.0), static_cast<double>(found.chosen), 1e-12);
    ASSERT_FALSE(found.documents.empty());
    for (std::size_t each = 0; each < found.documents.size(); ++each) {
        const StormDocument& document = found.documents[each];
        EXPECT_EQ(document.rank, static_cast<std::int32_t>(each) + 1);
        EXPECT_LE(document.p5, document.p50);
        EXPECT_LE(document.p50, document.p95);
        EXPECT_EQ(found.chosen == 1 ? document.top_1 : document.all, document.rank);
    }
    // P(expert a before b) under normal noise, for the two with the largest logits, bounds the share of the first.
    std::size_t best = 0;
    for (std::size_t expert = 1; expert < 4; ++expert)
        if (read.logits[expert] > read.logits[best]) best = expert;
    double least = 1;
    for (std::size_t other = 0; other < 4; ++other) {
        if (other == best) continue;
        const double sigma = std::hypot(read.deviation[best], read.deviation[other]);
        least = std::min(least, 0.5 * std::erfc(-(read.logits[best] - read.logits[other]) / sigma / std::sqrt(2.0)));
    }
    EXPECT_LE(found.first[best], least + 0.03);
    EXPECT_GT(found.first[best], 0.1);
}

TEST_F(Storms, AreTheSameEveryTimeAndStop) {
    open(import_model(std::filesystem::path(CAMEO_TEST_DATA) / "sbmoe" / "tiny", "theirs"));
    const NoiseStorm once = storm({.draws = 100}), again = storm({.draws = 100}), other = storm({.draws = 100, .seed = 2});
    EXPECT_EQ(once.first, again.first);
    EXPECT_EQ(once.same_choice, again.same_choice);
    EXPECT_NE(once.first, other.first);
    EXPECT_EQ(storm({.draws = 0}).same_choice, 1);
    std::stop_source stop;
    stop.request_stop();
    Progress cancelled(stop.get_token());
    EXPECT_THROW(storm_gate(*engine, trace, {}, cancelled), Cancelled);
    const Trace good = trace;
    trace.model_version = "another";
    EXPECT_THROW(storm(), Error);
    trace = good;
    trace.collection_version = "another";
    EXPECT_THROW(storm(), Error);
    trace = good;
    trace.documents[0].ordinal = 30; // of a longer index
    EXPECT_THROW(storm(), Error);
}

TEST_F(Storms, NeedAGate) {
    open(import_model(model_data("bert-mlm"), "plain"));
    EXPECT_THROW(storm(), Error);
}

} // namespace
} // namespace cameo
