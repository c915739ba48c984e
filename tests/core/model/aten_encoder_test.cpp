// The forward pass through ATen (GPU, half precision, training) against the processor's own.
#include "core/model/aten/aten_encoder.hpp"
#include "core/model/cpu/cpu_encoder.hpp"
#include "core/model/device.hpp"
#include "tests/core/model/model_fixtures.hpp"

#include <cmath>

namespace cameo {
namespace {

struct Fixture {
    explicit Fixture(const std::string& name)
        : config(read_bert_config(model_data(name) / "config.json")),
          tensors(WeightsFile::open(weights_file_in(model_data(name)))),
          weights(read_bert_weights(config, tensors)) {
        // Different lengths, and one text with tokens that are not attended to.
        batch.add(std::vector<std::int32_t>{4, 7, 9, 10, 11, 12, 5}, 7);
        batch.add(std::vector<std::int32_t>{4, 5}, 2);
        batch.add(std::vector<std::int32_t>{4, 1, 21, 22, 5, 6, 6, 6, 6}, 5);
    }
    BertConfig config;
    TensorTable tensors;
    BertWeights weights;
    PackedBatch batch;
};

/// Each head without and with layers of its own.
std::vector<HeadWeights> all_heads(Fixture& fixture) {
    HeadWeights local{.kind = ExpertKind::Local}, raw{.kind = ExpertKind::Local, .normalise = false};
    std::vector<HeadWeights> heads{local, raw};
    for (const auto pooling : {Pooling::Cls, Pooling::Mean, Pooling::Max, Pooling::MeanSqrt}) {
        heads.push_back({.kind = ExpertKind::Global, .pooling = pooling, .normalise = pooling != Pooling::Max});
        DenseWeights dense{fixture.weights.layers[0].up, DenseWeights::Shape::Gelu};
        heads.back().dense.push_back(dense);
    }
    if (has_masked_lm(fixture.config, fixture.tensors))
        heads.push_back({.kind = ExpertKind::Lexical,
                         .masked_lm = read_masked_lm(fixture.config, fixture.tensors, fixture.weights.words),
                         .logs = 2});
    for (std::size_t plain = heads.size(); plain-- > 0;) {
        auto branch = heads[plain];
        branch.layers = fixture.weights.layers;
        heads.push_back(std::move(branch));
    }
    return heads;
}

void compare(const std::string& name, bool cuda, Precision precision, float tolerance) {
    Fixture fixture(name);
    const auto heads = all_heads(fixture);
    const std::vector<bool> wanted(heads.size(), true);
    const auto plain = CpuEncoder(fixture.weights, heads).run(fixture.batch, wanted, nullptr);
    const auto found = AtenEncoder(fixture.weights, heads, {cuda, precision}).run(fixture.batch, wanted, nullptr);
    for (std::size_t head_idx = 0; head_idx < heads.size(); ++head_idx) {
        ASSERT_EQ(found[head_idx].size(), plain[head_idx].size());
        for (std::size_t i = 0; i < plain[head_idx].size(); ++i)
            ASSERT_NEAR(found[head_idx][i], plain[head_idx][i],
                        tolerance * std::max(1.0f, std::abs(plain[head_idx][i])))
                << name << " head " << head_idx << " at " << i;
    }
}

TEST(AtenEncoder, AgreesWithTheProcessorsOwn) {
    compare("bert-mlm", false, Precision::Fp32, 2e-5f);
    compare("distilbert-mlm", false, Precision::Fp32, 2e-5f);
    compare("st-dense", false, Precision::Fp32, 2e-5f);
}

TEST(AtenEncoder, BfloatIsTheSameWithFewerDigits) { compare("st-dense", false, Precision::Bf16, 8e-2f); }

TEST(AtenEncoder, CudaAgreesToo) {
    if (const std::string why = load_cuda(); !why.empty())
        GTEST_SKIP() << why;
    compare("bert-mlm", true, Precision::Fp32, 1e-4f);
    compare("st-dense", true, Precision::Fp16, 2e-2f);
}

// A device that has room for so many tokens, or that breaks.
class SmallDevice final : public Encoder {
public:
    SmallDevice(const Fixture& fixture, const std::vector<HeadWeights>& heads, std::size_t room, bool broken)
        : m_inner(fixture.weights, heads), m_room(room), m_broken(broken) {}
    std::vector<HeadOutput> run(const PackedBatch& batch, const std::vector<bool>& wanted, Team* team) const override {
        if (m_broken)
            throw Error(ErrorKind::Environment, "the device failed: it is lost");
        if (batch.tokens() > m_room)
            throw OutOfDeviceMemory{};
        return m_inner.run(batch, wanted, team);
    }
    std::size_t batch_tokens() const override { return 1000; }
    EncoderPlace place() const override { return {true, Precision::Fp16}; }

private:
    CpuEncoder m_inner;
    std::size_t m_room;
    bool m_broken;
};

TEST(LastingEncoder, HalvesThenGoesToTheProcessorAndSaysSo) {
    Fixture fixture("bert-mlm");
    const auto heads = all_heads(fixture);
    const std::vector<bool> wanted(heads.size(), true);
    const auto plain = CpuEncoder(fixture.weights, heads).run(fixture.batch, wanted, nullptr);
    const auto with = [&](std::size_t room, bool broken) {
        return make_lasting(fixture.weights, heads, std::make_unique<SmallDevice>(fixture, heads, room, broken));
    };
    const auto small = with(10, false);
    EXPECT_EQ(small->run(fixture.batch, wanted, nullptr), plain);
    EXPECT_EQ(small->batch_tokens(), 1000u) << "still on the device";
    EXPECT_EQ(small->place(), (EncoderPlace{true, Precision::Fp16}));
    EXPECT_NE(probe_device().remark.find("smaller batches"), std::string::npos);
    const auto tiny = with(3, false);
    EXPECT_EQ(tiny->run(fixture.batch, wanted, nullptr), plain);
    EXPECT_EQ(tiny->batch_tokens(), 256u) << "on the processor";
    EXPECT_EQ(tiny->place(), EncoderPlace{});
    EXPECT_EQ(with(100, true)->run(fixture.batch, wanted, nullptr), plain);
    EXPECT_NE(probe_device().remark.find("it is lost: on the processor since"), std::string::npos);
}

TEST(Device, SaysWhatItIsAndWhyNot) {
    const ScopedVariable device("CAMEO_DEVICE", "cpu"), precision("CAMEO_PRECISION", "fp32");
    const auto info = probe_device();
    EXPECT_EQ(info.device, "cpu");
    EXPECT_EQ(info.precision, "fp32");
    EXPECT_GE(info.threads, 1);
    EXPECT_FALSE(info.remark.empty());
}

// A model whose GPU had failed went on saying cuda:0 and fp16, and its traces with it.
TEST(Device, IsWhereTheEncodersReallyAre) {
    const EncoderPlace gpu{true, Precision::Fp16}, own{}, half{false, Precision::Bf16};
    const auto words = [](std::vector<EncoderPlaces> places) {
        const auto info = describe_device(places);
        return info.device + "; " + info.precision;
    };
    EXPECT_EQ(words({{gpu, gpu}, {gpu, gpu}}), "cuda:0; fp16");
    EXPECT_EQ(words({{gpu, gpu}, {own, own}}), "cuda:0 and cpu; fp16 and fp32");
    EXPECT_EQ(words({{own, own}}), "cpu; fp32");
    EXPECT_EQ(words({{own, half}}), "cpu; fp32, documents in bf16");
    EXPECT_EQ(words({{own, own}, {own, half}, {own, half}}), "cpu; fp32, documents in fp32 and bf16");
    EXPECT_NE(describe_device(std::vector<EncoderPlaces>{{own, own}}).name, "NVIDIA GPU");
}

TEST(Device, KnowsTheGpusName) {
    if (const std::string why = load_cuda(); !why.empty())
        GTEST_SKIP() << why;
    EXPECT_NE(gpu_name(), "NVIDIA GPU") << "the driver has a name for it";
}

TEST(DeviceChoice, HalfPrecisionWhereItPays) {
    const auto fast = [](const Bf16Support& support) {
        const auto [instructions, from_width] = fast_bf16(support);
        return instructions + " " + std::to_string(from_width);
    };
    EXPECT_EQ(fast({.amx = true, .avx512 = true, .half_rate = true}), "AMX-BF16 0");
    EXPECT_EQ(fast({.avx512 = true}), "AVX512-BF16 256") << "Zen 4, Cooper Lake";
    EXPECT_EQ(fast({.avx512 = true, .half_rate = true}), " 0") << "Sapphire Rapids where a virtual machine hides AMX";
    EXPECT_EQ(fast({}), " 0");
    const DeviceChoice choice{.precision = Precision::Bf16, .from_width = 256};
    EXPECT_EQ(choice.documents_in(128), Precision::Fp32);
    EXPECT_EQ(choice.documents_in(384), Precision::Bf16);
    EXPECT_EQ(DeviceChoice{}.documents_in(384), Precision::Fp32);
}

// A query went through ATen in bf16 and took three times as long as with our own kernels.
TEST(DeviceChoice, QueriesAreInFullPrecisionOnAProcessor) {
    const ScopedVariable device("CAMEO_DEVICE", "cpu"), precision("CAMEO_PRECISION", nullptr);
    Fixture fixture("bert-mlm"); // 20 wide
    const auto narrow = make_encoders(fixture.weights, all_heads(fixture));
    EXPECT_EQ(narrow.queries->place(), EncoderPlace{});
    const auto choice = choose_device();
    EXPECT_EQ(narrow.documents->place().precision, choice.documents_in(20));
    EXPECT_EQ(narrow.documents == narrow.queries, choice.documents_in(20) == Precision::Fp32) << "packed once";
}

// A branch's own layers go on where the shared ones end: cutting the stack elsewhere changes nothing.
TEST(Branches, GoOnFromTheSharedLayers) {
    Fixture fixture("bert-mlm");
    ASSERT_EQ(fixture.weights.layers.size(), 2u);
    const HeadWeights whole{.kind = ExpertKind::Local};
    const auto expected = CpuEncoder(fixture.weights, {whole}).run(fixture.batch, {true}, nullptr)[0];
    for (std::size_t shared = 0; shared <= 2; ++shared) {
        auto trunk = fixture.weights;
        HeadWeights branch{.kind = ExpertKind::Local};
        const auto cut = trunk.layers.begin() + std::ptrdiff_t(shared);
        branch.layers.assign(cut, trunk.layers.end());
        trunk.layers.erase(cut, trunk.layers.end());
        const CpuEncoder encoder(trunk, {branch, branch});
        EXPECT_EQ(encoder.run(fixture.batch, {true, true}, nullptr)[1], expected) << shared;
        EXPECT_TRUE(encoder.run(fixture.batch, {false, true}, nullptr)[0].empty());
    }
}

} // namespace
} // namespace cameo
