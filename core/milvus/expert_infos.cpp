#include "core/milvus/expert_infos.hpp"

#include <algorithm>

namespace cameo {

std::string milvus_index_type(ExpertKind kind, const StoredEngine& engine) { return kind == ExpertKind::Lexical ? "SPARSE_INVERTED_INDEX" : engine.dense; }

std::vector<ExpertIndexInfo> milvus_expert_infos(const IndexManifest& manifest, const LoadRecord& record, const std::string& server) {
    std::vector<ExpertIndexInfo> infos;
    for (std::size_t expert_idx = 0; expert_idx < manifest.experts.size(); ++expert_idx) {
        const auto& expert = manifest.experts[expert_idx];
        const auto& tally = record.tallies[expert_idx];
        const auto documents = static_cast<double>(std::max<std::int64_t>(1, record.documents()));
        ExpertIndexInfo info{.name = expert.name, .kind = expert.kind};
        info.structure = expert.kind == ExpertKind::Local ? server + ", scores what the others bring" : server + ", " + milvus_index_type(expert.kind, *manifest.engine);
        info.exact_candidates = expert.kind == ExpertKind::Lexical || (expert.kind == ExpertKind::Global && manifest.engine->dense == "FLAT");
        info.bytes_per_document = static_cast<double>(tally.bytes) / documents;
        info.truncated_documents = tally.truncated;
        info.entries_per_document = expert.kind == ExpertKind::Global ? 1 : static_cast<double>(tally.entries) / documents;
        infos.push_back(std::move(info));
    }
    return infos;
}

} // namespace cameo
