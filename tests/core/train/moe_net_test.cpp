#include "core/base/folders.hpp"
#include "core/model/moe/create_sbmoe.hpp"
#include "core/train/adamw.hpp"
#include "tests/core/train/moe_fixtures.hpp"

#include <cmath>
#include <gmock/gmock.h>
#include <numeric>

namespace cameo {
namespace {

using testing::HasSubstr;

/// Steps of one part each over the same batch. @return what the last one had
PartResult train(Trainee& net, const Recipe& recipe, int steps) {
    AdamW optimiser(net.groups(recipe));
    PartResult last;
    for (int step = 0; step < steps; ++step) {
        last = net.backward(MoeFixture::part(step), recipe);
        optimiser.step(1);
        optimiser.forget_gradients();
        net.after_step(recipe);
    }
    return last;
}

double norm(const ParameterGroup& group) {
    double squares = 0;
    for (const auto& [name, parameter] : group.parameters)
        if (parameter.grad().defined()) squares += parameter.grad().square().sum().item<double>();
    return std::sqrt(squares);
}

void forget(const std::vector<ParameterGroup>& groups) {
    for (const auto& group : groups)
        for (const auto& [name, parameter] : group.parameters) parameter.mutable_grad() = at::Tensor();
}

NamedTensors gradients(const std::vector<ParameterGroup>& groups) {
    NamedTensors all;
    for (const auto& group : groups)
        for (const auto& [name, parameter] : group.parameters)
            if (parameter.grad().defined()) all.emplace_back(name, parameter.grad().clone());
    return all;
}

/// The model that a net writes, in a folder of its own.
std::filesystem::path written(const MoeFixture& fixture, const Trainee& net, const std::string& name) {
    const auto folder = fixture.home / name;
    std::filesystem::create_directories(folder);
    net.write_model(folder, name);
    return folder;
}

Recipe with_encoder(std::int64_t frozen) {
    auto recipe = MoeFixture::recipe();
    recipe.encoder_rate = 1e-3;
    recipe.frozen_layers = frozen;
    return recipe;
}

TEST(MoeNet, LearnsInBothForms) {
    const MoeFixture fixture;
    for (const auto& folder : {fixture.corrected(), fixture.reference()})
        for (const std::int64_t frozen : {-1, 0}) {
            auto recipe = with_encoder(frozen), clean = recipe;
            recipe.heads_rate = 1e-2;
            recipe.noise = true;
            const auto net = fixture.net(folder, recipe);
            const double first = net->backward(MoeFixture::part(), clean).loss;
            forget(net->groups(recipe));
            train(*net, recipe, 30);
            EXPECT_LT(net->backward(MoeFixture::part(), clean).loss, 0.7 * first) << folder << " " << frozen;
        }
}

TEST(MoeNet, TrainsWhatTheRecipeSays) {
    const MoeFixture fixture;
    const auto names = [&](const Recipe& recipe, const std::filesystem::path& folder) {
        const auto net = fixture.net(folder, recipe);
        std::map<std::string, std::size_t> counts;
        for (const auto& group : net->groups(recipe)) counts[group.name] = group.parameters.size();
        return counts;
    };
    using Counts = std::map<std::string, std::size_t>;
    // A gate of two layers with its noise; the encoder's layers have 12 tensors each, its embeddings 5.
    EXPECT_EQ(names(MoeFixture::recipe(), fixture.corrected()), (Counts{{"experts", 16}, {"gate", 6}}));
    EXPECT_EQ(names(MoeFixture::recipe(), fixture.reference()), (Counts{{"experts", 16}, {"gate", 4}}));
    EXPECT_EQ(names(with_encoder(-1), fixture.corrected()), (Counts{{"experts", 16}, {"gate", 6}}));
    EXPECT_EQ(names(with_encoder(1), fixture.corrected()), (Counts{{"experts", 16}, {"gate", 6}, {"encoder", 12}}));
    EXPECT_EQ(names(with_encoder(0), fixture.corrected()), (Counts{{"experts", 16}, {"gate", 6}, {"encoder", 29}}));
    EXPECT_EQ(names(with_encoder(9), fixture.corrected()), (Counts{{"experts", 16}, {"gate", 6}}));
    const auto pooler = fixture.model(R"("chosen":1)", R"("pooling":"identity")");
    EXPECT_EQ(names(with_encoder(1), pooler), (Counts{{"experts", 16}, {"gate", 6}, {"encoder", 14}}));
    EXPECT_EQ(names(MoeFixture::recipe(), pooler), (Counts{{"experts", 16}, {"gate", 6}}));

    auto recipe = with_encoder(1);
    recipe.heads_rate = 2e-3, recipe.gate_rate = 3e-3, recipe.weight_decay = 0.5;
    for (const bool reference : {false, true}) {
        const auto groups = fixture.net(reference ? fixture.reference() : fixture.corrected(), recipe)->groups(recipe);
        EXPECT_EQ(group_named(groups, "experts").rate, 2e-3);
        EXPECT_EQ(group_named(groups, "gate").rate, 3e-3);
        EXPECT_EQ(group_named(groups, "encoder").rate, 1e-3);
        EXPECT_EQ(group_named(groups, "encoder").decay, 0.5);
        EXPECT_EQ(group_named(groups, "experts").decay, reference ? 0.5 : 0);
        EXPECT_EQ(group_named(groups, "gate").decay, reference ? 0.5 : 0);
    }
}

/// The loss moves along a group's gradient as fast as the gradient is long.
void expect_slopes(const MoeFixture& fixture, const std::filesystem::path& folder, const Recipe& recipe) {
    const auto net = fixture.net(folder, recipe);
    const auto groups = net->groups(recipe);
    const auto part = MoeFixture::part(3);
    net->backward(part, recipe);
    const auto directions = gradients(groups);
    for (const auto& group : groups) {
        forget(groups);
        net->backward(part, recipe);
        const double length = norm(group);
        forget(groups);
        ASSERT_GT(length, 1e-3) << group.name;
        const auto move = [&](double by) {
            const at::NoGradGuard no_gradients;
            for (const auto& [name, parameter] : group.parameters)
                parameter.add_(std::ranges::find(directions, name, &NamedTensors::value_type::first)->second, by / length);
        };
        const auto loss_at = [&](double by) {
            move(by);
            const double loss = net->backward(part, recipe).loss;
            move(-by);
            return loss;
        };
        const double step = 1e-3 / length; // far above rounding, and too small for a text to change its expert
        EXPECT_NEAR((loss_at(step) - loss_at(-step)) / (2 * step), length, 0.02 * length) << folder << " " << group.name;
    }
}

// A command that its next start would refuse made every later checkpoint unreadable.
TEST(MoeNet, RefusesACommandThatItsStartWouldRefuse) {
    const MoeFixture fixture;
    auto recipe = MoeFixture::recipe();
    recipe.noise = true;
    const auto net = fixture.net(fixture.corrected(), recipe);
    recipe.load = 0.1;
    net->check_recipe(recipe);
    recipe.noise = false;
    EXPECT_THAT(error_of([&] { net->check_recipe(recipe); }), HasSubstr("gate.load is about noise"));
}

TEST(MoeNet, TrainsADenseBlockWhichHasNoGateToReport) {
    const MoeFixture fixture;
    create_sbmoe({.name = "dense", .from = model_data("bert-mlm").string(), .experts = 1, .inner = 12, .query_tokens = 16, .document_tokens = 24});
    const auto net = fixture.net(folders().models() / "dense", MoeFixture::recipe());
    const auto first = train(*net, MoeFixture::recipe(), 1), last = train(*net, MoeFixture::recipe(), 30);
    EXPECT_LT(last.loss, first.loss);
    for (const auto& each : last.metrics) EXPECT_FALSE(each.name.starts_with("gate.")) << each.name;
}

TEST(MoeNet, ItsGradientsAreItsLosssSlopes) {
    const MoeFixture fixture;
    auto recipe = with_encoder(1);
    recipe.noise = true;
    recipe.importance = 0.3, recipe.load = 0.2, recipe.switch_balance = 0.1, recipe.z_loss = 0.05, recipe.agreement = 0.4;
    expect_slopes(fixture, fixture.corrected(R"("chosen":1)"), recipe);
    expect_slopes(fixture, fixture.corrected(R"("chosen":2)"), recipe);
    expect_slopes(fixture, fixture.model(R"("form":"corrected","chosen":2)", R"("pooling":"identity")"), recipe);
    recipe.frozen_layers = 0;
    expect_slopes(fixture, fixture.model(R"("form":"corrected","chosen":1)", R"("pooling":"max")"), recipe);
}

TEST(MoeNet, TheReferenceFormLeavesItsGateWithoutGradientAndTheCorrectedOneDoesNot) {
    const MoeFixture fixture;
    const auto share = [&](const std::filesystem::path& folder) {
        const auto recipe = MoeFixture::recipe();
        const auto net = fixture.net(folder, recipe);
        const auto groups = net->groups(recipe);
        net->backward(MoeFixture::part(), recipe);
        return norm(group_named(groups, "gate")) / norm(group_named(groups, "experts"));
    };
    EXPECT_LT(share(fixture.reference()), 1e-5);
    EXPECT_GT(share(fixture.corrected(R"("chosen":1)")), 1e-2);
    EXPECT_GT(share(fixture.corrected(R"("chosen":2)")), 1e-2);
    // Theirs serves all experts, and is trained with one all the same.
    EXPECT_LT(share(fixture.model(R"("form":"reference","chosen":0)", R"("normalise":false)")), 1e-5);
}

/// A term, without its weight, after 30 steps of the gate alone, which preferred its first expert.
double trained(const MoeFixture& fixture, const std::string& name, double Recipe::*weight, double value) {
    auto recipe = MoeFixture::recipe();
    recipe.heads_rate = 0;
    recipe.gate_rate = 2e-2;
    recipe.noise = name == "load" || name == "importance"; // an expert that never serves has no weight to gain by
    recipe.*weight = value;
    const auto net = fixture.net(fixture.corrected(), recipe);
    const auto groups = net->groups(recipe);
    for (const auto& [parameter_name, parameter] : group_named(groups, "gate").parameters)
        if (parameter_name == "cls_3.bias") {
            const at::NoGradGuard no_gradients;
            parameter[0].add_(2);
        }
    return metric(train(*net, recipe, 30), "loss." + name) / value;
}

TEST(MoeNet, EachTermMovesWhatItIsFor) {
    const MoeFixture fixture;
    const std::pair<const char*, double Recipe::*> terms[] = {{"importance", &Recipe::importance},
                                                              {"load", &Recipe::load},
                                                              {"switch", &Recipe::switch_balance},
                                                              {"z_loss", &Recipe::z_loss},
                                                              {"agreement", &Recipe::agreement}};
    for (const auto& [name, weight] : terms) {
        // Switch is 1 at best and N at worst; the others can reach 0.
        const double least = std::string(name) == "switch" ? 1 : 0;
        EXPECT_LT(trained(fixture, name, weight, 10) - least, 0.5 * (trained(fixture, name, weight, 1e-6) - least)) << name;
    }
}

TEST(MoeNet, TheBiasSendsTextsToIdleExpertsAndGoesWithTheModel) {
    const MoeFixture fixture;
    auto recipe = MoeFixture::recipe();
    recipe.heads_rate = recipe.gate_rate = 0;
    const auto net = fixture.net(fixture.corrected(), recipe);
    const auto before = train(*net, recipe, 1);
    const auto bias = net->buffers().at(0);
    EXPECT_EQ(bias.first, "routing_bias");
    EXPECT_FALSE(bias.second.any().item<bool>());
    EXPECT_EQ(WeightsFile::open(written(fixture, *net, "before") / "changes.safetensors")->find("routing_bias"), nullptr);

    recipe.bias_rate = 0.05;
    const auto after = train(*net, recipe, 40);
    EXPECT_GT(metric(after, "load_entropy.document") + metric(after, "load_entropy.query"),
              metric(before, "load_entropy.document") + metric(before, "load_entropy.query") + 0.3);
    EXPECT_EQ(metric(after, "gate.entropy.document"), metric(before, "gate.entropy.document")); // the gate is what it was

    const auto folder = written(fixture, *net, "after");
    const auto again = fixture.net(folder, recipe);
    EXPECT_TRUE(at::equal(again->buffers().at(0).second, bias.second));
    // Whoever serves it chooses the same experts.
    const auto part = MoeFixture::part(50);
    const auto result = again->backward(part, recipe);
    const auto model = Model::load(folder);
    std::vector<double> load(4);
    Progress progress;
    for (const auto document : part.batch.documents) {
        const auto encoded = model->encode(std::vector{fixture.collection->document(document).content()}, Role::Document, 0, progress);
        const auto weights = model->gate_weights(encoded[0].gate);
        for (std::size_t expert = 0; expert < 4; ++expert) load[expert] += weights[expert] > 0 ? 0.2 : 0;
    }
    for (std::size_t expert = 0; expert < 4; ++expert)
        EXPECT_NEAR(load[expert], metric(result, "load.document." + std::to_string(expert + 1)), 1e-9) << expert;
}

TEST(MoeNet, AStepThatWasGivenUpLeavesTheBiasAlone) {
    const MoeFixture fixture;
    auto recipe = MoeFixture::recipe();
    recipe.bias_rate = 0.01;
    const auto bias_after = [&](bool given_up) {
        const auto net = fixture.net(fixture.corrected(), recipe);
        auto part = MoeFixture::part(1);
        if (given_up) net->backward(MoeFixture::part(0), recipe), net->backward(part, recipe);
        net->backward(part, recipe);
        part.part = 1;
        net->backward(part, recipe);
        net->after_step(recipe);
        return net->buffers().at(0).second.clone();
    };
    EXPECT_TRUE(at::equal(bias_after(true), bias_after(false)));
}

TEST(MoeNet, WritesAModelThatIsWhatItWas) {
    const MoeFixture fixture;
    for (const std::int64_t frozen : {-1, 1, 0}) {
        auto recipe = with_encoder(frozen);
        recipe.query_tokens = recipe.document_tokens = 24; // what it reads when it serves
        const auto net = fixture.net(fixture.corrected(), recipe);
        train(*net, recipe, 3);
        const auto folder = written(fixture, *net, "trained" + std::to_string(frozen + 1));
        // What is served gives the loss that the net has.
        const auto part = MoeFixture::part(3);
        const double loss = net->backward(part, recipe).loss;
        const auto model = Model::load(folder);
        Progress progress;
        const auto encode = [&](const std::string& text, Role role) { return model->encode(std::vector{text}, role, 0, progress)[0].pooled; };
        double sum = 0;
        for (std::size_t q = 0; q < 4; ++q) {
            const auto query = encode(fixture.queries[part.batch.queries[q]].text, Role::Query);
            double all = 0, right = 0;
            for (std::size_t d = 0; d < 5; ++d) {
                const auto document = encode(fixture.collection->document(part.batch.documents[d]).content(), Role::Document);
                const double score = std::inner_product(query.begin(), query.end(), document.begin(), 0.0) / recipe.temperature;
                if (part.batch.counts[q * 5 + d]) all += std::exp(score);
                if (std::int64_t(d) == part.batch.positive[q]) right = score;
            }
            sum += std::log(all) - right;
        }
        EXPECT_NEAR(sum / 4, loss, 1e-5) << frozen;
        for (const auto& entry : model->load_report().tensors)
            EXPECT_TRUE(!entry.used_as.empty() || entry.tensor.find("pooler") != std::string::npos) << entry.tensor;

        // A training that begins with it has the same bits, whatever it trains.
        const auto again = fixture.net(folder, with_encoder(0)), own = fixture.net(folder, recipe);
        const auto found = again->groups(recipe);
        for (const auto& group : net->groups(recipe))
            for (const auto& [name, parameter] : group.parameters) {
                const auto& others = group_named(found, group.name).parameters;
                const auto other = std::ranges::find(others, name, &NamedTensors::value_type::first);
                ASSERT_NE(other, others.end()) << name;
                EXPECT_TRUE(at::equal(other->second, parameter)) << name;
            }
        EXPECT_EQ(own->backward(part, recipe).loss, loss);
        const auto twice = written(fixture, *own, "twice" + std::to_string(frozen + 1));
        EXPECT_EQ(read_file(twice / "changes.safetensors"), read_file(folder / "changes.safetensors"));
    }
}

TEST(MoeNet, ANextTrainingKeepsWhatTheFirstChanged) {
    const MoeFixture fixture;
    const auto first = fixture.net(fixture.corrected(), with_encoder(1));
    train(*first, with_encoder(1), 3);
    const auto folder = written(fixture, *first, "first");
    const auto second = fixture.net(folder, MoeFixture::recipe()); // the block alone
    train(*second, MoeFixture::recipe(), 3);
    const auto a = WeightsFile::open(folder / "changes.safetensors"), b = WeightsFile::open(written(fixture, *second, "second") / "changes.safetensors");
    ASSERT_EQ(a->tensors.size(), b->tensors.size());
    for (std::size_t i = 0; i < a->tensors.size(); ++i) {
        EXPECT_EQ(a->tensors[i].name, b->tensors[i].name);
        if (a->tensors[i].name.starts_with("doc_model.")) {
            EXPECT_TRUE(std::ranges::equal(a->tensors[i].bytes, b->tensors[i].bytes)) << a->tensors[i].name;
        }
    }
}

TEST(MoeNet, GivesTensorsTheNamesOfTheirFiles) {
    const MoeFixture fixture;
    for (const std::string name : {"bert-mlm", "distilbert-mlm", "st-dense"}) {
        create_sbmoe({.name = name, .from = model_data(name).string(), .experts = 3, .query_tokens = 24, .document_tokens = 24});
        const auto folder = folders().models() / name;
        const auto net = fixture.net(folder, with_encoder(0));
        // Nothing was trained, so every tensor must stand in the checkpoint as it is written, but for the block.
        const auto changes = WeightsFile::open(written(fixture, *net, name + "-written") / "changes.safetensors");
        const auto base = WeightsFile::open(weights_file_in(model_data(name))), block = WeightsFile::open(folder / "changes.safetensors");
        EXPECT_GT(changes->tensors.size(), block->tensors.size() + 16);
        for (const auto& tensor : changes->tensors) {
            const auto& from = block->find(tensor.name) ? block : base;
            const auto* stored = from->find(tensor.name);
            ASSERT_NE(stored, nullptr) << name << " " << tensor.name;
            EXPECT_EQ(stored->shape, tensor.shape) << tensor.name;
            EXPECT_TRUE(std::ranges::equal(FloatData(*stored, from->mapping).values(), FloatData(tensor, changes->mapping).values()))
                << name << " " << tensor.name;
        }
        Progress progress;
        const auto encode = [&](const std::filesystem::path& at) { return Model::load(at)->encode(MoeFixture::kDocuments, Role::Document, 0, progress)[0].pooled; };
        EXPECT_EQ(encode(fixture.home / (name + "-written")), encode(folder));
    }
}

TEST(MoeNet, FindsItsWeightsFromWhereverItIsWritten) {
    const MoeFixture fixture;
    const auto source = fixture.corrected();
    auto text = read_file(source / "model.json");
    const auto data = (std::filesystem::path(CAMEO_TEST_DATA) / "sbmoe/tiny").string();
    std::filesystem::copy(data, source / "weights");
    text.replace(text.find("\"weights\":\"" + data), 11 + data.size(), "\"weights\":\"weights");
    write_file(source / "model.json", text);
    const auto net = fixture.net(source, MoeFixture::recipe());
    const auto folder = written(fixture, *net, "elsewhere");
    EXPECT_EQ(nlohmann::json::parse(read_file(folder / "model.json"))["experts"][0]["weights"], (source / "weights").string());
    EXPECT_EQ(Model::load(folder)->name(), "elsewhere");
}

TEST(MoeNet, TheSameSeedGivesTheSameBits) {
    const MoeFixture fixture;
    auto recipe = with_encoder(1);
    recipe.noise = true;
    const auto bytes = [&](const std::string& name) {
        const auto net = fixture.net(fixture.corrected(), recipe);
        train(*net, recipe, 5);
        return read_file(written(fixture, *net, name) / "changes.safetensors");
    };
    const auto first = bytes("a");
    EXPECT_EQ(bytes("b"), first);
    recipe.seed = 2;
    EXPECT_NE(bytes("c"), first);
}

TEST(MoeNet, NoiseIsAFunctionOfSeedStepAndPart) {
    const MoeFixture fixture;
    auto recipe = MoeFixture::recipe();
    recipe.noise = true;
    const auto net = fixture.net(fixture.corrected(), recipe);
    const auto loss = [&](std::int64_t step, std::int64_t index, const Recipe& with) {
        auto part = MoeFixture::part(step);
        part.part = index;
        return net->backward(part, with).loss;
    };
    const double first = loss(4, 1, recipe);
    EXPECT_EQ(loss(4, 1, recipe), first);
    EXPECT_NE(loss(5, 1, recipe), first);
    EXPECT_NE(loss(4, 0, recipe), first);
    auto other = recipe;
    other.seed = 2;
    EXPECT_NE(loss(4, 1, other), first);
    other.noise = false; // from one step to the next, as a command would
    EXPECT_EQ(loss(4, 1, other), loss(9, 0, other));
}

TEST(MoeNet, PartsAddUpByTheirShares) {
    const MoeFixture fixture;
    const auto recipe = with_encoder(1);
    const auto net = fixture.net(fixture.corrected(), recipe);
    const auto groups = net->groups(recipe);
    const double loss = net->backward(MoeFixture::part(), recipe).loss;
    const auto whole = gradients(groups);
    forget(groups);
    for (std::int64_t index = 0; index < 2; ++index) {
        auto part = MoeFixture::part();
        part.part = index;
        part.share = 0.5;
        EXPECT_EQ(net->backward(part, recipe).loss, loss);
    }
    const auto halves = gradients(groups);
    for (std::size_t i = 0; i < whole.size(); ++i)
        EXPECT_LE((whole[i].second - halves[i].second).abs().max().item<double>(), 1e-6) << whole[i].first;
}

TEST(MoeNet, ReportsWhatAddsUpToItsLoss) {
    const MoeFixture fixture;
    auto recipe = MoeFixture::recipe();
    recipe.noise = true, recipe.importance = 0.5, recipe.load = 0.5, recipe.z_loss = 0.1;
    const auto result = fixture.net(fixture.corrected(), recipe)->backward(MoeFixture::part(), recipe);
    EXPECT_NEAR(metric(result, "loss.ranking") + metric(result, "loss.importance") + metric(result, "loss.load") + metric(result, "loss.z_loss"),
                result.loss, 1e-5);
    EXPECT_GT(metric(result, "gate.deviation"), 0);
    double load = 0;
    for (int expert = 1; expert <= 4; ++expert) load += metric(result, "load.query." + std::to_string(expert));
    EXPECT_NEAR(load, 1, 1e-9);
    EXPECT_GT(result.tokens, 4 * 3 + 5 * 3);
    EXPECT_TRUE(result.competition.empty());
}

TEST(MoeNet, SaysWhatItCannotTrain) {
    const MoeFixture fixture;
    const auto recipe = MoeFixture::recipe();
    const auto assembly = fixture.home / "assembly";
    write_file(assembly / "model.json", R"({"format":1,"kind":"assembly","experts":[{"name":"e","kind":"global","weights":")" + model_data("st-dense").string() + R"("}]})");
    EXPECT_THAT(error_of([&] { fixture.net(assembly, recipe); }), HasSubstr("its kind is assembly, expected sbmoe"));
    EXPECT_THAT(error_of([&] { fixture.net(fixture.home / "none", recipe); }), HasSubstr("none"));
    EXPECT_THAT(error_of([&] { fixture.net(fixture.corrected(R"("chosen":9)"), recipe); }), HasSubstr("the model is to choose 9"));
    const auto long_texts = fixture.model(R"("chosen":1)", R"("query_prefix":"")");
    auto text = read_file(long_texts / "model.json");
    text.replace(text.find("\"max_document_tokens\":24"), 24, "\"max_document_tokens\":99");
    write_file(long_texts / "model.json", text);
    EXPECT_THAT(error_of([&] { fixture.net(long_texts, recipe); }), HasSubstr("its encoder has 40 positions"));

    auto load = recipe;
    load.load = 1;
    EXPECT_THAT(error_of([&] { fixture.net(fixture.corrected(), load); }), HasSubstr("gate.load"));
    load.noise = true;
    EXPECT_EQ(error_of([&] { fixture.net(fixture.corrected(), load); }), "");
    EXPECT_THAT(error_of([&] { fixture.net(fixture.corrected(R"("chosen":0)"), load); }), HasSubstr("gate.load"));

    auto weighted = recipe;
    weighted.validation_of = "weighted";
    EXPECT_THAT(error_of([&] { fixture.net(fixture.corrected(), weighted); }), HasSubstr("validation.of is \"weighted\""));
}

} // namespace
} // namespace cameo
