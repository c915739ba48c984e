#pragma once

#include "core/data/collection.hpp"
#include "core/index/half.hpp"
#include "core/index/section_file.hpp"
#include "core/index/token_codec.hpp"
#include "core/model/model.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cameo {

// What every expert made of every document: sparse weights and pooled vectors in fp32, token vectors in half
// precision or as codes of a TokenCodec, with their tokens and spans. Scores are exact of what is stored here. One
// shard is one file, whole or not there.

struct StoredExpert {
    std::string name;
    ExpertKind kind = ExpertKind::Global;
    std::int32_t width = 0;
    std::int32_t gate = 0; ///< logits of an SB-MoE gate beside each vector
    std::uint64_t codec = 0; ///< fingerprint of the codec of its token vectors; 0: in half precision
    std::int32_t pooling = 1; ///< Local: so many tokens of a document share a vector, about (pool_tokens)
    bool operator==(const StoredExpert&) const = default;
};
/// @param token_pooling of the local ones
std::vector<StoredExpert> stored_experts(const Model& model, std::int32_t token_pooling = 1);
/// [E], null for an expert whose representations are kept as they are.
using TokenCodecs = std::vector<std::shared_ptr<const TokenCodec>>;

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
/// The tokens of one document as a codec keeps them.
struct CodedTokens {
    std::span<const std::uint16_t> codes;     ///< [S]
    std::span<const std::uint8_t> residuals;  ///< [S, TokenCodec::residual_bytes()]
};

/// Writes a shard atomically. @param documents [info.documents][E]   @param codecs [E] with the fingerprints of
/// info.experts, or empty when none has one.   @returns bytes of the file.
/// @throws Error(InvalidInput) naming expert and document when a representation is not of its kind's form
/// (another width, terms that do not ascend, a weight that is not above 0, a value that is not finite or
/// beyond half precision); Error(Environment).
std::uint64_t write_shard(const std::filesystem::path& file, const ShardInfo& info,
                          std::span<const std::vector<Representation>> documents, const TokenCodecs& codecs = {});

/// Where a token lies, by what comes before it: enough for nearly all, a fourth of the bytes. Empty: it stands for no text.
struct ShortSpan {
    std::uint8_t gap = 0;    ///< from the end of the token before it
    std::uint8_t length = 0;
};

/// One memory-mapped shard. Immutable; thread-safe. @pre of all: 0 <= local < info().documents, expert of
/// that kind.
class Shard {
public:
    /// Checks the header and every offset table, which makes reading safe; the bulk only with verify(),
    /// which Index::open calls.
    /// @throws Error naming the file.
    static std::shared_ptr<const Shard> open(const std::filesystem::path& file);
    /// Every byte, and that values are such as a build may work with: finite, terms ascending with weights above 0.
    void verify() const;
    void verify_once() const { m_file->verify_once(); }
    /// Gives the memory of its pages back; they are read again when they are needed.
    void release() const { m_file->release(); }
    /// Whether its coded tokens have the form that the codec gives them.
    bool fits(std::size_t expert_idx, const TokenCodec& codec) const;

    const ShardInfo& info() const { return m_info; }
    std::uint64_t bytes() const { return m_file->bytes(); }
    /// Bytes of one expert's sections.
    std::uint64_t bytes(std::size_t expert_idx) const;
    const std::filesystem::path& path() const { return m_file->path(); }
    [[noreturn]] void damaged(const std::string& what) const { m_file->damaged(what); }

    SparseView sparse(std::size_t expert_idx, std::int64_t local) const;
    std::size_t token_count(std::size_t expert_idx, std::int64_t local) const;
    std::span<const Half> rows(std::size_t expert_idx, std::int64_t local) const; ///< [S, width]; of an expert without codec
    CodedTokens coded(std::size_t expert_idx, std::int64_t local) const;          ///< of one with a codec
    /// Which tokens the rows stand for, and where in the text.
    void name_tokens(std::size_t expert_idx, std::int64_t local, TokenVectors& to) const;
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
        std::span<const std::uint16_t> codes, short_ids; ///< of coded tokens; these have either ids or short_ids, and either
        std::span<const ShortSpan> short_spans;          ///< spans or short_spans
        std::span<const std::uint8_t> residuals;
        std::size_t residual_bytes = 0; ///< of one token
    };
    Shard() = default;

    std::shared_ptr<const SectionFile> m_file;
    ShardInfo m_info;
    std::vector<Expert> m_experts;
};

/// Shards whose documents follow each other. Immutable; thread-safe. @pre of all: first() <= ordinal < first() + documents()
class ForwardStore {
public:
    /// @param codecs [E] as the shards name them, or empty when they name none   @pre the shards are contiguous and of
    /// the same experts.
    explicit ForwardStore(std::vector<std::shared_ptr<const Shard>> shards, TokenCodecs codecs = {});

    DocumentOrdinal first() const { return m_firsts.empty() ? 0 : m_firsts.front(); }
    std::int64_t documents() const { return m_documents; }
    std::span<const StoredExpert> experts() const { return m_experts; }
    std::span<const std::shared_ptr<const Shard>> shards() const { return m_shards; }
    std::int64_t entries(std::size_t expert_idx) const;
    std::uint64_t bytes(std::size_t expert_idx) const;
    std::int64_t truncated_documents(std::size_t expert_idx) const;
    const TokenCodec* codec(std::size_t expert_idx) const { return m_codecs.empty() ? nullptr : m_codecs[expert_idx].get(); }

    SparseView sparse(std::size_t expert_idx, DocumentOrdinal ordinal) const;
    std::size_t token_count(std::size_t expert_idx, DocumentOrdinal ordinal) const;
    CodedTokens coded(std::size_t expert_idx, DocumentOrdinal ordinal) const;
    /// [S, width]: as stored, or decoded into `room`.
    std::span<const Half> rows(std::size_t expert_idx, DocumentOrdinal ordinal, std::vector<Half>& room) const;
    std::span<const float> pooled(std::size_t expert_idx, DocumentOrdinal ordinal) const;
    std::span<const float> gate(std::size_t expert_idx, DocumentOrdinal ordinal) const;
    Representation document(std::size_t expert_idx, DocumentOrdinal ordinal) const;

private:
    const Shard& at(DocumentOrdinal ordinal) const;

    std::vector<std::shared_ptr<const Shard>> m_shards;
    std::vector<DocumentOrdinal> m_firsts; ///< of each shard
    std::vector<StoredExpert> m_experts;
    TokenCodecs m_codecs;
    std::int64_t m_documents = 0;
};

} // namespace cameo
