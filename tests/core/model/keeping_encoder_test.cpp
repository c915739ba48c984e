// What is kept has the bits of what is computed, and saves computing it.
#include "core/model/vectors/keeping_encoder.hpp"

#include "core/model/aten/aten_encoder.hpp"
#include "core/model/vectors/vector_cache.hpp"
#include "tests/core/model/model_fixtures.hpp"

#include <gmock/gmock.h>
#include <random>

namespace cameo {
namespace {

constexpr std::size_t kLongest = 20;

/// An encoder that counts the texts that it gets.
class CountingEncoder final : public Encoder {
public:
    CountingEncoder(const BertWeights& weights, std::vector<HeadWeights> heads) : m_own(weights, std::move(heads)) {}
    std::vector<HeadOutput> run(const PackedBatch& batch, const std::vector<bool>& wanted, Team* team) const override {
        texts += batch.texts();
        return m_own.run(batch, wanted, team);
    }
    std::size_t batch_tokens() const override { return m_own.batch_tokens(); }
    EncoderPlace place() const override { return {}; }
    mutable std::size_t texts = 0;

private:
    CpuEncoder m_own;
};

class KeepingEncoderTest : public testing::Test {
protected:
    KeepingEncoderTest() {
        VectorCache cache;
        cache.folder = m_cache.path();
        keep_vectors(std::move(cache));
    }
    ~KeepingEncoderTest() override { keep_vectors({}); }

    /// A local and a global expert, and an SB-MoE block's heads behind the global one.
    std::vector<HeadWeights> heads() const {
        HeadWeights local{.kind = ExpertKind::Local}, bare{.kind = ExpertKind::Global}, gate = bare, forced = bare;
        MoeHead block{{.form = MoeForm::Corrected, .experts = 3, .chosen = 1, .gate_scale = 4, .normalise = true}, block_weights()};
        gate.moe = std::make_shared<const MoeHead>(block);
        block.forced = 1;
        forced.moe = std::make_shared<const MoeHead>(block);
        return {local, gate, forced, bare};
    }
    /// Any numbers of the right shapes; no biases.
    MoeWeights block_weights() const {
        const auto linear = [&](std::int64_t out, std::int64_t in) {
            std::vector<float> values(std::size_t(out * in));
            std::mt19937 random(std::uint32_t(out * 1000 + in));
            for (float& value : values) value = std::uniform_real_distribution<float>(-1, 1)(random);
            return LinearWeights{Parameter{FloatData(std::move(values)), {out, in}}, {}};
        };
        const auto h = m_config.hidden;
        MoeWeights moe{linear(h / 2, h), linear(3, h / 2), {}, {}, {}};
        for (int expert = 0; expert < 3; ++expert) moe.experts.push_back({linear(h / 2 + expert, h), linear(h, h / 2 + expert)});
        return moe;
    }
    PackedBatch batch(std::uint32_t seed, std::size_t texts) const {
        std::mt19937 random(seed);
        PackedBatch batch;
        for (std::size_t text = 0; text < texts; ++text) {
            std::vector<std::int32_t> ids(2 + random() % (kLongest - 2));
            for (auto& id : ids) id = std::int32_t(random() % std::uint32_t(m_config.vocabulary));
            batch.add(ids, ids.size());
        }
        return batch;
    }
    static PackedBatch part(const PackedBatch& batch, std::size_t first, std::size_t last) {
        PackedBatch part;
        for (std::size_t text = first; text < last; ++text)
            part.add(std::span(batch.ids).subspan(std::size_t(batch.offsets[text]), std::size_t(batch.offsets[text + 1] - batch.offsets[text])), std::size_t(batch.keys[text]));
        return part;
    }

