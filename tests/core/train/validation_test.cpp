#include "core/train/validation.hpp"

#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/model/moe/create_sbmoe.hpp"
#include "core/train/trunk.hpp"
#include "tests/core/train/moe_fixtures.hpp"
#include "tests/support/fake_tokenizer.hpp"
#include "tests/support/memory_collection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

namespace cameo {
namespace {

using testing::HasSubstr;

/// Texts are a word and a vector, "music 1 0.5": expert `plain` takes them as they are, `turned` with the first number negative.
class NumberModel final : public Model {
public:
    bool opposed = false; ///< `turned` turns documents only

    const std::string& name() const override { return m_name; }
    const std::string& kind() const override { return m_name; }
    const std::string& version() const override { return m_name; }
    std::span<const ExpertInfo> experts() const override { return m_experts; }
    const Tokenizer& tokenizer(std::size_t) const override { return m_tokenizer; }
    const LoadReport& load_report() const override { return m_report; }
    DeviceInfo device() const override { return {}; }
    std::string default_fusion() const override { return "weighted:1,0.1"; }
    std::vector<std::vector<Representation>> encode(std::span<const std::string> texts, Role role, Progress& progress) const override {
        std::vector<std::vector<Representation>> all;
        for (const auto& text : texts) {
            std::istringstream in(text);
            Representation plain, turned;
            std::string word;
            float x = 0, y = 0;
            in >> word >> x >> y;
            plain.pooled = {x, y}, turned.pooled = {opposed && role == Role::Query ? x : -x, y};
            all.push_back({plain, turned});
            progress.advance();
        }
        return all;
    }
    std::vector<Representation> encode(std::span<const std::string>, Role, std::size_t, Progress&) const override { return {}; }

private:
    std::string m_name = "numbers";
    std::vector<ExpertInfo> m_experts{{"plain", ExpertKind::Global, 2}, {"turned", ExpertKind::Global, 2}};
    FakeTokenizer m_tokenizer{{}};
    LoadReport m_report;
};

class ValidationTest : public testing::Test {
protected:
    ValidationTest() {
        // BM25 finds what shares the word with a query; the last one nobody finds.
        std::vector<Document> documents;
        for (const char* text : {"music 3 1", "music 2 1", "music 1 1", "music 0 1", "terminal 7 7"}) documents.push_back({.id = "d" + std::to_string(documents.size()), .text = text});
        auto memory = std::make_shared<MemoryCollection>(std::move(documents));
        memory->judge("dev", {{"first", "music 1 0", "odd"}, {"second", "music 1 1", "even"}}, {{"first", {{"d1", 1}}}, {"second", {{"d3", 1}}}});
        m_collection = memory;
        m_bm25 = Bm25::build(*m_collection, {}, m_progress);
    }
    double metric(const ValidationResult& result, const std::string& name) {
        for (const auto& each : result.metrics)
            if (each.name == name) return each.value;
        ADD_FAILURE() << "no metric " << name;
        return -1;
    }

