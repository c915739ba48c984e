#pragma once

#include "core/data/collection.hpp"
#include "core/index/half.hpp"
#include "core/index/section_file.hpp"
#include "core/model/model.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cameo {

// What every expert made of every document: sparse weights and pooled vectors in fp32, token vectors in half
// precision with their tokens and spans. Scores are exact of what is stored here. One shard is one file,
// whole or not there.

struct StoredExpert {
    std::string name;
    ExpertKind kind = ExpertKind::Global;
    std::int32_t width = 0;
    std::int32_t gate = 0; ///< logits of an SB-MoE gate beside each vector
    bool operator==(const StoredExpert&) const = default;
};
std::vector<StoredExpert> stored_experts(const Model& model);

struct ShardInfo {
    std::int64_t first = 0;     ///< ordinal of its first document
    std::int64_t documents = 0; ///< >= 1
    std::string model_version;
    std::uint64_t content = 0; ///< content_hash over its documents, in order
    std::vector<StoredExpert> experts;
};

/// Chains the text that a document's representations were made of: start with 0.
std::uint64_t content_hash(const Document& document, std::uint64_t before);

struct SparseView {
    std::span<const std::int32_t> terms; ///< not negative, not checked against the vocabulary
    std::span<const float> weights;
};
struct TokensView {
    std::span<const Half> rows; ///< [S, width]
    std::span<const std::int32_t> tokens;
    std::span<const TextSpan> spans;
};

/// Writes a shard atomically. @param documents [info.documents][E]   @returns bytes of the file.
/// @throws Error(InvalidInput) naming expert and document when a representation is not of its kind's form
/// (another width, terms that do not ascend, a weight that is not above 0, a value that is not finite or
/// beyond half precision); Error(Environment).
std::uint64_t write_shard(const std::filesystem::path& file, const ShardInfo& info,
                          std::span<const std::vector<Representation>> documents);

/// One memory-mapped shard. Immutable; thread-safe. @pre of all: 0 <= local < info().documents, expert of
/// that kind.
class Shard {
public:
    /// Checks the header and every offset table, which makes reading safe; the bulk only with verify(),
    /// which Index::open calls.
    /// @throws Error naming the file.
    static std::shared_ptr<const Shard> open(const std::filesystem::path& file);
    void verify() const { m_file->verify_all(); }

    const ShardInfo& info() const { return m_info; }
    std::uint64_t bytes() const { return m_file->bytes(); }
    /// Bytes of one expert's sections.
    std::uint64_t bytes(std::size_t expert_idx) const;
    const std::filesystem::path& path() const { return m_file->path(); }
    [[noreturn]] void damaged(const std::string& what) const { m_file->damaged(what); }

    SparseView sparse(std::size_t expert_idx, std::int64_t local) const;
    TokensView tokens(std::size_t expert_idx, std::int64_t local) const;
    std::span<const float> pooled(std::size_t expert_idx, std::int64_t local) const;
    std::span<const float> gate(std::size_t expert_idx, std::int64_t local) const; ///< [StoredExpert::gate]
    bool truncated(std::size_t expert_idx, std::int64_t local) const;
    /// Terms of a lexical, rows of a local expert in the whole shard.
    std::int64_t entries(std::size_t expert_idx) const;

private:
    struct Expert {
        std::span<const std::uint8_t> truncated; ///< [documents]
        std::span<const std::uint64_t> offsets;  ///< [documents + 1] in terms or rows; empty for Global
        std::span<const std::int32_t> ids;       ///< terms or tokens
        std::span<const float> floats;           ///< weights or pooled vectors
        std::span<const Half> rows;
        std::span<const TextSpan> spans;
        std::span<const float> gate; ///< [documents, StoredExpert::gate]
    };
    Shard() = default;

    std::shared_ptr<const SectionFile> m_file;
    ShardInfo m_info;
    std::vector<Expert> m_experts;
};

/// Shards whose documents follow each other from 0 on. Immutable; thread-safe.
class ForwardStore {
public:
    /// @pre the shards are contiguous from 0 and of the same experts.
    explicit ForwardStore(std::vector<std::shared_ptr<const Shard>> shards);

    std::int64_t documents() const { return m_documents; }
    std::span<const StoredExpert> experts() const { return m_experts; }
    std::span<const std::shared_ptr<const Shard>> shards() const { return m_shards; }
    std::int64_t entries(std::size_t expert_idx) const;
    std::uint64_t bytes(std::size_t expert_idx) const;
    std::int64_t truncated_documents(std::size_t expert_idx) const;

    SparseView sparse(std::size_t expert_idx, DocumentOrdinal ordinal) const;
    TokensView tokens(std::size_t expert_idx, DocumentOrdinal ordinal) const;
    std::span<const float> pooled(std::size_t expert_idx, DocumentOrdinal ordinal) const;
    std::span<const float> gate(std::size_t expert_idx, DocumentOrdinal ordinal) const;
    Representation document(std::size_t expert_idx, DocumentOrdinal ordinal) const;

private:
    const Shard& at(DocumentOrdinal ordinal) const;

    std::vector<std::shared_ptr<const Shard>> m_shards;
    std::vector<DocumentOrdinal> m_firsts; ///< of each shard
    std::vector<StoredExpert> m_experts;
    std::int64_t m_documents = 0;
};

} // namespace cameo
