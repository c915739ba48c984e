// A document's way into the fields of its row and back.

#include "core/base/checksum.hpp"
#include "core/milvus/base64.hpp"
#include "core/milvus/layout.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace cameo {

namespace {

static_assert(std::endian::native == std::endian::little, "rows are stored little-endian");

/// Milvus has no sparse vector without a term. A document without one gets this, behind the vocabulary, which no query has.
constexpr float kNoTermWeight = 1.0f;

template <class T>
void append(std::vector<std::byte>& to, std::span<const T> values) {
    const auto bytes = std::as_bytes(values);
    to.insert(to.end(), bytes.begin(), bytes.end());
}
template <class T>
void append_one(std::vector<std::byte>& to, T value) {
    append(to, std::span<const T>(&value, 1));
}

struct SparseEntry {
    std::uint32_t term;
    float weight;
};

std::string sparse_bytes(const SparseView& sparse, std::int32_t vocabulary) {
    std::vector<SparseEntry> entries;
    for (std::size_t at = 0; at < sparse.terms.size(); ++at) entries.push_back({static_cast<std::uint32_t>(sparse.terms[at]), sparse.weights[at]});
    if (entries.empty()) entries.push_back({static_cast<std::uint32_t>(vocabulary), kNoTermWeight});
    return {reinterpret_cast<const char*>(entries.data()), entries.size() * sizeof(SparseEntry)};
}

/// Over what the fields for searching hold, so that a server that changes or loses a part of them is found out.
std::uint64_t searched_checksum(const StoredExpert& expert, std::span<const std::int32_t> terms, std::span<const float> floats, std::uint64_t before) {
    if (expert.kind == ExpertKind::Local) return before;
    return checksum64(std::as_bytes(floats), checksum64(std::as_bytes(terms), before));
}

/// The checksum first, then for each expert what Milvus does not search.
std::vector<std::byte> stored_bytes(const MilvusLayout& layout, const Shard& shard, std::int64_t local) {
    std::vector<std::byte> bytes(sizeof(std::uint64_t));
    std::uint64_t checksum = 0;
    for (std::size_t expert_idx = 0; expert_idx < layout.experts.size(); ++expert_idx) {
        const auto& expert = layout.experts[expert_idx];
        append_one(bytes, static_cast<std::uint8_t>(shard.truncated(expert_idx, local)));
        append(bytes, shard.gate(expert_idx, local));
        if (expert.kind == ExpertKind::Lexical) {
            const auto sparse = shard.sparse(expert_idx, local);
            checksum = searched_checksum(expert, sparse.terms, sparse.weights, checksum);
        } else if (expert.kind == ExpertKind::Global) {
            checksum = searched_checksum(expert, {}, shard.pooled(expert_idx, local), checksum);
        } else {
            TokenVectors named;
            shard.name_tokens(expert_idx, local, named);
            append_one(bytes, static_cast<std::uint32_t>(named.count()));
            append(bytes, std::span<const std::int32_t>(named.tokens));
            append(bytes, std::span<const TextSpan>(named.spans));
            append(bytes, shard.rows(expert_idx, local));
        }
    }
    checksum = checksum64(std::span(bytes).subspan(sizeof checksum), checksum);
    std::memcpy(bytes.data(), &checksum, sizeof checksum);
    return bytes;
}

class BytesReader {
public:
    explicit BytesReader(std::span<const std::byte> bytes) : m_rest(bytes) {}
    /// False when there are not as many.
    template <class T>
    bool take(std::vector<T>& to, std::size_t count) {
        if (count > m_rest.size() / sizeof(T)) return false;
        to.resize(count);
        if (count > 0) std::memcpy(to.data(), m_rest.data(), count * sizeof(T));
        m_rest = m_rest.subspan(count * sizeof(T));
        return true;
    }
    template <class T>
    bool take(T& to) {
        if (sizeof(T) > m_rest.size()) return false;
        std::memcpy(&to, m_rest.data(), sizeof(T));
        m_rest = m_rest.subspan(sizeof(T));
        return true;
    }
    std::span<const std::byte> rest() const { return m_rest; }

private:
    std::span<const std::byte> m_rest;
};

bool read_stored(const StoredExpert& expert, BytesReader& reader, StoredDocument::Expert& to) {
    std::uint8_t truncated = 0;
    if (!reader.take(truncated) || !reader.take(to.gate, static_cast<std::size_t>(expert.gate))) return false;
    to.truncated = truncated != 0;
    if (expert.kind != ExpertKind::Local) return true;
    std::uint32_t tokens = 0;
    return reader.take(tokens) && reader.take(to.ids, tokens) && reader.take(to.spans, tokens) && reader.take(to.rows, std::size_t{tokens} * static_cast<std::size_t>(expert.width));
}

bool read_sparse(const std::string& bytes, std::int32_t vocabulary, StoredDocument::Expert& to) {
    if (bytes.size() % sizeof(SparseEntry) != 0) return false;
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(SparseEntry)) {
        SparseEntry entry{};
        std::memcpy(&entry, bytes.data() + at, sizeof entry);
        if (entry.term >= static_cast<std::uint32_t>(vocabulary)) continue;
        to.ids.push_back(static_cast<std::int32_t>(entry.term));
        to.floats.push_back(entry.weight);
    }
    return true;
}

