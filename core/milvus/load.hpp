#pragma once

#include "core/index/index.hpp"
#include "core/milvus/client.hpp"

#include <filesystem>
#include <string>

namespace cameo {

/// How a server finds pooled vectors.
enum class MilvusDense {
    Flat, ///< by looking at all: exact
    Hnsw,
};

struct MilvusLoadOptions {
    MilvusDense dense = MilvusDense::Flat;
    std::int32_t token_pooling = 1; ///< as IndexOptions
    std::size_t streams = 4; ///< batches on their way at once; one where the server takes no parallel writes
    std::int64_t batch_documents = 256; ///< what a kill can lose at most is this many of each stream
    /// A server that is being started again is waited for as long.
    MilvusOptions connection{.patience = std::chrono::seconds(60)};
};

/// build_index() into a Milvus server: encodes what is missing, sends it in batches over several streams while the next are
/// encoded, builds the server's indexes, loads the collection, and counts what is there. Goes on after a kill, of either side,
/// with what the server had not confirmed; a batch of which that is not known is replaced, never doubled. What was encoded and
/// not confirmed lies in the folder as a shard, and is not encoded again. An index of the same folder on this machine gives its
/// shards to the server, unless its token vectors are coded: that one is refused before anything is written.
/// A changed collection, unless it only grew at its end, another model or another address makes a new collection of the server;
/// the old one is dropped before, where it is on the same server.
/// @throws Cancelled; MilvusError; Error as build_index().
IndexReport load_into_milvus(const Model& model, const Collection& collection, const std::filesystem::path& folder, const MilvusAddress& address,
                             const MilvusLoadOptions& options, Progress& progress);

} // namespace cameo
