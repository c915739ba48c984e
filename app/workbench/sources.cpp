#include "app/workbench/sources.hpp"

#include "app/demo.hpp"
#include "app/workbench/demo_offer.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/eval/judged_scores_file.hpp"
#include "core/index/index_folder.hpp"
#include "core/milvus/index_engine.hpp"
#include "core/search/fusion.hpp"

#include <filesystem>
#include <span>

namespace cameo {

namespace {

constexpr const char* kAptLists = "/var/lib/apt/lists";

IndexSettings settings_of(const IndexManifest& manifest) {
    IndexSettings settings{.local_bits = manifest.local_bits, .token_pooling = token_pooling(manifest), .global_structure = manifest.global_structure, .seismic = manifest.lexical_structure == kLexicalSeismic};
    if (manifest.engine) {
        settings.in_milvus = true;
        settings.address = manifest.engine->address;
        settings.graph_in_milvus = manifest.engine->dense == "HNSW";
    }
    return settings;
}

EngineChoice engine_of(const IndexSettings& settings) {
    return {.engine = settings.in_milvus ? settings.address : "embedded", .dense = settings.graph_in_milvus ? MilvusDense::Hnsw : MilvusDense::Flat};
}

void set(IndexOptions& options, const IndexSettings& settings) {
    options.local_bits = settings.local_bits;
    options.token_pooling = settings.token_pooling;
    options.global_structure = settings.global_structure;
    options.lexical_structure = settings.seismic ? kLexicalSeismic : kLexicalExact;
}

} // namespace

WorkbenchSources real_sources() {
    WorkbenchSources sources;
    sources.probe_device = &probe_device;
    sources.list_models = &list_models;
    sources.list_collections = &list_collections;
    sources.open_model = [](const std::string& name) { return cameo::open_model(name); };
    sources.open_collection = [](const std::string& name) { return cameo::open_collection(name); };
    sources.open_index = [](const std::string& model, const std::string& collection) -> std::shared_ptr<const Index> {
        const auto folder = index_folder(model, collection);
        if (!std::filesystem::exists(folder)) return nullptr;
        try {
            Progress nobody;
            return open_index(folder, nobody);
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::NotFound) return nullptr; // a build was stopped before its first shard
            throw;
        }
    };
    sources.build_index = [](const Model& model, const Collection& collection, const IndexOrder& order, Progress& progress) {
        IndexOptions options{.new_codecs = order.new_codecs, .memory = order.memory, .on_forecast = order.on_forecast, .on_partial = order.on_partial};
        if (order.settings) set(options, *order.settings);
        const EngineChoice choice = order.settings ? engine_of(*order.settings) : EngineChoice();
        return make_index(model, collection, index_folder(model.name(), collection.name()), choice, options, progress);
    };
    sources.index_settings = [](const std::string& model, const std::string& collection) -> std::optional<IndexSettings> {
        try {
            const auto manifest = read_index_manifest(index_folder(model, collection));
            return manifest ? std::optional(settings_of(*manifest)) : std::nullopt;
        } catch (const Error&) {
            return {}; // opening it says what is wrong
        }
    };
    sources.add_documents = &add_documents;
    sources.remove_document = [](const std::string& collection, const std::string& id, Progress& progress) {
        return remove_documents(collection, std::span(&id, 1), progress);
    };
    sources.build_demo = [](bool all, const std::function<void(SearchEnginePointer)>& searchable, Progress& progress) {
        cameo::build_demo({.all = all, .on_searchable = searchable}, progress);
    };
    sources.bm25 = [](const Collection& collection, Progress& progress) {
        return Bm25::load_or_build(bm25_file(collection.name()), collection, progress);
    };
    sources.score_judged = [](const SearchEngine& engine, const Bm25* bm25, const std::string& split, Progress& progress) {
        const std::string &model = engine.model().name(), &collection = engine.collection().name();
        return kept_or_scored(engine, bm25, {.split = split}, index_folder(model, collection), judged_scores_file(folders().data, model, collection, split), progress);
    };
    sources.default_fusion = [](const Model& model) { return parse_fusion(model.default_fusion()); };
    sources.offer_demo = [](const DeviceInfo& device) { return demo_offer(folders(), kAptLists, device); };
    return sources;
}

} // namespace cameo
