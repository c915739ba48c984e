#pragma once

#include "core/index/forward_store.hpp"
#include "core/index/index.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cameo {

// The folder of an index: index.json, shard-<first ordinal>.sections, structure-<expert>.sections, lock. Shards are
// the truth; structures are made of them again when they are missing, damaged or older.

/// Where the documents of an index are when they are not in shards of its folder: in a collection of a Milvus server.
struct StoredEngine {
    std::string address;    ///< as to_string(MilvusAddress) writes it: without anything that is secret
    std::string collection; ///< its name there
    std::string dense;      ///< "FLAT" or "HNSW": how the server finds pooled vectors
    int text_fields = 0;    ///< over how many fields what it does not search is cut
    bool operator==(const StoredEngine&) const = default;
};

/// index.json: whose index this is, and whether its structures are written.
struct IndexManifest {
    std::string model, model_version, collection, collection_version;
    std::int64_t expected = 0; ///< documents of the collection
    std::int64_t shard_documents = 0;
    std::vector<StoredExpert> experts;
    bool complete = false; ///< all documents are in shards and all structures on the disk, or all are on the server
    std::optional<StoredEngine> engine;
};

/// @return nothing when there is none.  @throws Error naming the file when it cannot be read or is of a newer
/// format.
std::optional<IndexManifest> read_index_manifest(const std::filesystem::path& folder);
void write_manifest(const std::filesystem::path& folder, const IndexManifest& manifest);

std::filesystem::path shard_path(const std::filesystem::path& folder, std::int64_t first);
std::filesystem::path structure_path(const std::filesystem::path& folder, std::size_t expert_idx);
/// Sorted by name, which is by ordinal.
std::vector<std::filesystem::path> shard_files(const std::filesystem::path& folder);

/// Builds the structures of all experts over the store, and writes them when a folder is given.
/// @throws Cancelled; Error.
std::shared_ptr<const Index> build_structures(const IndexManifest& manifest,
                                              std::shared_ptr<const ForwardStore> store,
                                              const std::filesystem::path* write_into, Progress& progress);

} // namespace cameo
