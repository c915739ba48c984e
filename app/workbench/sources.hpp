#pragma once

#include "core/data/change_collection.hpp"
#include "core/eval/judged_scores.hpp"
#include "core/index/bm25.hpp"
#include "core/index/index.hpp"
#include "core/jobs/progress.hpp"
#include "core/model/model.hpp"
#include "core/search/engine.hpp"
#include "views/snapshot.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cameo {

using SearchEnginePointer = std::shared_ptr<const SearchEngine>;

/// What is to become of an index.
struct IndexOrder {
    std::optional<IndexSettings> settings = {}; ///< nothing: as it is, or by default
    bool new_codecs = false;
    std::uint64_t memory = 0; ///< bytes that the build may take; 0: no limit
    std::function<void(std::shared_ptr<const Index>)> on_partial = {};
    std::function<void(const IndexForecast&)> on_forecast = {};
};

/// Where the workbench gets what it works with: the functions of core, or what a test puts in their place. All are
/// called from jobs and may throw Error.
struct WorkbenchSources {
    std::function<DeviceInfo()> probe_device;
    std::function<std::vector<ModelSummary>()> list_models;
    std::function<std::vector<CollectionSummary>()> list_collections;
    std::function<std::shared_ptr<const Model>(const std::string& name)> open_model;
    std::function<std::shared_ptr<const Collection>(const std::string& name)> open_collection;
    /// Null when there is no index of the two yet.
    std::function<std::shared_ptr<const Index>(const std::string& model, const std::string& collection)> open_index;
    /// Calls `searchable` with an engine over what is there whenever there is more of it, and at the end.
    std::function<void(bool all, const std::function<void(SearchEnginePointer)>& searchable, Progress&)> build_demo;
    std::function<IndexReport(const Model&, const Collection&, const IndexOrder&, Progress&)> build_index;
    /// How the index of the two is made; nothing when there is none, or it cannot be read. May be empty.
    std::function<std::optional<IndexSettings>(const std::string& model, const std::string& collection)> index_settings;
    std::function<CollectionChange(const std::string& collection, const std::filesystem::path&, Progress&)> add_documents;
    std::function<CollectionChange(const std::string& collection, const std::string& id, Progress&)> remove_document;
    std::function<FusionSpec(const Model&)> default_fusion;
    /// What experts are compared with; may be empty.
    std::function<std::shared_ptr<const Bm25>(const Collection&, Progress&)> bm25;
    /// The scores of a split's judged queries, from where they were kept, or measured now; empty: measured now.
    /// @param bm25 may be null
    std::function<JudgedScores(const SearchEngine&, const Bm25* bm25, const std::string& split, Progress&)> score_judged;
    /// What building the demo would fetch and cost on this machine; may be empty.
    std::function<DemoOffer(const DeviceInfo&)> offer_demo;
};

/// The functions of core.
WorkbenchSources real_sources();

/// Questions that a newcomer can ask a collection at once, and that its experts answer differently; empty for
/// collections that we do not know.
std::vector<SampleQuery> hand_picked_queries(const std::string& collection);

} // namespace cameo
