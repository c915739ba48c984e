#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/model/came/branches.hpp"
#include "core/model/came/create_came.hpp"
#include "core/model/weights/safetensors_writer.hpp"
#include "tests/core/model/model_fixtures.hpp"

#include <cmath>
#include <gmock/gmock.h>
#include <numeric>

namespace cameo {
namespace {

const std::vector<std::string> kTexts{"play music in the terminal", "a fast, small player!", "the terminal plays the music"};

std::vector<Representation> encode(const Model& model, const std::string& expert, Role role = Role::Document) {
    Progress progress;
    for (std::size_t expert_idx = 0; expert_idx < model.experts().size(); ++expert_idx)
        if (model.experts()[expert_idx].name == expert) return model.encode(kTexts, role, expert_idx, progress);
    throw InternalError("no such expert: " + expert);
}

std::shared_ptr<const Model> create(const std::string& fixture, std::int64_t shared, std::int64_t own) {
    Progress progress;
    return open_model(create_came({.name = "c" + std::to_string(shared) + std::to_string(own),
                                   .from = model_data(fixture).string(),
                                   .shared = shared,
                                   .own = own,
                                   .local_width = 6,
                                   .query_tokens = 24,
                                   .document_tokens = 24,
                                   .active_terms = 5},
                                  kTexts, progress));
}

/// The same expert of an assembly, which runs the whole encoder for it alone.
std::shared_ptr<const Model> assembly(const ModelHome& home, const std::string& fixture, const std::string& expert) {
    const auto folder = home / ("made/" + fixture);
    write_file(folder / "model.json", R"({"format":1,"name":"m","experts":[{"name":"e","weights":")" + model_data(fixture).string() +
                                          R"(","max_query_tokens":24,"max_document_tokens":24,)" + expert + "}]}");
    return Model::load(folder);
}

TEST(Came, AnUntrainedOneIsItsCheckpointWhereverTheLayersAreCut) {
    const ModelHome home;
    const auto pooled = encode(*assembly(home, "bert-mlm", R"("kind":"global")"), "e");
    const auto impacts = encode(*assembly(home, "bert-mlm", R"("kind":"lexical","document_terms":256)"), "e");
    for (const auto& [shared, own] : {std::pair{0, 2}, {1, 1}, {2, 0}}) {
        const auto model = create("bert-mlm", shared, own);
        EXPECT_EQ(model->kind(), "came");
        const auto global = encode(*model, "global"), lexical = encode(*model, "lexical");
        for (std::size_t text = 0; text < kTexts.size(); ++text) {
            EXPECT_EQ(global[text].pooled, pooled[text].pooled) << shared;
            EXPECT_EQ(lexical[text].sparse.terms, impacts[text].sparse.terms) << shared; // its own masked-LM head
            EXPECT_EQ(lexical[text].sparse.weights, impacts[text].sparse.weights) << shared;
        }
    }
}

TEST(Came, GivesAHeadToACheckpointThatHasNone) {
    const ModelHome home;
    const auto model = create("st-dense", 0, 1);
    const auto lexical = encode(*model, "lexical");
    std::size_t terms = 0;
    for (const auto& text : lexical) terms += text.sparse.terms.size();
    EXPECT_EQ(terms, 15u); // five a text, as asked
    const auto local = encode(*model, "local");
    EXPECT_EQ(local[0].tokens.width, 6);
    for (std::size_t row = 0; row < local[0].tokens.count(); ++row) {
        const auto* x = local[0].tokens.rows.data() + row * 6;
        EXPECT_NEAR(std::inner_product(x, x + 6, x, 0.0f), 1, 1e-5);
    }
}

TEST(Came, ProjectsOnDirectionsThatKeepTheMost) {
    const ModelHome home;
    const auto model = create("st-dense", 0, 1);
    const auto file = WeightsFile::open(folders().models() / model->name() / "changes.safetensors");
    const FloatData projection(*file->find("experts.local.projection.weight"), file->mapping);
    const auto p = projection.values();
    for (std::size_t a = 0; a < 6; ++a)
        for (std::size_t b = 0; b <= a; ++b) // orthonormal rows
            EXPECT_NEAR(std::inner_product(p.begin() + std::ptrdiff_t(a * 20), p.begin() + std::ptrdiff_t(a * 20 + 20),
                                           p.begin() + std::ptrdiff_t(b * 20), 0.0),
                        a == b ? 1 : 0, 1e-4);
}

