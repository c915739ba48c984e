#pragma once

#include "core/index/forward_store.hpp"
#include "core/index/index.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cameo {

// The folder of an index:
//
//   index.json                                     whose it is, and which segments it has: written last, so that a reader
//                                                  finds one whole state whenever it looks
//   shard-<first>.sections                         the representations of documents: the truth
//   codec-<expert>.sections                        of token vectors
//   structure-<expert>-<first>-<documents>.sections  what finding candidates in a segment needs: made of the shards, and
//                                                  made again when missing, damaged or older
//   lock                                           held by the process that builds

/// Documents whose structures were built together.
struct SegmentRange {
    std::int64_t first = 0;
    std::int64_t documents = 0;
    std::int64_t end() const { return first + documents; }
    bool operator==(const SegmentRange&) const = default;
};

/// Where the documents of an index are when they are not in shards of its folder: in a collection of a Milvus server.
struct StoredEngine {
    std::string address;    ///< as to_string(MilvusAddress) writes it: without anything that is secret
    std::string collection; ///< its name there
    std::string dense;      ///< "FLAT" or "HNSW": how the server finds pooled vectors
    int text_fields = 0;    ///< over how many fields what it does not search is cut
    bool operator==(const StoredEngine&) const = default;
};

inline constexpr const char* kLexicalExact = "exact";
inline constexpr const char* kLexicalSeismic = "seismic";

/// index.json.
struct IndexManifest {
    std::string model, model_version, collection, collection_version;
    std::int64_t expected = 0; ///< documents of the collection
    std::vector<StoredExpert> experts;
    std::int32_t local_bits = 0;
    std::string global_structure; ///< as asked for; "": by size
    std::string lexical_structure = kLexicalExact; ///< or kLexicalSeismic
    std::vector<double> drift; ///< [E] or empty: ExpertIndexInfo::drift
    std::vector<SegmentRange> segments; ///< from 0 on without gaps
    bool complete = false; ///< the segments, or the server, have all documents
    std::optional<StoredEngine> engine;
};

/// @return nothing when there is none.  @throws Error naming the file when it cannot be read or is of a newer
/// format.
std::optional<IndexManifest> read_index_manifest(const std::filesystem::path& folder);
/// How many tokens share a vector; 1 where no expert has token vectors.
std::int32_t token_pooling(const IndexManifest& manifest);
void write_manifest(const std::filesystem::path& folder, const IndexManifest& manifest);

std::filesystem::path shard_path(const std::filesystem::path& folder, std::int64_t first);
std::filesystem::path codec_path(const std::filesystem::path& folder, std::size_t expert_idx);
std::filesystem::path structure_path(const std::filesystem::path& folder, std::size_t expert_idx, const SegmentRange& range);
/// Sorted by name, which is by ordinal.
std::vector<std::filesystem::path> shard_files(const std::filesystem::path& folder);

} // namespace cameo
