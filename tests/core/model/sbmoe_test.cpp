// SB-MoE models from text to vector against the authors' own code on the same weights: tests/data/sbmoe/make_sbmoe.py.
#include "core/model/moe/moe_gate.hpp"
#include "core/model/weights/safetensors_writer.hpp"
#include "tests/core/model/model_fixtures.hpp"

#include <cmath>
#include <gmock/gmock.h>

namespace cameo {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(CAMEO_TEST_DATA) / "sbmoe";
constexpr float kTolerance = 1e-5f;

const nlohmann::json& expected() {
    static const auto json = nlohmann::json::parse(std::ifstream(kFolder / "expected.json"));
    return json;
}

std::shared_ptr<const Model> model(const ModelHome& home, const std::string& block, const std::string& expert) {
    const auto folder = home / "sbmoe";
    write_file(folder / "model.json", R"({"format":1,"name":"tiny","kind":"sbmoe","changes":")" +
                                          (kFolder / "tiny/tiny_experts4-sbmoe_top1.pt").string() + R"(",)" + block +
                                          R"(,"experts":[{"name":"gate","kind":"global","normalise":false,"weights":")" +
                                          (kFolder / "tiny").string() +
                                          R"(","max_query_tokens":24,"max_document_tokens":24,)" + expert + "}]}");
    return Model::load(folder);
}

void expect_near(const std::vector<float>& found, const nlohmann::json& wanted, const std::string& what) {
    const auto numbers = wanted.get<std::vector<float>>();
    ASSERT_EQ(found.size(), numbers.size()) << what;
    for (std::size_t i = 0; i < found.size(); ++i) ASSERT_NEAR(found[i], numbers[i], kTolerance) << what << " at " << i;
}

TEST(Sbmoe, AgreesWithTheAuthorsCodeFromTextToVector) {
    const ModelHome home;
    const auto texts = expected()["texts"].get<std::vector<std::string>>();
    Progress progress;
    for (const auto& [chosen, mode] : {std::pair{1, "sbmoe_top1"}, {0, "sbmoe_all"}})
        for (const auto& [ours, theirs] : {std::pair{"mean", "mean"}, {"max", "max"}, {"cls", "cls"}, {"identity", "identity"}}) {
            const auto own = model(home, R"("form":"reference","chosen":)" + std::to_string(chosen), R"("pooling":")" + std::string(ours) + "\"");
            EXPECT_EQ(own->kind(), "sbmoe");
            const auto found = own->encode(texts, Role::Query, 0, progress);
            for (std::size_t text = 0; text < texts.size(); ++text)
                expect_near(found[text].pooled, expected()["pooling"][theirs][mode][text], std::string(mode) + " " + theirs + " " + texts[text]);
        }
}

TEST(Sbmoe, ShowsItsGateAndEachExpertForced) {
    const ModelHome home;
    const auto own = model(home, R"("form":"reference","chosen":1)", R"("pooling":"mean")");
    ASSERT_EQ(own->experts().size(), 5u);
    EXPECT_EQ(own->experts()[0].name, "gate");
    EXPECT_EQ(own->experts()[4].name, "expert 4");
    EXPECT_EQ(own->default_fusion(), "weighted:1,0,0,0,0");
    const auto texts = expected()["texts"].get<std::vector<std::string>>();
    Progress progress;
    const auto found = own->encode(texts, Role::Document, progress);
    for (std::size_t text = 0; text < texts.size(); ++text) {
        const auto& gate = found[text][0].gate;
        ASSERT_EQ(gate.size(), 4u);
        expect_near(moe_weights({.form = MoeForm::Reference, .experts = 4, .chosen = 4}, gate), expected()["weights_all"][text], texts[text]);
        // Under TOP-1 the gate's vector is that of the expert it chose: the norm cancels its weight.
        const auto winner = std::size_t(std::ranges::max_element(gate) - gate.begin());
        for (std::size_t i = 0; i < 20; ++i)
            EXPECT_NEAR(found[text][0].pooled[i], found[text][1 + winner].pooled[i], 1e-5);
        EXPECT_NE(found[text][1].pooled, found[text][2].pooled);
    }
}