TEST(Came, TheSameTextsMakeTheSameModel) {
    const ModelHome home;
    const auto first = create("st-dense", 0, 1)->version();
    EXPECT_EQ(create("st-dense", 0, 1)->version(), first);
    EXPECT_NE(create("st-dense", 1, 0)->version(), first);
}

TEST(Came, ReadsWhatTrainingChanged) {
    const ModelHome home;
    const auto before = create("bert-mlm", 1, 1);
    const auto folder = folders().models() / before->name();
    // One layer of the lexical expert's, and a shared tensor.
    const auto base = WeightsFile::open(weights_file_in(model_data("bert-mlm")));
    const auto old = WeightsFile::open(folder / "changes.safetensors");
    std::vector<TensorToWrite> changes;
    for (const auto& tensor : old->tensors) changes.push_back({tensor.name, tensor.type, tensor.shape, tensor.bytes});
    std::vector<std::vector<float>> values;
    for (const auto& tensor : base->tensors) {
        const std::string layer = "bert.encoder.layer.1.";
        if (!tensor.name.starts_with(layer)) continue;
        auto name = "experts.lexical.layer.0." + tensor.name.substr(layer.size());
        if (name.ends_with("gamma")) name.replace(name.size() - 5, 5, "weight");
        if (name.ends_with("beta")) name.replace(name.size() - 4, 4, "bias");
        const auto stored = FloatData(tensor, base->mapping);
        auto& own = values.emplace_back(stored.values().begin(), stored.values().end());
        if (name.ends_with("output.dense.bias")) own[0] += 1;
        changes.push_back({name, DType::F32, tensor.shape, std::as_bytes(std::span(own))});
    }
    const auto copy = home / "trained";
    std::filesystem::create_directories(copy);
    write_safetensors(copy / "changes.safetensors", changes);
    std::filesystem::copy_file(folder / "model.json", copy / "model.json");
    const auto after = Model::load(copy);
    EXPECT_NE(after->version(), before->version());
    EXPECT_NE(encode(*after, "lexical")[0].sparse.weights, encode(*before, "lexical")[0].sparse.weights);
    EXPECT_EQ(encode(*after, "global")[0].pooled, encode(*before, "global")[0].pooled);
    for (const auto& entry : after->load_report().tensors)
        EXPECT_TRUE(entry.file != "changes.safetensors" || !entry.used_as.empty()) << entry.tensor;
}

std::string error_of(const CameOptions& options, std::span<const std::string> texts = kTexts) {
    Progress progress;
    try {
        create_came(options, texts, progress);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

TEST(Came, SaysWhatCannotBe) {
    const ModelHome home;
    const CameOptions good{.name = "c", .from = model_data("bert-mlm").string(), .shared = 1, .own = 1, .local_width = 6, .query_tokens = 24, .document_tokens = 24};
    const auto with = [&](auto change) {
        CameOptions options = good;
        change(options);
        return error_of(options);
    };
    EXPECT_EQ(error_of(good), "");
    EXPECT_THAT(with([](auto& o) { o.shared = 3; }), testing::HasSubstr("3 shared and 1 private layers, its encoder has 2"));
    EXPECT_THAT(with([](auto& o) { o.local_width = 50; }), testing::HasSubstr("cannot have 50"));
    EXPECT_THAT(with([](auto& o) { o.document_tokens = 900; }), testing::HasSubstr("it has 40 positions"));
    EXPECT_THAT(with([](auto& o) { o.name = "../c"; }), testing::HasSubstr("../c"));
    EXPECT_THAT(with([](auto& o) { o.from = "/nowhere"; }), testing::HasSubstr("/nowhere"));
    EXPECT_THAT(error_of(good, {}), testing::HasSubstr("no texts"));
}

TEST(Came, RefusesAManifestWhoseExpertsCannotShare) {
    const ModelHome home;
    const auto model = create("bert-mlm", 1, 1);
    const auto at = folders().models() / model->name() / "model.json";
    auto json = nlohmann::json::parse(std::ifstream(at));
    json["experts"][1]["max_document_tokens"] = 20;
    write_file(home / "odd/model.json", json.dump());
    EXPECT_THROW(Model::load(home / "odd"), Error);
    json["kind"] = "blended";
    write_file(home / "odd/model.json", json.dump());
    EXPECT_THROW(Model::load(home / "odd"), Error);
}

} // namespace
} // namespace cameo
