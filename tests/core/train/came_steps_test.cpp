// Ten AdamW steps of CAME against PyTorch's on the same weights and texts: tests/data/training/make_came_steps.py ran them.
#include "core/train/came_net.hpp"

#include "core/model/weights/weights_file.hpp"
#include "core/train/adamw.hpp"
#include "core/train/schedule.hpp"
#include "tests/core/train/moe_fixtures.hpp"
#include "tests/core/train/stored_tensors.hpp"

namespace cameo {
namespace {

using Json = nlohmann::json;

const std::filesystem::path kFolder = std::filesystem::path(CAMEO_TEST_DATA) / "training";
constexpr double kTolerance = 1e-5;

const Json& expected() {
    static const auto json = Json::parse(std::ifstream(kFolder / "came_steps.json"));
    return json;
}

TrainingBatch batch_of(const Json& batch) {
    return {.queries = batch["queries"], .documents = batch["documents"], .positive = batch["positive"], .counts = batch["counts"]};
}

/// model.json around an encoder of tests/data/model and what experts begin with.
std::filesystem::path model(const MoeFixture& fixture, const Json& form) {
    Json experts = Json::array();
    for (const char* name : {"lexical", "local", "global"}) {
        Json expert = form["experts"].value(name, Json::object());
        expert.update({{"name", name}, {"kind", name}, {"weights", model_data(form["from"]).string()}, {"max_query_tokens", 24}, {"max_document_tokens", 24}});
        if (name == std::string("local"))
            expert["projection"] = "experts.local.projection.weight";
        experts.push_back(std::move(expert));
    }
    const auto folder = fixture.home / "made";
    write_file(folder / "model.json", Json{{"format", 1}, {"name", "tiny"}, {"kind", "came"}, {"shared_layers", 1}, {"private_layers", 1},
                                           {"changes", (kFolder / "came_steps_start.safetensors").string()}, {"experts", experts}}.dump());
    return folder;
}

/// The gradient of a key's bias is 0, and what rounding leaves of it Adam makes steps of (moe_steps_test.cpp).
bool is_noise(const std::string& name) { return name.ends_with("attention.self.key.bias"); }

void expect_ten_steps(const std::string& name) {
    const MoeFixture fixture;
    const auto& form = expected()["forms"][name];
    const Recipe recipe = recipe_from_json(form["recipe"].dump(), "came_steps.json");
    const auto net = make_came_net(model(fixture, form), fixture.collection, fixture.queries, recipe);
    std::vector<TrainingBatch> batches;
    for (const auto& batch : expected()["batches"])
        batches.push_back(batch_of(batch));
    net->prepare(std::span(batches).first(expected()["measured"]), recipe);
    AdamW optimiser(net->groups(recipe));
    for (std::size_t step = 0; step < batches.size(); ++step) {
        const StepPart part{.step = std::int64_t(step), .batch = batches[step], .specialized = recipe.specialized_steps > 0};
        const auto result = net->backward(part, recipe);
        EXPECT_NEAR(result.loss, form["losses"][step].get<double>(), kTolerance) << step;
        ASSERT_EQ(result.competition.size(), part.specialized ? part.batch.queries.size() : 0);
        for (std::size_t q = 0; q < result.competition.size(); ++q)
            for (std::size_t e = 0; e < 3; ++e)
                EXPECT_EQ(result.competition[q].ranks[e], form["ranks"][step][e][q].get<double>()) << step << ", " << q << ", " << e;
        EXPECT_NEAR(optimiser.clip(recipe.clip), form["norms"][step].get<double>(), 1e-4) << step;
        optimiser.step(rate_factor(recipe, part.step, std::int64_t(batches.size())));
        optimiser.forget_gradients();
        net->after_step(recipe);
    }
    const auto out = fixture.home / "ours";
    std::filesystem::create_directories(out);
    net->write_model(out, "ours");
    const auto written = Json::parse(std::ifstream(out / "model.json"));
    for (std::size_t e = 0; e < 3; ++e)
        EXPECT_NEAR(written["experts"][e]["scale"].get<double>(), form["scales"][e].get<double>(), 1e-5 * form["scales"][e].get<double>());
    const auto theirs = kFolder / ("came_steps_" + name + ".safetensors");
    EXPECT_EQ(WeightsFile::open(out / "changes.safetensors")->tensors.size(), WeightsFile::open(theirs)->tensors.size());
    expect_tensors_near(out / "changes.safetensors", theirs, kTolerance, is_noise);
}

TEST(CameSteps, TenAgreeWithPyTorchInTheStandardizedStage) { expect_ten_steps("standardized"); }
TEST(CameSteps, TenAgreeWithPyTorchInTheSpecializedStage) { expect_ten_steps("specialized"); }

} // namespace
} // namespace cameo
