#pragma once

#include "core/index/index_folder.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace cameo {

// Making shards and taking up those that an earlier build left: what a build does wherever its index is to be.

using Shards = std::vector<std::shared_ptr<const Shard>>;

/// Removes what a kill has left of files that were being written.
void remove_leftovers(const std::filesystem::path& folder);

/// content_hash over documents first to first + documents - 1.
std::uint64_t content_of(const Collection& collection, std::int64_t first, std::int64_t documents);

std::vector<StoredExpert> without_codecs(std::vector<StoredExpert> experts);
/// As an encoder makes them: neither coded nor pooled.
std::vector<StoredExpert> as_encoded(std::vector<StoredExpert> experts);

/// The shards in the folder that still hold, by ordinal; others are deleted. Tokens that are not pooled, or in half precision, are
/// pooled and coded as the manifest has it.
/// @param same_texts the collection vouches for its documents   @param codecs [E], or empty: none
/// @param begin @param end only shards that begin there are looked at
/// @throws Cancelled; Error(Environment)
Shards usable_shards(const std::filesystem::path& folder, const IndexManifest& manifest, const Collection& collection,
                     bool same_texts, const TokenCodecs& codecs, Progress& progress, std::int64_t begin = 0, std::int64_t end = INT64_MAX);

/// What shards are made of and where.
struct ShardPlace {
    const Model& model;
    const Collection& collection;
    const IndexManifest& manifest;
    const std::filesystem::path& folder;
    const TokenCodecs& codecs; ///< [E], or empty: none
};

/// What is counted while documents are encoded.
struct EncodeTally {
    std::int64_t tokens = 0; ///< that the local experts, or the first one, have read
    struct CodecFit {
        std::int64_t rows = 0;   ///< token vectors that were compared with what is kept of them
        double squared_error = 0; ///< of all of them together
    };
    std::vector<CodecFit> fits; ///< [E] or empty
};

/// Encodes documents first to end - 1 and writes their shard. Counts on in the tally.  @throws Cancelled; Error
std::shared_ptr<const Shard> encode_shard(const ShardPlace& place, std::int64_t first, std::int64_t end, EncodeTally& tally, Progress& progress);

/// Encodes those of the documents begin to end - 1 that are in no shard yet, and puts their shards among the others.
/// @param shards by ordinal   @param shard_documents in a new one, at most
/// @param on_shard called as often as one more stands behind the others, with the document behind it
void encode_missing(const ShardPlace& place, std::int64_t begin, std::int64_t end, std::int64_t shard_documents, Shards& shards, EncodeTally& tally,
                    const std::function<void(std::int64_t next)>& on_shard, Progress& progress);

} // namespace cameo