TEST(Sbmoe, ShowsWhatItsExpertsMakeOfTexts) {
    const ModelHome home;
    const auto own = model(home, R"("form":"reference","chosen":1)", R"("pooling":"mean")");
    const auto texts = expected()["texts"].get<std::vector<std::string>>();
    Progress progress;
    const auto found = own->encode(texts, Role::Query, progress);
    const auto read = progress.done();
    const auto shown = own->expert_outputs(texts, Role::Query, progress);
    EXPECT_EQ(progress.done() - read, std::ssize(texts));
    constexpr std::size_t kExperts = 4, kWidth = 20;
    ASSERT_EQ(shown.logits.size(), texts.size() * kExperts);
    ASSERT_EQ(shown.outputs.size(), texts.size() * kExperts * kWidth);
    for (std::size_t text = 0; text < texts.size(); ++text) {
        const std::vector<float> logits(shown.logits.begin() + std::ptrdiff_t(text * kExperts),
                                        shown.logits.begin() + std::ptrdiff_t((text + 1) * kExperts));
        EXPECT_EQ(logits, found[text][0].gate) << texts[text];
        // A forced expert's vector is x + L2norm(E_i(x)), so what is left without it is the same x for all.
        for (std::size_t c = 0; c < kWidth; ++c)
            for (std::size_t expert = 0; expert < kExperts; ++expert) {
                const float* output = shown.outputs.data() + (text * kExperts + expert) * kWidth;
                double squares = 0;
                for (std::size_t other = 0; other < kWidth; ++other)
                    squares += double(output[other]) * output[other];
                EXPECT_NEAR(found[text][1 + expert].pooled[c] - output[c] / std::sqrt(squares),
                            expected()["pooling"]["mean"]["x"][text][c].get<float>(), kTolerance);
            }
    }
    EXPECT_TRUE(own->expert_outputs({}, Role::Query, progress).outputs.empty());
    EXPECT_TRUE(home.import("bert-mlm")->expert_outputs(texts, Role::Query, progress).outputs.empty());
}

// ATen where there is a GPU or AMX, in half precision; our own kernels elsewhere.
TEST(Sbmoe, ShowsTheSameOnTheDeviceInUse) {
    const ModelHome home;
    const auto own = model(home, R"("form":"reference","chosen":1)", R"("pooling":"mean")");
    const auto texts = expected()["texts"].get<std::vector<std::string>>();
    Progress progress;
    const auto here = own->expert_outputs(texts, Role::Document, progress);
    const ScopedVariable device("CAMEO_DEVICE", nullptr), precision("CAMEO_PRECISION", nullptr);
    const auto chosen = model(home, R"("form":"reference","chosen":1)", R"("pooling":"mean")");
    const auto there = chosen->expert_outputs(texts, Role::Document, progress);
    ASSERT_EQ(there.outputs.size(), here.outputs.size());
    constexpr std::size_t kWidth = 20;
    for (std::size_t row = 0; row < here.outputs.size(); row += kWidth) { // 2.8 % of the length at most with AMX
        double squares = 0, lost = 0;
        for (std::size_t at = row; at < row + kWidth; ++at) {
            squares += double(here.outputs[at]) * here.outputs[at];
            lost += std::pow(double(there.outputs[at]) - here.outputs[at], 2);
        }
        ASSERT_LT(std::sqrt(lost), 0.05 * std::sqrt(squares)) << row / kWidth << " on " << chosen->device().precision;
    }
}

TEST(Sbmoe, AnAuthorsFolderIsImportedAsWhatItIs) {
    const ModelHome home;
    const auto own = open_model(import_model(kFolder / "tiny", "theirs"));
    EXPECT_EQ(own->kind(), "sbmoe");
    ASSERT_EQ(own->experts().size(), 5u);
    const auto texts = expected()["texts"].get<std::vector<std::string>>();
    Progress progress;
    const auto found = own->encode(std::vector{texts[0]}, Role::Query, 0, progress);
    expect_near(found[0].pooled, expected()["pooling"]["mean"]["sbmoe_top1"][0], texts[0]);
    for (const auto& entry : own->load_report().tensors)
        EXPECT_TRUE(!entry.used_as.empty() || entry.tensor.find("pooler") != std::string::npos) << entry.tensor;

    const auto two = home / "two";
    std::filesystem::copy(kFolder / "tiny", two);
    std::filesystem::copy_file(two / "tiny_experts4-sbmoe_top1.pt", two / "tiny_experts4-sbmoe_all.pt");
    EXPECT_THAT(error_of([&] { import_model(two); }), testing::HasSubstr("both "));
    std::filesystem::remove(two / "tiny_experts4-sbmoe_top1.pt");
    const auto all = open_model(import_model(two));
    expect_near(all->encode(std::vector{texts[0]}, Role::Query, 0, progress)[0].pooled,
                expected()["pooling"]["mean"]["sbmoe_all"][0], texts[0]);
}

