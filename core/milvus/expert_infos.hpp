#pragma once

#include "core/index/index_folder.hpp"
#include "core/milvus/load_record.hpp"

#include <string>
#include <vector>

namespace cameo {

/// What is to be said of the experts of an index in Milvus.  @param server "Milvus 2.5.4"
std::vector<ExpertIndexInfo> milvus_expert_infos(const IndexManifest& manifest, const LoadRecord& record, const std::string& server);

/// The server's index on an expert's field.
std::string milvus_index_type(ExpertKind kind, const StoredEngine& engine);

} // namespace cameo
