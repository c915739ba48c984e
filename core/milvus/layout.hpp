#pragma once

#include "core/index/forward_store.hpp"
#include "core/milvus/client.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cameo {

/// How the documents of an index lie in a collection of Milvus. The key is the ordinal. A global expert has a dense field, a
/// lexical one a sparse field, which the server searches. All else, which it only keeps, is one string of bytes in base 64, cut
/// over as many text fields as it takes: whether a text was truncated, gate logits, and a local expert's token vectors in half
/// precision with their tokens and spans. A checksum over a document's bytes in all its fields goes with them.
struct MilvusLayout {
    std::vector<StoredExpert> experts;
    int text_fields = 0;

    /// @throws Error(Unsupported) when the server could find nothing (only local experts), or would not take the longest
    /// document of a model: a vector too wide, more text fields than it has room for.
    /// @param token_pooling as IndexOptions
    static MilvusLayout of(const Model& model, std::int32_t token_pooling = 1);

    std::vector<MilvusField> fields() const;
    /// The field that the server finds this expert's candidates by; nothing for a local expert.
    std::optional<MilvusField> searched(std::size_t expert_idx) const;
    /// Of the largest row, but for the terms of a sparse vector.
    std::size_t most_row_bytes() const;

    static constexpr std::size_t kTextBytes = 65'532; ///< a VARCHAR takes 65,535; this is whole groups of base 64
    static constexpr int kMostTextFields = 48;        ///< of Milvus' 64 fields
    static constexpr int kWidestVector = 32'768;
};

/// What is stored of one document, as a ForwardStore has it.
struct StoredDocument {
    struct Expert {
        std::vector<std::int32_t> ids; ///< Lexical: terms; Local: tokens
        std::vector<float> floats;     ///< Lexical: weights; Global: the vector
        std::vector<Half> rows;        ///< Local: [S, width]
        std::vector<TextSpan> spans;   ///< Local
        std::vector<float> gate;
        bool truncated = false;
    };
    std::vector<Expert> experts;

    SparseView sparse(std::size_t expert_idx) const { return {experts[expert_idx].ids, experts[expert_idx].floats}; }
    Representation representation(std::size_t expert_idx, const StoredExpert& expert) const;
    std::size_t bytes() const; ///< in memory
};

/// Rows of documents [begin, end) of a shard.
MilvusRows rows_of(const MilvusLayout& layout, const Shard& shard, std::int64_t begin, std::int64_t end);
/// One row, as it was stored, bit by bit.
/// @throws Error(InvalidInput) naming the document when its bytes are not those that were stored.
StoredDocument read_document(const MilvusLayout& layout, const MilvusRows& rows, std::size_t row);

} // namespace cameo