    Progress m_progress;
    std::shared_ptr<const Collection> m_collection;
    std::shared_ptr<const Bm25> m_bm25;
    NumberModel m_model;
};

TEST_F(ValidationTest, MeasuresWhatCanBeWorkedOutByHand) {
    Validation validation(m_collection, training_queries(*m_collection, "dev"), *m_bm25, {"MRR@10"}, m_progress);
    EXPECT_EQ(validation.documents(), 4u); // all but the one that nobody finds
    const auto result = validation.measure(m_model, m_progress);
    // Query (1, 0), right is d1. plain: 3 2 1 0, so d1 is second; turned: the same products, (-x)(-x').
    EXPECT_EQ(metric(result, "dev.plain.MRR@10.odd"), 0.5);
    EXPECT_EQ(metric(result, "dev.turned.MRR@10.odd"), 0.5);
    // Query (1, 1), right is d3: 4 3 2 1, so it is last under all.
    EXPECT_EQ(metric(result, "dev.plain.MRR@10.even"), 0.25);
    EXPECT_EQ(metric(result, "dev.plain.MRR@10"), 0.375);
    EXPECT_EQ(metric(result, "dev.fusion.MRR@10"), 0.375);
    EXPECT_EQ(result.value, 0.375);
    EXPECT_NEAR(metric(result, "dev.plain.nDCG@10"), (1 / std::log2(3) + 1 / std::log2(5)) / 2, 1e-12);
    EXPECT_EQ(metric(result, "dev.fusion.Recall@100"), 1);
    EXPECT_EQ(metric(result, "dev.fusion.MAP"), 0.375);
}

TEST_F(ValidationTest, TheChosenMeasureCounts) {
    Validation validation(m_collection, training_queries(*m_collection, "dev"), *m_bm25, {"nDCG@10"}, m_progress);
    const auto result = validation.measure(m_model, m_progress);
    EXPECT_NEAR(result.value, (1 / std::log2(3) + 1 / std::log2(5)) / 2, 1e-12);
    EXPECT_NEAR(metric(result, "dev.plain.nDCG@10.odd"), 1 / std::log2(3), 1e-12); // categories have the chosen one only
    for (const auto& each : result.metrics) EXPECT_NE(each.name, "dev.plain.MRR@10.odd");
    EXPECT_THAT(error_of([&] { Validation wrong(m_collection, training_queries(*m_collection, "dev"), *m_bm25, {"MRR@11"}, m_progress); }),
                HasSubstr("there is no measure \"MRR@11\""));
}

// Now `turned` scores y y' - x x'. Query (1, 1), right is d3: plain has it last, turned first. Query (1, 0), right is d1: second and
// third. The model's own fusion trusts plain, and nobody can have both first; fitted weights trust turned.
TEST_F(ValidationTest, AWeightedSumIsMeasuredWhereItDecides) {
    m_model.opposed = true;
    const auto queries = training_queries(*m_collection, "dev");
    const auto own = Validation(m_collection, queries, *m_bm25, {"MRR@10"}, m_progress).measure(m_model, m_progress);
    for (const auto& each : own.metrics) EXPECT_FALSE(each.name.starts_with("dev.weighted")) << each.name;
    const auto weighted = Validation(m_collection, queries, *m_bm25, {"MRR@10", true}, m_progress).measure(m_model, m_progress);
    EXPECT_EQ(weighted.value, metric(weighted, "dev.weighted.MRR@10"));
    EXPECT_DOUBLE_EQ(metric(weighted, "dev.weighted.MRR@10.odd"), 1.0 / 3);
    EXPECT_EQ(metric(weighted, "dev.weighted.MRR@10.even"), 1);
    EXPECT_EQ(own.value, 0.375);
    EXPECT_EQ(metric(weighted, "dev.fusion.MRR@10"), 0.375);
    EXPECT_EQ(weighted.systems, own.systems); // who is watched stays the same
    std::stop_source stop;
    Progress progress(stop.get_token());
    stop.request_stop();
    EXPECT_THROW(Validation(m_collection, queries, *m_bm25, {"MRR@10", true}, m_progress).measure(m_model, progress), Cancelled);
}

TEST_F(ValidationTest, CanBeCancelled) {
    Validation validation(m_collection, training_queries(*m_collection, "dev"), *m_bm25, {"MRR@10"}, m_progress);
    std::stop_source stop;
    Progress progress(stop.get_token());
    stop.request_stop();
    EXPECT_THROW(validation.measure(m_model, progress), Cancelled);
}

// What the encoder makes of the documents is kept for the next block; the figures are those of the whole model.
TEST(ValidationOfABlock, MeasuresWhatTheWholeModelMeasures) {
    const MoeFixture fixture;
    Progress progress;
    const auto bm25 = Bm25::build(*fixture.collection, {}, progress);
    const auto memory = make_frozen_memory();
    const Validation validation(fixture.collection, fixture.queries, *bm25, {"MRR@10"}, progress, memory);
    std::shared_ptr<const PooledSplit> first;
    for (const std::int64_t chosen : {1, 2}) {
        const auto name = "block" + std::to_string(chosen);
        create_sbmoe({.name = name, .from = model_data("bert-mlm").string(), .experts = 3, .chosen = chosen, .query_tokens = 16,
                      .document_tokens = 24, .seed = std::uint64_t(chosen)});
        const auto folder = folders().models() / name;
        const auto kept = validation.measure(folder, progress), whole = validation.measure(*Model::load(folder), progress);
        ASSERT_TRUE(memory->pooled);
        if (first) {
            EXPECT_EQ(memory->pooled, first);
        }
        first = memory->pooled;
        ASSERT_EQ(kept.metrics.size(), whole.metrics.size());
        EXPECT_NEAR(kept.value, whole.value, 1e-9);
        for (std::size_t at = 0; at < kept.metrics.size(); ++at) {
            EXPECT_EQ(kept.metrics[at].name, whole.metrics[at].name);
            EXPECT_NEAR(kept.metrics[at].value, whole.metrics[at].value, 1e-9) << kept.metrics[at].name;
        }
    }
}

} // namespace
} // namespace cameo
