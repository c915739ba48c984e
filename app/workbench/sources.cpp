#include "app/workbench/sources.hpp"

#include "app/demo.hpp"
#include "app/workbench/demo_offer.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/eval/judged_scores_file.hpp"
#include "core/milvus/index_engine.hpp"
#include "core/search/fusion.hpp"

#include <filesystem>

namespace cameo {

namespace {
constexpr const char* kAptLists = "/var/lib/apt/lists";
}

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
    sources.build_index = [](const Model& model, const Collection& collection,
                             const std::function<void(std::shared_ptr<const Index>)>& partial, Progress& progress) {
        const auto folder = index_folder(model.name(), collection.name());
        IndexOptions options;
        options.on_partial = partial;
        make_index(model, collection, folder, {}, options, progress);
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
