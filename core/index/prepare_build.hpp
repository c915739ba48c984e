#pragma once

#include "core/index/draft_index.hpp"
#include "core/index/shard_work.hpp"

#include <filesystem>

namespace cameo {

/// What a build goes on from.
struct BuildState {
    IndexManifest manifest; ///< of the index that is to be; its segments are those whose shards are all there
    CodecFiles codecs;
    Shards shards;       ///< those that still hold, by ordinal, with gaps until all is encoded
    bool whole = false;  ///< nothing is missing: the index that the manifest describes is there
    std::int64_t encoded() const; ///< documents in the shards
};

/// @throws Error(InvalidInput) for options that no index has, or a collection without documents.
void check_build(const Collection& collection, const IndexOptions& options);
/// @throws Error(Environment)
void make_index_folder(const std::filesystem::path& folder);

/// The description of the index that is to be, without its codecs. @param before as read from the folder
IndexManifest describe_index(const Model& model, const Collection& collection, const IndexOptions& options,
                             const std::optional<IndexManifest>& before);

/// The manifest in the folder, or nothing when it cannot be read as one and is made anew. @throws Error(Environment)
std::optional<IndexManifest> manifest_to_go_on_from(const std::filesystem::path& folder);

/// Takes up what an earlier build left in the folder, deletes what does not hold any more and makes the codecs. What a kill leaves
/// opens as an index over fewer documents, or as one over none.
/// @pre nobody else writes into the folder  @throws Cancelled; Error
BuildState prepare_build(const Model& model, const Collection& collection, const std::filesystem::path& folder, const IndexOptions& options,
                         Progress& progress);

} // namespace cameo
