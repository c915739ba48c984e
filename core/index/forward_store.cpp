#include "core/index/forward_store.hpp"

#include "core/base/error.hpp"

#include <algorithm>

namespace cameo {

ForwardStore::ForwardStore(std::vector<std::shared_ptr<const Shard>> shards, TokenCodecs codecs)
    : m_shards(std::move(shards)), m_codecs(std::move(codecs)) {
    if (!m_shards.empty()) m_experts = m_shards.front()->info().experts;
    const DocumentOrdinal first = m_shards.empty() ? 0 : m_shards.front()->info().first;
    for (const auto& shard : m_shards) {
        check(shard->info().first == first + m_documents && shard->info().experts == m_experts,
              "ForwardStore: shards that do not follow each other");
        m_firsts.push_back(shard->info().first);
        m_documents += shard->info().documents;
    }
    for (std::size_t expert_idx = 0; expert_idx < m_experts.size(); ++expert_idx) {
        check((codec(expert_idx) != nullptr) == (m_experts[expert_idx].codec != 0), "ForwardStore: not the codecs that the shards name");
        for (const auto& shard : m_shards)
            if (codec(expert_idx) && !shard->fits(expert_idx, *codec(expert_idx)))
                shard->damaged("expert " + m_experts[expert_idx].name + ": its tokens are not of this index's codec");
    }
}

std::int64_t ForwardStore::entries(std::size_t expert_idx) const {
    std::int64_t sum = 0;
    for (const auto& shard : m_shards)
        sum += shard->entries(expert_idx);
    return sum;
}

std::uint64_t ForwardStore::bytes(std::size_t expert_idx) const {
    std::uint64_t sum = 0;
    for (const auto& shard : m_shards)
        sum += shard->bytes(expert_idx);
    return sum;
}

std::int64_t ForwardStore::truncated_documents(std::size_t expert_idx) const {
    std::int64_t count = 0;
    for (const auto& shard : m_shards)
        for (std::int64_t local = 0; local < shard->info().documents; ++local)
            count += shard->truncated(expert_idx, local) ? 1 : 0;
    return count;
}

const Shard& ForwardStore::at(DocumentOrdinal ordinal) const {
    check(ordinal >= first() && ordinal < first() + m_documents, "ForwardStore: no such document");
    const auto after = std::upper_bound(m_firsts.begin(), m_firsts.end(), ordinal);
    return *m_shards[static_cast<std::size_t>(after - m_firsts.begin()) - 1];
}

SparseView ForwardStore::sparse(std::size_t expert_idx, DocumentOrdinal ordinal) const {
    const auto& shard = at(ordinal);
    return shard.sparse(expert_idx, ordinal - shard.info().first);
}

std::size_t ForwardStore::token_count(std::size_t expert_idx, DocumentOrdinal ordinal) const {
    const auto& shard = at(ordinal);
    return shard.token_count(expert_idx, ordinal - shard.info().first);
}

CodedTokens ForwardStore::coded(std::size_t expert_idx, DocumentOrdinal ordinal) const {
    const auto& shard = at(ordinal);
    return shard.coded(expert_idx, ordinal - shard.info().first);
}

std::span<const Half> ForwardStore::rows(std::size_t expert_idx, DocumentOrdinal ordinal, std::vector<Half>& room) const {
    const auto& shard = at(ordinal);
    const auto local = ordinal - shard.info().first;
    const TokenCodec* const coder = codec(expert_idx);
    if (!coder) return shard.rows(expert_idx, local);
    const auto coded = shard.coded(expert_idx, local);
    const auto outside = std::ranges::find_if(coded.codes, [&](std::uint16_t code) { return code >= coder->centroids(); });
    if (outside != coded.codes.end()) shard.damaged("a token of centroid " + std::to_string(*outside) + " where there are " + std::to_string(coder->centroids()));
    room.resize(coded.codes.size() * static_cast<std::size_t>(coder->width()));
    coder->decode(coded.codes, coded.residuals, room);
    return room;
}

std::span<const float> ForwardStore::pooled(std::size_t expert_idx, DocumentOrdinal ordinal) const {
    const auto& shard = at(ordinal);
    return shard.pooled(expert_idx, ordinal - shard.info().first);
}

std::span<const float> ForwardStore::gate(std::size_t expert_idx, DocumentOrdinal ordinal) const {
    const auto& shard = at(ordinal);
    return shard.gate(expert_idx, ordinal - shard.info().first);
}

Representation ForwardStore::document(std::size_t expert_idx, DocumentOrdinal ordinal) const {
    const auto& shard = at(ordinal);
    const auto local = ordinal - shard.info().first;
    const auto& expert = m_experts[expert_idx];
    Representation document;
    document.truncated = shard.truncated(expert_idx, local);
    switch (expert.kind) {
    case ExpertKind::Lexical: {
        const auto sparse = shard.sparse(expert_idx, local);
        document.sparse.terms.assign(sparse.terms.begin(), sparse.terms.end());
        document.sparse.weights.assign(sparse.weights.begin(), sparse.weights.end());
        break;
    }
    case ExpertKind::Local: {
        std::vector<Half> room;
        const auto kept = rows(expert_idx, ordinal, room);
        document.tokens.width = expert.width;
        document.tokens.rows.resize(kept.size());
        to_float(kept, document.tokens.rows);
        shard.name_tokens(expert_idx, local, document.tokens);
        break;
    }
    case ExpertKind::Global: {
        const auto pooled = shard.pooled(expert_idx, local);
        document.pooled.assign(pooled.begin(), pooled.end());
        const auto gate = shard.gate(expert_idx, local);
        document.gate.assign(gate.begin(), gate.end());
        break;
    }
    }
    return document;
}

} // namespace cameo
