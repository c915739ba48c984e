// Optimiser steps as the trainer takes them; tests/bench/training_step.sh sets them beside the same steps in PyTorch.
//   prepare FOLDER WEIGHTS COLLECTION RECIPE BATCHES   makes FOLDER/came, FOLDER/sbmoe and FOLDER/batches.json
//   serve FOLDER MODEL COLLECTION RECIPE NAME CYCLE     one step a line of standard input; its losses go to FOLDER/NAME.losses
// CYCLE: how many batches come round and round; 0: every step has one of its own, as in a first epoch.
#include "core/base/folders.hpp"
#include "core/base/resident_memory.hpp"
#include "core/model/came/create_came.hpp"
#include "core/model/moe/create_sbmoe.hpp"
#include "core/train/adamw.hpp"
#include "core/train/make_trainee.hpp"
#include "core/train/part_texts.hpp"
#include "tests/bench/vectors.hpp"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

using namespace cameo;

namespace {

using Json = nlohmann::json;

constexpr std::size_t kTextsToFit = 300, kBatchesToScale = 8;

/// What the peer gets to see of a batch: ids, as its own tokenizer would have made them.
Json to_json(const TrainingBatch& batch, const PartTexts& texts) {
    Json json{{"queries", batch.queries}, {"documents", batch.documents}, {"positive", batch.positive}, {"counts", batch.counts}};
    for (std::size_t text = 0; text < texts.inputs.size(); ++text)
        json[text < texts.queries ? "query_ids" : "document_ids"].push_back(texts.inputs[text].ids);
    return json;
}

std::vector<TrainingBatch> read_batches(const std::filesystem::path& folder) {
    const Json json = Json::parse(std::ifstream(folder / "batches.json"));
    std::vector<TrainingBatch> batches;
    for (const auto& batch : json["batches"])
        batches.push_back({batch["queries"], batch["documents"], batch["positive"], batch["counts"]});
    return batches;
}

void prepare(const std::filesystem::path& folder, const std::string& weights, const std::string& collection_name,
             const std::string& recipe_file, std::int64_t count) {
    const auto collection = open_collection(collection_name);
    const auto queries = training_queries(*collection, "train");
    const Recipe recipe = read_recipe(recipe_file);
    Progress progress;
    const auto negatives = bm25_negatives(*Bm25::build(*collection, {}, progress), queries, recipe.negatives_depth, progress);
    const BatchSampler sampler(queries, std::uint64_t(recipe.seed), recipe.queries, recipe.negatives);
    ::setenv("CAMEO_HOME", folder.c_str(), 1); // its own models from here on
    std::vector<std::string> texts;
    for (DocumentOrdinal at = 0; at < collection->size() && texts.size() < kTextsToFit; ++at)
        texts.push_back(collection->document(at).content());
    create_came({.name = "made", .from = weights}, texts, progress);
    // All experts serve every text: with fewer a gate's close call goes one way here and another there, and losses part.
    create_sbmoe({.name = "sbmoe", .from = weights, .chosen = 0});
    std::filesystem::rename(folders().models() / "sbmoe", folder / "sbmoe");

    const TextSource source(collection, queries, {}, weights, recipe.query_tokens, recipe.document_tokens);
    Json json{{"queries", queries.size()}, {"documents", collection->size()}};
    std::set<std::int32_t> pieces; // what the lexical expert is trained on
    const auto add = [&](const EncoderInput& input) { pieces.insert(input.ids.begin(), input.ids.end()); };
    for (const auto& query : queries)
        add(source.reader().read(query.text, Role::Query));
    for (DocumentOrdinal at = 0; at < collection->size(); ++at)
        add(source.reader().read(collection->document(at).content(), Role::Document));
    json["pieces"] = pieces;
    std::vector<TrainingBatch> batches;
    for (std::int64_t step = 0; step < count; ++step) {
        batches.push_back(sampler.batch(step, negatives));
        json["batches"].push_back(to_json(batches.back(), source.read(batches.back())));
    }
    std::ofstream(folder / "batches.json") << json;

    const auto net = make_trainee(folders().models() / "made", collection, queries, recipe); // which brings its experts to one scale
    net->prepare(std::span(batches).first(std::min(kBatchesToScale, batches.size())), recipe);
    std::filesystem::create_directory(folder / "came");
    net->write_model(folder / "came", "came");
}

void serve(const std::filesystem::path& folder, const std::string& model, const std::string& collection_name,
           const std::string& recipe_file, const std::string& name, std::size_t cycle) {
    const auto collection = open_collection(collection_name);
    const auto queries = training_queries(*collection, "train");
    const auto batches = read_batches(folder);
    const Recipe recipe = read_recipe(recipe_file);
    const auto net = make_trainee(folder / model, collection, queries, recipe);
    AdamW optimizer(net->groups(recipe));
    std::vector<double> losses;
    const auto step = [&] {
        const std::int64_t at = std::int64_t(losses.size());
        const auto& batch = batches.at(cycle > 0 ? std::size_t(at) % cycle : std::size_t(at));
        losses.push_back(net->backward({at, 0, batch, false, 1}, recipe).loss);
        optimizer.gradient_norms();
        optimizer.clip(recipe.clip);
        optimizer.step(1);
        optimizer.forget_gradients();
        net->after_step(recipe);
        bench::write_array(folder / (name + ".losses"), losses);
    };
    bench::write_array<std::int64_t>(folder / (name + ".resident"), {resident_memory()});
    for (std::size_t warm = 1; warm < cycle; ++warm)
        step();
    bench::serve(step);
}

int work(const std::filesystem::path&, int argc, char** argv) {
    const std::string verb = argv[1];
    if (verb == "prepare" && argc == 7)
        prepare(argv[2], argv[3], argv[4], argv[5], std::atoll(argv[6]));
    else if (verb == "serve" && argc == 8)
        serve(argv[2], argv[3], argv[4], argv[5], argv[6], std::strtoul(argv[7], nullptr, 10));
    else
        throw std::runtime_error("called by the script of the same name");
    return 0;
}

} // namespace

int main(int argc, char** argv) { return bench::run(argc, argv, work); }