bool read_all(const MilvusLayout& layout, const MilvusRows& rows, std::size_t row, StoredDocument& document) {
    std::string text;
    for (std::size_t column = rows.columns.size() - static_cast<std::size_t>(layout.text_fields); column < rows.columns.size(); ++column) text += rows.columns[column].bytes[row];
    const auto bytes = from_base64(text);
    if (!bytes) return false;
    BytesReader reader(*bytes);
    std::uint64_t written = 0, checksum = 0;
    if (!reader.take(written)) return false;
    const auto stored = reader.rest();
    std::size_t column = 0;
    for (const auto& expert : layout.experts) {
        auto& to = document.experts.emplace_back();
        if (!read_stored(expert, reader, to)) return false;
        if (expert.kind == ExpertKind::Local) continue;
        const auto& field = rows.columns[column++];
        const auto width = static_cast<std::size_t>(expert.width);
        if (expert.kind == ExpertKind::Global) to.floats.assign(field.floats.begin() + static_cast<std::ptrdiff_t>(row * width), field.floats.begin() + static_cast<std::ptrdiff_t>((row + 1) * width));
        else if (!read_sparse(field.bytes[row], expert.width, to)) return false;
        checksum = searched_checksum(expert, to.ids, to.floats, checksum);
    }
    return reader.rest().empty() && checksum64(stored, checksum) == written;
}

} // namespace

MilvusRows rows_of(const MilvusLayout& layout, const Shard& shard, std::int64_t begin, std::int64_t end) {
    MilvusRows rows;
    for (std::int64_t local = begin; local < end; ++local) rows.keys.push_back(shard.info().first + local);
    for (const auto& field : layout.fields()) rows.columns.push_back({.field = field.name, .kind = field.kind, .width = field.kind == MilvusFieldKind::Dense ? field.size : 0});
    std::size_t column = 0;
    for (std::size_t expert_idx = 0; expert_idx < layout.experts.size(); ++expert_idx) {
        const auto kind = layout.experts[expert_idx].kind;
        if (kind == ExpertKind::Local) continue;
        auto& to = rows.columns[column++];
        for (std::int64_t local = begin; local < end; ++local) {
            if (kind == ExpertKind::Lexical) {
                to.bytes.push_back(sparse_bytes(shard.sparse(expert_idx, local), layout.experts[expert_idx].width));
            } else {
                const auto pooled = shard.pooled(expert_idx, local);
                to.floats.insert(to.floats.end(), pooled.begin(), pooled.end());
            }
        }
    }
    for (std::int64_t local = begin; local < end; ++local) {
        const auto text = to_base64(stored_bytes(layout, shard, local));
        check(text.size() <= static_cast<std::size_t>(layout.text_fields) * MilvusLayout::kTextBytes, "rows_of: a document longer than its expert reads");
        for (std::size_t field = 0; field < static_cast<std::size_t>(layout.text_fields); ++field)
            rows.columns[column + field].bytes.push_back(text.substr(std::min(text.size(), field * MilvusLayout::kTextBytes), MilvusLayout::kTextBytes));
    }
    return rows;
}

StoredDocument read_document(const MilvusLayout& layout, const MilvusRows& rows, std::size_t row) {
    check(row < rows.keys.size() && rows.columns.size() >= static_cast<std::size_t>(layout.text_fields), "read_document: no such row");
    StoredDocument document;
    if (!read_all(layout, rows, row, document))
        throw Error(ErrorKind::InvalidInput, "document " + std::to_string(rows.keys[row]) + ": what the server has of it is not what was stored: `cameo index` with --engine makes it again");
    return document;
}

Representation StoredDocument::representation(std::size_t expert_idx, const StoredExpert& expert) const {
    const auto& stored = experts[expert_idx];
    Representation made;
    made.truncated = stored.truncated;
    made.gate = stored.gate;
    switch (expert.kind) {
    case ExpertKind::Lexical:
        made.sparse = {stored.ids, stored.floats};
        break;
    case ExpertKind::Local:
        made.tokens.width = expert.width;
        made.tokens.rows.resize(stored.rows.size());
        to_float(stored.rows, made.tokens.rows);
        made.tokens.tokens = stored.ids;
        made.tokens.spans = stored.spans;
        break;
    case ExpertKind::Global:
        made.pooled = stored.floats;
        break;
    }
    return made;
}

std::size_t StoredDocument::bytes() const {
    std::size_t sum = sizeof(StoredDocument);
    for (const auto& expert : experts)
        sum += sizeof(Expert) + expert.ids.size() * sizeof(std::int32_t) + expert.floats.size() * sizeof(float) + expert.rows.size() * sizeof(Half) + expert.spans.size() * sizeof(TextSpan) +
               expert.gate.size() * sizeof(float);
    return sum;
}

} // namespace cameo