    TemporaryFolder m_cache;
    BertConfig m_config = read_bert_config(model_data("bert-mlm") / "config.json");
    TensorTable m_tensors{WeightsFile::open(weights_file_in(model_data("bert-mlm")))};
    BertWeights m_weights = read_bert_weights(m_config, m_tensors);
};

TEST_F(KeepingEncoderTest, KeptOrNotTheBitsAreTheEncoders) {
    const auto all = batch(1, 30);
    const auto plain = CpuEncoder(m_weights, heads());
    for (const std::vector<bool>& wanted : {std::vector<bool>{false, true, true, true}, {false, true, false, false}, {true, true, false, true}, {false, false, false, true}}) {
        const auto expected = plain.run(all, wanted, nullptr);
        const auto counting = std::make_shared<const CountingEncoder>(m_weights, heads());
        const KeepingEncoder keeping(m_weights, heads(), counting);
        keeping.run(part(all, 5, 12), wanted, nullptr); // some are there, others are not
        EXPECT_EQ(keeping.run(all, wanted, nullptr), expected);
        counting->texts = 0;
        EXPECT_EQ(keeping.run(all, wanted, nullptr), expected);
        EXPECT_EQ(counting->texts, wanted[0] ? 30u : 0u); // the local expert needs the layers
    }
}

TEST_F(KeepingEncoderTest, AnotherProcessNeedsNoEncoder) {
    const auto all = batch(2, 12);
    const std::vector<bool> bare{false, false, false, true}, blocks{false, true, true, false};
    const auto first = KeepingEncoder(m_weights, heads()).run(all, bare, nullptr);
    const auto counting = std::make_shared<const CountingEncoder>(m_weights, heads());
    const KeepingEncoder again(m_weights, heads(), counting);
    EXPECT_EQ(again.run(all, bare, nullptr), first);
    EXPECT_EQ(again.run(all, blocks, nullptr), CpuEncoder(m_weights, heads()).run(all, blocks, nullptr));
    EXPECT_EQ(counting->texts, 0u);
}

TEST_F(KeepingEncoderTest, WhatIsPooledBesideOtherExpertsIsKeptAsWell) {
    const auto all = batch(3, 9);
    KeepingEncoder(m_weights, heads()).run(all, {true, false, false, true}, nullptr);
    const auto counting = std::make_shared<const CountingEncoder>(m_weights, heads());
    KeepingEncoder(m_weights, heads(), counting).run(all, {false, false, false, true}, nullptr);
    EXPECT_EQ(counting->texts, 0u);
}

TEST_F(KeepingEncoderTest, OtherWeightsPoolingOrLengthAreAnotherMaker) {
    const auto maker = [&](const BertWeights& weights, HeadWeights head) { return KeepingEncoder(weights, {std::move(head)}).maker(); };
    const HeadWeights head{.kind = ExpertKind::Global};
    const auto own = maker(m_weights, head);
    EXPECT_EQ(own.size(), 16u);
    EXPECT_EQ(maker(m_weights, head), own);
    HeadWeights other = head;
    other.pooling = Pooling::Cls;
    EXPECT_NE(maker(m_weights, other), own);
    other = head;
    other.normalise = false;
    EXPECT_NE(maker(m_weights, other), own);
    other = head;
    other.dense.push_back({m_weights.layers[0].output, DenseWeights::Shape::Gelu});
    EXPECT_NE(maker(m_weights, other), own);
    BertWeights weights = m_weights;
    std::swap(weights.layers[0], weights.layers[1]);
    EXPECT_NE(maker(weights, head), own);
    weights = m_weights;
    weights.config.epsilon *= 2;
    EXPECT_NE(maker(weights, head), own);
    EXPECT_EQ(maker(m_weights, {.kind = ExpertKind::Local}), ""); // nothing of it is kept
}

TEST_F(KeepingEncoderTest, AFewTextsThatSomebodyWaitsForLeaveNothing) {
    const auto few = batch(4, 2);
    Team team(2);
    const auto counting = std::make_shared<const CountingEncoder>(m_weights, heads());
    const KeepingEncoder keeping(m_weights, heads(), counting);
    for (int time = 1; time <= 2; ++time) {
        keeping.run(few, {false, false, false, true}, &team);
        EXPECT_EQ(counting->texts, std::size_t(2 * time));
    }
    EXPECT_TRUE(std::filesystem::is_empty(m_cache.path()));
}

// Half precision gives a text other bits in another batch, so a frozen encoder behind a block is left out of it.
TEST_F(KeepingEncoderTest, DocumentsInFullAreInFloatWhereverHalfPrecisionIsFast) {
    const ScopedVariable device("CAMEO_DEVICE", "cpu"), precision("CAMEO_PRECISION", nullptr);
    const auto made = make_encoders(m_weights, heads(), {.keep = true, .documents_in_full = true});
    EXPECT_EQ(made.documents, made.queries);
    EXPECT_EQ(made.documents->place(), EncoderPlace{});
    EXPECT_NE(dynamic_cast<const KeepingEncoder*>(made.documents.get()), nullptr);
    EXPECT_EQ(dynamic_cast<const KeepingEncoder*>(make_encoders(m_weights, heads()).queries.get()), nullptr);
}

} // namespace
} // namespace cameo
