#include "core/milvus/layout.hpp"

#include "core/index/pool_tokens.hpp"

#include <algorithm>

namespace cameo {

namespace {

constexpr std::size_t kTokenBytes = sizeof(std::int32_t) + sizeof(TextSpan); ///< beside its vector

std::size_t token_row_bytes(const StoredExpert& expert) { return static_cast<std::size_t>(expert.width) * sizeof(Half) + kTokenBytes; }

std::size_t in_base64(std::size_t bytes) { return (bytes + 2) / 3 * 4; }

/// Beside token vectors.
std::size_t fixed_bytes(std::span<const StoredExpert> experts) {
    std::size_t bytes = sizeof(std::uint64_t);
    for (const auto& expert : experts) bytes += 1 + sizeof(std::uint32_t) + static_cast<std::size_t>(expert.gate) * sizeof(float);
    return bytes;
}

} // namespace

MilvusLayout MilvusLayout::of(const Model& model, std::int32_t token_pooling) {
    MilvusLayout layout{.experts = stored_experts(model, token_pooling)};
    if (std::ranges::all_of(layout.experts, [](const StoredExpert& expert) { return expert.kind == ExpertKind::Local; }))
        throw Error(ErrorKind::Unsupported, "model " + model.name() + " has only local experts: Milvus finds candidates by a lexical or a global one");
    std::size_t bytes = fixed_bytes(layout.experts);
    for (std::size_t expert_idx = 0; expert_idx < layout.experts.size(); ++expert_idx) {
        const auto& expert = layout.experts[expert_idx];
        if (expert.kind == ExpertKind::Global && expert.width > kWidestVector)
            throw Error(ErrorKind::Unsupported, "expert " + expert.name + ": vectors of " + std::to_string(expert.width) + " values, Milvus takes up to " + std::to_string(kWidestVector));
        if (expert.kind == ExpertKind::Local) bytes += token_row_bytes(expert) * pooled_count(static_cast<std::size_t>(model.experts()[expert_idx].max_document_tokens), expert.pooling);
    }
    const auto fields = (in_base64(bytes) + kTextBytes - 1) / kTextBytes;
    if (fields > static_cast<std::size_t>(kMostTextFields))
        throw Error(ErrorKind::Unsupported, "model " + model.name() + ": the token vectors of its longest document take " + std::to_string(fields) + " text fields of Milvus, and there is room for " +
                                                std::to_string(kMostTextFields) + ": give its local expert fewer document tokens or narrower vectors");
    layout.text_fields = static_cast<int>(fields);
    return layout;
}

std::optional<MilvusField> MilvusLayout::searched(std::size_t expert_idx) const {
    const auto number = std::to_string(expert_idx);
    switch (experts[expert_idx].kind) {
    case ExpertKind::Lexical: return MilvusField{"sparse_" + number, MilvusFieldKind::Sparse, 0};
    case ExpertKind::Global: return MilvusField{"dense_" + number, MilvusFieldKind::Dense, experts[expert_idx].width};
    case ExpertKind::Local: break;
    }
    return {};
}

std::vector<MilvusField> MilvusLayout::fields() const {
    std::vector<MilvusField> all;
    for (std::size_t expert_idx = 0; expert_idx < experts.size(); ++expert_idx)
        if (auto field = searched(expert_idx)) all.push_back(std::move(*field));
    for (int field = 0; field < text_fields; ++field) all.push_back({"stored_" + std::to_string(field), MilvusFieldKind::Text, static_cast<std::int64_t>(kTextBytes)});
    return all;
}

std::size_t MilvusLayout::most_row_bytes() const {
    std::size_t bytes = static_cast<std::size_t>(text_fields) * kTextBytes;
    for (const auto& expert : experts)
        if (expert.kind == ExpertKind::Global) bytes += static_cast<std::size_t>(expert.width) * sizeof(float);
    return bytes;
}

} // namespace cameo
