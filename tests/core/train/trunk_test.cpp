#include "core/train/trunk.hpp"

#include "core/train/part_texts.hpp"
#include "core/train/source_model.hpp"
#include "tests/core/train/tiny_training.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/equal.h>
#include <gmock/gmock.h>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class TrunkTest : public testing::Test {
protected:
    TextSource source(std::int64_t query_tokens = 32, std::int64_t document_tokens = 64) {
        return TextSource(m_tiny.collection(), m_tiny.queries(), m_source.manifest().experts[0], m_source.files().folder, query_tokens, document_tokens);
    }
    Trunk trunk(std::int64_t frozen) { return Trunk(read_bert_weights(m_source.files().config, m_source.tensors()), frozen, at::kCPU); }
    static at::Tensor hidden(Trunk& trunk, const PartTexts& texts) {
        const at::NoGradGuard no_gradients;
        return trunk.hidden(texts.packed, to_tensors(texts.packed, at::kCPU), texts.keys);
    }
    /// The rows of each text by its key.
    static std::map<std::int64_t, at::Tensor> by_key(const PartTexts& texts, const at::Tensor& hidden) {
        std::map<std::int64_t, at::Tensor> rows;
        for (std::size_t text = 0; text < texts.keys.size(); ++text)
            rows[texts.keys[text]] = hidden.slice(0, texts.packed.offsets[text], texts.packed.offsets[text + 1]).clone();
        return rows;
    }
    std::int64_t layers() const { return m_source.files().config.layers; }

    TinyTraining m_tiny;
    SourceModel m_source{m_tiny.model()};
};

TEST_F(TrunkTest, TextsAreQueriesThenDocumentsCutAsTheRecipeSays) {
    const auto batch = m_tiny.batch(3);
    const auto texts = source().read(batch);
    ASSERT_EQ(texts.inputs.size(), batch.queries.size() + batch.documents.size());
    EXPECT_EQ(texts.queries, batch.queries.size());
    EXPECT_EQ(texts.packed.texts(), texts.inputs.size());
    const auto reader = source();
    for (std::size_t at = 0; at < texts.inputs.size(); ++at) {
        const bool is_query = at < texts.queries;
        const auto document = is_query ? 0 : batch.documents[at - texts.queries];
        EXPECT_EQ(texts.keys[at], is_query ? -1 - std::int64_t(batch.queries[at]) : document);
        const auto alone = is_query ? reader.reader().read(m_tiny.queries()[batch.queries[at]].text, Role::Query)
                                    : reader.reader().read(m_tiny.collection()->document(document).content(), Role::Document);
        EXPECT_EQ(texts.inputs[at].ids, alone.ids);
    }
    // "[CLS] two [SEP]" of queries, three of documents' words; more than the model reads is not read all the same.
    const auto cut = source(4, 5).read(batch), long_ones = source(500, 500).read(batch);
    for (std::size_t at = 0; at < cut.inputs.size(); ++at) {
        EXPECT_LE(cut.inputs[at].ids.size(), at < cut.queries ? 4u : 5u);
        EXPECT_LE(long_ones.inputs[at].ids.size(), at < cut.queries ? 16u : 24u);
        EXPECT_EQ(long_ones.inputs[at].ids, texts.inputs[at].ids);
    }
}

TEST_F(TrunkTest, WhatIsKeptIsWhatIsComputedToTheBit) {
    const auto reader = source();
    auto kept = trunk(layers());
    constexpr std::size_t kLittle = 2000;
    const auto memory = make_frozen_memory(kLittle);
    Trunk forgetful(read_bert_weights(m_source.files().config, m_source.tensors()), layers(), at::kCPU, memory);
    std::map<std::int64_t, at::Tensor> first;
    for (const std::int64_t step : {0, 1, 2, 0, 1, 5, 2}) {
        const auto texts = reader.read(m_tiny.batch(step));
        auto fresh = trunk(layers());
        const auto rows = by_key(texts, hidden(kept, texts)), again = by_key(texts, hidden(fresh, texts));
        const auto mostly_again = by_key(texts, hidden(forgetful, texts));
        for (const auto& [key, own] : rows) {
            EXPECT_TRUE(at::equal(own, again.at(key))) << key;
            EXPECT_TRUE(at::equal(own, mostly_again.at(key))) << key;
            EXPECT_TRUE(at::equal(own, first.emplace(key, own).first->second)) << key;
        }
    }
    EXPECT_GT(memory->kept.bytes, 0u);
    EXPECT_LE(memory->kept.bytes, kLittle);
}

TEST_F(TrunkTest, FrozenOrNotTheNumbersAreTheModels) {
    const auto texts = source().read(m_tiny.batch(0));
    auto trained = trunk(0);
    const auto expected = hidden(trained, texts);
    for (std::int64_t frozen = 1; frozen <= layers() + 2; ++frozen) {
        auto own = trunk(frozen);
        EXPECT_LE((hidden(own, texts) - expected).abs().max().item<double>(), 1e-5) << frozen;
    }
}

TEST_F(TrunkTest, TrainsWhatIsNotFrozen) {
    EXPECT_THAT(trunk(layers()).parameters(), IsEmpty());
    EXPECT_THAT(trunk(layers() + 5).parameters(), IsEmpty());
    for (const auto& [name, tensor] : trunk(1).parameters()) {
        EXPECT_FALSE(name.starts_with("embeddings")) << name;
        EXPECT_FALSE(name.starts_with("encoder.layer.0.")) << name;
        EXPECT_TRUE(tensor.requires_grad());
    }
    EXPECT_EQ(trunk(1).parameters().size(), std::size_t(layers() - 1) * 12);
    const auto all = trunk(0).parameters();
    EXPECT_TRUE(all.front().first.starts_with("embeddings.word"));
    EXPECT_EQ(all.size(), 5 + std::size_t(layers()) * 12);
}

TEST_F(TrunkTest, ARecipeFreezesAllUnlessItHasARateAndANumber) {
    Recipe recipe;
    EXPECT_GT(frozen_layers(recipe), 1000);
    recipe.encoder_rate = 1e-5;
    EXPECT_GT(frozen_layers(recipe), 1000); // -1 layers: all
    recipe.frozen_layers = 2;
    EXPECT_EQ(frozen_layers(recipe), 2);
    recipe.encoder_rate = 0;
    EXPECT_GT(frozen_layers(recipe), 1000);
}

} // namespace
} // namespace cameo
