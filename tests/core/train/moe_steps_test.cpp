// Ten AdamW steps against PyTorch's on the same weights, texts and noise: tests/data/training/make_moe_steps.py ran them.
#include "core/model/weights/weights_file.hpp"
#include "core/train/adamw.hpp"
#include "tests/core/train/moe_fixtures.hpp"
#include "tests/core/train/stored_tensors.hpp"

namespace cameo {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(CAMEO_TEST_DATA) / "training";
constexpr double kTolerance = 1e-5;

const nlohmann::json& expected() {
    static const auto json = nlohmann::json::parse(std::ifstream(kFolder / "moe_steps.json"));
    return json;
}

/// The gradient of a key's bias is 0, as attention does not change when all its scores shift; what rounding leaves of it
/// Adam makes steps of, one way here and another there.
bool is_noise(const std::string& name) { return name.ends_with("attention.self.key.bias"); }

void expect_ten_steps(const std::string& name) {
    const MoeFixture fixture;
    const auto& form = expected()["forms"][name];
    auto block = form["model"].dump();
    const auto folder = fixture.model(block.substr(1, block.size() - 2), form["expert"].dump().substr(1, form["expert"].dump().size() - 2));
    const Recipe recipe = recipe_from_json(form["recipe"].dump(), "moe_steps.json");
    const auto net = fixture.net(folder, recipe);
    AdamW optimiser(net->groups(recipe));
    for (std::size_t step = 0; step < expected()["batches"].size(); ++step) {
        const auto& batch = expected()["batches"][step];
        StepPart part;
        part.step = std::int64_t(step);
        part.batch = {.queries = batch["queries"], .documents = batch["documents"], .positive = batch["positive"], .counts = batch["counts"]};
        EXPECT_NEAR(net->backward(part, recipe).loss, form["losses"][step].get<double>(), kTolerance) << step;
        optimiser.step(1);
        optimiser.forget_gradients();
        net->after_step(recipe);
    }
    const auto out = fixture.home / "ours";
    std::filesystem::create_directories(out);
    net->write_model(out, "ours");
    const auto theirs = kFolder / ("moe_steps_" + name + ".safetensors");
    expect_tensors_near(out / "changes.safetensors", theirs, kTolerance, is_noise);
}

TEST(MoeSteps, TenAgreeWithPyTorchInTheReferenceForm) { expect_ten_steps("reference"); }
TEST(MoeSteps, TenAgreeWithPyTorchInTheCorrectedForm) { expect_ten_steps("corrected"); }

TEST(MoeSteps, TheirTextsAreTheFixtures) {
    EXPECT_EQ(expected()["documents"].size(), MoeFixture::kDocuments.size());
    const MoeFixture fixture;
    for (std::size_t d = 0; d < MoeFixture::kDocuments.size(); ++d)
        EXPECT_EQ(fixture.collection->document(DocumentOrdinal(d)).content(), expected()["documents"][d]);
    for (std::size_t q = 0; q < fixture.queries.size(); ++q) EXPECT_EQ(fixture.queries[q].text, expected()["queries"][q]);
}

} // namespace
} // namespace cameo