TEST(Sbmoe, WeightsFollowTheForm) {
    const std::vector<float> logits{0, std::log(2.0f), std::log(5.0f)}; // 1/8, 2/8, 5/8
    const auto weights = [&](MoeForm form, std::int64_t chosen) { return moe_weights({.form = form, .experts = 3, .chosen = chosen}, logits); };
    using testing::FloatNear, testing::ElementsAre;
    EXPECT_THAT(weights(MoeForm::Reference, 1), ElementsAre(0, 0, FloatNear(0.625, 1e-6)));
    EXPECT_THAT(weights(MoeForm::Corrected, 1), ElementsAre(0, 0, FloatNear(0.625, 1e-6)));
    EXPECT_THAT(weights(MoeForm::Reference, 2), ElementsAre(0, FloatNear(0.25, 1e-6), FloatNear(0.625, 1e-6)));
    EXPECT_THAT(weights(MoeForm::Corrected, 2), ElementsAre(0, FloatNear(2.0 / 7, 1e-6), FloatNear(5.0 / 7, 1e-6)));
    EXPECT_THAT(weights(MoeForm::Corrected, 3), ElementsAre(FloatNear(0.125, 1e-6), FloatNear(0.25, 1e-6), FloatNear(0.625, 1e-6)));
    EXPECT_THAT(moe_weights({.experts = 2, .chosen = 1}, std::vector<float>{1, 1}), ElementsAre(0.5, 0)); // a tie
}

TEST(Sbmoe, ABiasDecidesTheChoiceAndNotTheWeights) {
    const std::vector<float> logits{0, std::log(2.0f), std::log(5.0f)}, bias{0.6f, 0, 0}; // 1/8, 2/8, 5/8
    using testing::FloatNear, testing::ElementsAre;
    const MoeSpec one{.experts = 3, .chosen = 1}, two{.experts = 3, .chosen = 2}, all{.experts = 3, .chosen = 3};
    EXPECT_THAT(moe_weights(one, logits, bias), ElementsAre(FloatNear(0.125, 1e-6), 0, 0));
    EXPECT_THAT(moe_weights(two, logits, bias), ElementsAre(FloatNear(1.0 / 6, 1e-6), 0, FloatNear(5.0 / 6, 1e-6)));
    EXPECT_EQ(moe_weights(all, logits, bias), moe_weights(all, logits));

    // A served model has it from its file, for what it makes and for what it says of its gate, on every encoder.
    const ModelHome home;
    const auto plain = model(home, R"("chosen":1)", R"("pooling":"mean")");
    const auto state = WeightsFile::open(kFolder / "tiny/tiny_experts4-sbmoe_top1.pt");
    std::vector<TensorToWrite> tensors;
    for (const auto& tensor : state->tensors) tensors.push_back({tensor.name, tensor.type, tensor.shape, tensor.bytes});
    const std::vector<float> third{0, 0, 5, 0};
    tensors.push_back({"routing_bias", DType::F32, {4}, std::as_bytes(std::span(third))});
    write_safetensors(home / "biased.safetensors", tensors);
    auto manifest = read_file(home / "sbmoe/model.json");
    const std::string name = (kFolder / "tiny/tiny_experts4-sbmoe_top1.pt").string();
    manifest.replace(manifest.find(name), name.size(), (home / "biased.safetensors").string());
    write_file(home / "biased/model.json", manifest);
    const auto biased = Model::load(home / "biased");
    EXPECT_NE(biased->version(), plain->version());
    const auto texts = expected()["texts"].get<std::vector<std::string>>();
    Progress progress;
    const auto found = biased->encode(texts, Role::Document, progress);
    for (std::size_t text = 0; text < texts.size(); ++text) {
        const auto weights = biased->gate_weights(found[text][0].gate);
        for (const std::size_t expert : {0u, 1u, 3u}) EXPECT_EQ(weights[expert], 0) << texts[text];
        EXPECT_GT(weights[2], 0);
        EXPECT_LT(weights[2], 1);
        // The third expert alone adds a vector of length 1, and here that times its weight.
        double squares = 0;
        for (std::size_t i = 0; i < 20; ++i)
            squares += std::pow(found[text][0].pooled[i] - found[text][3].pooled[i], 2);
        EXPECT_NEAR(std::sqrt(squares), 1 - weights[2], 1e-5);
    }
}

TEST(Sbmoe, SaysWhatItsManifestCannotHave) {
    const ModelHome home;
    EXPECT_THAT(error_of([&] { model(home, R"("chosen":9)", R"("pooling":"mean")"); }), testing::HasSubstr("it has 4 experts, the model is to choose 9"));
    EXPECT_THAT(error_of([&] { model(home, R"("form":"best")", R"("pooling":"mean")"); }), testing::HasSubstr("expected one of reference, corrected"));
    const auto folder = home / "no-block";
    write_file(folder / "model.json", R"({"format":1,"kind":"sbmoe","changes":")" + (model_data("bert-mlm") / "model.safetensors").string() +
                                          R"(","experts":[{"name":"gate","kind":"global","weights":")" + model_data("bert-mlm").string() + R"("}]})");
    EXPECT_THAT(error_of([&] { Model::load(folder); }), testing::HasSubstr("a block of 0 experts") );
}

} // namespace
} // namespace cameo
