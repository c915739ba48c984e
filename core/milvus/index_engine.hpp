#pragma once

#include "core/milvus/load.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace cameo {

/// Where an index is made.
struct EngineChoice {
    /// "milvus://…": there. "embedded": on this machine. Empty: where the folder's index is already, else on this machine.
    std::string engine;
    MilvusDense dense = MilvusDense::Flat; ///< of a new index in Milvus
};

/// build_index() or load_into_milvus().
/// @param options its shards are of an index on this machine; on_partial is called once with one in Milvus, when it is whole
IndexReport make_index(const Model& model, const Collection& collection, const std::filesystem::path& folder, const EngineChoice& choice, const IndexOptions& options,
                       Progress& progress);

/// build_index_part(), or build_index_together() where the parts were started together.
/// @throws as these; Error(InvalidInput) where the index is to be, or is already, in a Milvus server
IndexReport make_index_part(const Model& model, const Collection& collection, const std::filesystem::path& folder, const EngineChoice& choice, IndexPart part,
                            bool together, const IndexOptions& options, Progress& progress);

/// Opens the index of a folder, wherever its documents are: Index::open or MilvusIndex::open.
std::shared_ptr<const Index> open_index(const std::filesystem::path& folder, Progress& progress);

} // namespace cameo
