#include "core/base/folders.hpp"
#include "core/model/moe/create_sbmoe.hpp"
#include "core/model/weights/weights_file.hpp"
#include "tests/core/model/model_fixtures.hpp"

#include <cmath>
#include <gmock/gmock.h>

namespace cameo {
namespace {

using testing::HasSubstr;

const std::vector<std::string> kTexts{"play music in the terminal", "a fast, small player!"};

SbmoeOptions options(const std::string& name = "new") {
    return {.name = name, .from = model_data("bert-mlm").string(), .experts = 3, .query_tokens = 24, .document_tokens = 24};
}

nlohmann::json manifest(const std::string& name) {
    return nlohmann::json::parse(read_file(folders().models() / name / "model.json"));
}

double length(const std::vector<float>& x) {
    double squares = 0;
    for (const float each : x) squares += double(each) * each;
    return std::sqrt(squares);
}

TEST(CreateSbmoe, BeginsWithLinearLayersAsPyTorchDoes) {
    const ModelHome home;
    create_sbmoe(options());
    const auto file = WeightsFile::open(folders().models() / "new/changes.safetensors");
    EXPECT_EQ(file->tensors.size(), 6u + 3 * 4);
    for (const auto& [name, shape, bound] :
         {std::tuple{"cls_1.weight", "[10, 20]", 20}, {"cls_1.bias", "[10]", 20}, {"cls_3.weight", "[3, 10]", 10},
          {"cls_3.bias", "[3]", 10}, {"noise_linear.weight", "[3, 20]", 20},
          {"specializer.2.query_embedding_changer_1.weight", "[10, 20]", 20},
          {"specializer.2.query_embedding_changer_4.weight", "[20, 10]", 10}}) {
        const auto* tensor = file->find(name);
        ASSERT_NE(tensor, nullptr) << name;
        EXPECT_EQ(shape_text(tensor->shape), shape) << name;
        const FloatData data(*tensor, file->mapping);
        const auto values = data.values();
        const double most = 1 / std::sqrt(double(bound));
        double sum = 0, squares = 0;
        for (const float x : values) {
            EXPECT_LE(std::abs(x), most) << name;
            sum += x, squares += double(x) * x;
        }
        if (values.size() < 100) continue;
        EXPECT_NEAR(sum / double(values.size()), 0, 0.15 * most) << name;
        EXPECT_NEAR(squares / double(values.size()), most * most / 3, 0.1 * most * most) << name;
    }
}

TEST(CreateSbmoe, TheSameSeedGivesTheSameBytes) {
    const ModelHome home;
    create_sbmoe(options("a"));
    create_sbmoe(options("b"));
    auto other = options("c");
    other.seed = 2;
    create_sbmoe(other);
    const auto bytes = [](const char* name) { return read_file(folders().models() / name / "changes.safetensors"); };
    EXPECT_EQ(bytes("a"), bytes("b"));
    EXPECT_NE(bytes("a"), bytes("c"));
}

TEST(CreateSbmoe, ThinksOfWhatIsNotSaid) {
    const ModelHome home;
    Progress progress;
    const auto corrected = open_model(create_sbmoe(options()));
    EXPECT_EQ(corrected->kind(), "sbmoe");
    ASSERT_EQ(corrected->experts().size(), 4u);
    EXPECT_EQ(corrected->experts()[0].name, "gate");
    EXPECT_NEAR(manifest("new")["gate_scale"].get<double>(), std::sqrt(20.0), 1e-12);
    EXPECT_NEAR(length(corrected->encode(kTexts, Role::Query, 0, progress)[0].pooled), 1, 1e-5);

    auto plain = options("raw");
    plain.normalise_input = false;
    create_sbmoe(plain);
    EXPECT_EQ(manifest("raw")["gate_scale"], 1.0);

    auto reference = options("theirs");
    reference.form = MoeForm::Reference;
    reference.chosen = 0;
    const auto theirs = open_model(create_sbmoe(reference));
    const auto json = manifest("theirs");
    EXPECT_EQ(json["gate_scale"], 1.0);
    EXPECT_EQ(json["chosen"], 0);
    EXPECT_EQ(json["experts"][0]["normalise"], false);
    EXPECT_EQ(json["normalise_output"], false);
    EXPECT_GT(std::abs(length(theirs->encode(kTexts, Role::Query, 0, progress)[0].pooled) - 1), 0.01);
}

TEST(CreateSbmoe, SaysWhatItCannotMake) {
    const ModelHome home;
    const auto refused = [&](auto change) {
        auto wrong = options();
        change(wrong);
        return error_of([&] { create_sbmoe(wrong); });
    };
    EXPECT_THAT(refused([](auto& o) { o.experts = 0; }), HasSubstr("0 experts, expected 1 to 31"));
    EXPECT_THAT(refused([](auto& o) { o.chosen = 4; }), HasSubstr("it is to choose 4 of 3 experts"));
    EXPECT_THAT(refused([](auto& o) { o.gate_scale = 0; }), HasSubstr("a gate scale of 0"));
    EXPECT_THAT(refused([](auto& o) { o.gate_scale = 2, o.form = MoeForm::Reference; }), HasSubstr("a gate scale of 1"));
    EXPECT_THAT(refused([](auto& o) { o.query_tokens = 99; }), HasSubstr("its encoder has 40 positions"));
    EXPECT_THAT(refused([](auto& o) { o.from = model_data("distilbert-mlm").string(), o.pooling = Pooling::Identity; }),
                HasSubstr("pooler.dense.weight"));
    EXPECT_THAT(refused([](auto& o) { o.from = "nowhere"; }), HasSubstr("nowhere are missing"));
    EXPECT_FALSE(std::filesystem::exists(folders().models() / "new"));
}

} // namespace
} // namespace cameo
