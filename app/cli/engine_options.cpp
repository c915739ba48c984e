#include "app/cli/verbs.hpp"
#include "app/demo.hpp"
#include "core/base/error.hpp"
#include "core/milvus/index_engine.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <ostream>

namespace cameo {

EngineOptions::EngineOptions() : model(kDemoModel), collection(kDemoCollection) {}

void EngineOptions::add_to(CLI::App& verb) {
    verb.add_option("--model", model, "name of a stored model, or a model's folder")->capture_default_str();
    verb.add_option("--collection", collection, "name of a stored collection")->capture_default_str();
}

void EngineOptions::add_effort_to(CLI::App& verb) {
    verb.add_option("--probes", effort.probes, "nearest centroids of each query token that an approximate search by MaxSim looks behind; without: 8")->check(CLI::PositiveNumber);
    verb.add_option("--refined", effort.refined, "documents whose compressed token vectors it looks at; without: a fifth of the root of the collection's size for each candidate")->check(CLI::PositiveNumber);
    verb.add_option("--rescored", effort.rescored, "documents that it scores exactly; without: four times as many as candidates, at least 256")->check(CLI::PositiveNumber);
    verb.add_option("--lexical-cut", lexical.query_cut, "heaviest terms of a query whose lists an approximate sparse search looks at; without: 10")->check(CLI::PositiveNumber);
    verb.add_option("--heap-factor", lexical.heap_factor, "how much a block's summary may promise below the threshold before it is skipped: smaller skips more; without: 1.5")->check(CLI::PositiveNumber);
}

namespace {

/// @throws Error that says how to come to one that can be read
std::shared_ptr<const Index> open_or_explain(const std::filesystem::path& folder, const std::string& again, Progress& progress) {
    try {
        return open_index(folder, progress);
    } catch (const MilvusError&) {
        throw; // making it again is not what helps
    } catch (const Error& error) {
        throw Error(error.kind(), fmt::format("{}; {} makes the index again", error.what(), again));
    }
}

} // namespace

std::shared_ptr<const SearchEngine> open_engine(const EngineOptions& options, Console& console,
                                                Progress& progress) {
    progress.begin("loading the model", Unit::Steps);
    auto model = open_model(options.model);
    progress.begin("opening the collection", Unit::Steps);
    auto collection = open_collection(options.collection);
    const auto folder = index_folder(model->name(), collection->name());
    const std::string makes_it = fmt::format("`cameo index --model {} --collection {}`", options.model, collection->name());
    if (!std::filesystem::exists(folder))
        throw Error(ErrorKind::NotFound, fmt::format("there is no index of {} and {} yet: {} makes it", model->name(), collection->name(), makes_it));
    progress.begin("opening the index", Unit::Steps);
    auto index = open_or_explain(folder, makes_it, progress);
    if (const auto missing = collection->size() - index->info().documents; missing > 0)
        console.err << fmt::format("searching {} of {} documents; `cameo index` adds the others\n",
                                   grouped(collection->documents() - missing), grouped(collection->documents()));
    return std::make_shared<SearchEngine>(std::move(model), std::move(collection), std::move(index), options.effort, options.lexical);
}

void tell_device_trouble(const DeviceInfo& before, const DeviceInfo& after, std::ostream& err) {
    if (after.remark != before.remark && !after.remark.empty()) err << after.remark << '\n';
}

FusionSpec fusion_option(const std::string& text) {
    try {
        return parse_fusion(text);
    } catch (const Error& error) {
        throw CLI::ValidationError(error.what());
    }
}

} // namespace cameo
