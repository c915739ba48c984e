#include "core/milvus/index_engine.hpp"

#include "core/index/index_folder.hpp"
#include "core/milvus/milvus_index.hpp"

namespace cameo {

namespace {

constexpr std::string_view kEmbedded = "embedded";

/// Nothing where there is none, or it cannot be read: then it is made anew.
std::optional<IndexManifest> manifest_of(const std::filesystem::path& folder) {
    try {
        return read_index_manifest(folder);
    } catch (const Error& problem) {
        if (problem.kind() == ErrorKind::Environment) throw;
        return {};
    }
}
std::optional<StoredEngine> engine_of(const std::optional<IndexManifest>& manifest) { return manifest ? manifest->engine : std::nullopt; }

} // namespace

IndexReport make_index_part(const Model& model, const Collection& collection, const std::filesystem::path& folder, const EngineChoice& choice, IndexPart part,
                            bool together, const IndexOptions& options, Progress& progress) {
    const auto before = engine_of(manifest_of(folder));
    const std::string engine = !choice.engine.empty() ? choice.engine : before ? before->address : std::string(kEmbedded);
    if (engine != kEmbedded)
        throw Error(ErrorKind::InvalidInput, "parts are of an index on this machine, and this one is on " + engine + ": expected --engine embedded");
    return together ? build_index_together(model, collection, folder, part, options, progress) : build_index_part(model, collection, folder, part, options, progress);
}

IndexReport make_index(const Model& model, const Collection& collection, const std::filesystem::path& folder, const EngineChoice& choice, const IndexOptions& options,
                       Progress& progress) {
    std::string engine = choice.engine;
    const auto manifest = manifest_of(folder);
    MilvusLoadOptions load{.dense = choice.dense, .token_pooling = options.token_pooling.value_or(manifest ? token_pooling(*manifest) : 1)};
    if (engine.empty()) {
        const auto before = engine_of(manifest);
        engine = before ? before->address : std::string(kEmbedded);
        if (before) load.dense = before->dense == "HNSW" ? MilvusDense::Hnsw : MilvusDense::Flat;
    }
    if (engine == kEmbedded) return build_index(model, collection, folder, options, progress);
    const IndexReport report = load_into_milvus(model, collection, folder, parse_milvus_address(engine), load, progress);
    if (options.on_partial) options.on_partial(MilvusIndex::open(folder, {}, progress)); // there is no part of it before the whole
    return report;
}

std::shared_ptr<const Index> open_index(const std::filesystem::path& folder, Progress& progress) {
    if (engine_of(manifest_of(folder))) return MilvusIndex::open(folder, {}, progress);
    return Index::open(folder, progress);
}

} // namespace cameo
