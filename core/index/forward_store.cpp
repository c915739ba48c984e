#include "core/index/forward_store.hpp"

#include "core/base/error.hpp"

#include <algorithm>

namespace cameo {

ForwardStore::ForwardStore(std::vector<std::shared_ptr<const Shard>> shards) : m_shards(std::move(shards)) {
    if (!m_shards.empty()) m_experts = m_shards.front()->info().experts;
    for (const auto& shard : m_shards) {
        check(shard->info().first == m_documents && shard->info().experts == m_experts,
              "ForwardStore: shards that do not follow each other");
        m_firsts.push_back(m_documents);
        m_documents += shard->info().documents;
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
    check(ordinal >= 0 && ordinal < m_documents, "ForwardStore: no such document");
    const auto after = std::upper_bound(m_firsts.begin(), m_firsts.end(), ordinal);
    return *m_shards[static_cast<std::size_t>(after - m_firsts.begin()) - 1];
}

SparseView ForwardStore::sparse(std::size_t expert_idx, DocumentOrdinal ordinal) const {
    const auto& shard = at(ordinal);
    return shard.sparse(expert_idx, ordinal - shard.info().first);
}

TokensView ForwardStore::tokens(std::size_t expert_idx, DocumentOrdinal ordinal) const {
    const auto& shard = at(ordinal);
    return shard.tokens(expert_idx, ordinal - shard.info().first);
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
        const auto tokens = shard.tokens(expert_idx, local);
        document.tokens.width = expert.width;
        document.tokens.rows.resize(tokens.rows.size());
        to_float(tokens.rows, document.tokens.rows);
        document.tokens.tokens.assign(tokens.tokens.begin(), tokens.tokens.end());
        document.tokens.spans.assign(tokens.spans.begin(), tokens.spans.end());
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
