#include "core/base/error.hpp"
#include "core/search/trace.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>
#include <unordered_set>

// One description of the format serves both directions: visit() names every member once, and Writer and
// Reader are the two things it can be called with. Layout: magic, version u32, checksum u64 over what
// follows, then the members in order; integers and floats little-endian, a count u32 before each list and
// text.

namespace cameo {

namespace {

static_assert(std::endian::native == std::endian::little, "traces are stored little-endian");

constexpr std::string_view kMagic = "CAMEOTRC";
constexpr std::uint32_t kVersion = 4; // 2: gates; 3: the weights that a learned fusion predicts; 4: parents, edits, lengths of postings
constexpr std::size_t kHeader = kMagic.size() + sizeof(std::uint32_t) + sizeof(std::uint64_t);

/// FNV-1a over 64-bit words, the tail byte by byte: finds damage, keeps out nobody.
std::uint64_t checksum(std::string_view bytes) {
    std::uint64_t hash = 14695981039346656037ull;
    const auto mix = [&](std::uint64_t value) {
        hash = (hash ^ value) * 1099511628211ull;
        hash ^= hash >> 29;
    };
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) {
        std::uint64_t value;
        std::memcpy(&value, bytes.data() + at, 8);
        mix(value);
    }
    for (; at < bytes.size(); ++at)
        mix(static_cast<unsigned char>(bytes[at]));
    return hash;
}

[[noreturn]] void damaged(const std::string& what) {
    throw Error(ErrorKind::InvalidInput, "stored trace: " + what);
}

/// What may be copied as bytes: numbers, and structs of numbers without padding.
template <class T>
concept Plain = (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) || std::is_same_v<T, TextSpan>;

class Writer {
public:
    template <Plain T>
    void plain(const T& value) {
        m_bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    template <Plain T>
    void plain_list(const std::vector<T>& list) {
        count(list.size());
        m_bytes.append(reinterpret_cast<const char*>(list.data()), list.size() * sizeof(T));
    }
    void text(const std::string& value) {
        count(value.size());
        m_bytes += value;
    }
    std::size_t count(std::size_t size) {
        check(size <= UINT32_MAX, "trace too large to store");
        plain(static_cast<std::uint32_t>(size));
        return size;
    }
    std::string take() { return std::move(m_bytes); }
    std::uint32_t version() const { return kVersion; }

private:
    std::string m_bytes;
};

class Reader {
public:
    explicit Reader(std::string_view bytes, std::uint32_t version = kVersion) : m_rest(bytes), m_version(version) {}
    /// Of the format that the bytes are in.
    std::uint32_t version() const { return m_version; }

    template <Plain T>
    void plain(T& value) {
        std::memcpy(&value, take(sizeof value), sizeof value);
    }
    template <Plain T>
    void plain_list(std::vector<T>& list) {
        const std::size_t size = count(0, sizeof(T));
        list.resize(size);
        if (size > 0) std::memcpy(list.data(), take(size * sizeof(T)), size * sizeof(T));
    }
    void text(std::string& value) {
        const std::size_t size = count(0);
        value.assign(take(size), size);
    }
    /// Each element takes at least `least` bytes, so a count that the rest cannot hold is damage, not an
    /// allocation.
    std::size_t count(std::size_t, std::size_t least = 1) {
        std::uint32_t size = 0;
        plain(size);
        if (size > m_rest.size() / least)
            damaged("a list of " + std::to_string(size) + " elements where " + std::to_string(m_rest.size()) +
                    " bytes are left");
        return size;
    }
    bool at_end() const { return m_rest.empty(); }

private:
    const char* take(std::size_t size) {
        if (size > m_rest.size())
            damaged("truncated, " + std::to_string(size) + " bytes expected where " +
                    std::to_string(m_rest.size()) + " are left");
        const char* bytes = m_rest.data();
        m_rest.remove_prefix(size);
        return bytes;
    }
    std::string_view m_rest;
    std::uint32_t m_version;
};

template <class Archive, Plain T>
void visit(Archive& archive, T& value) {
    archive.plain(value);
}
template <class Archive>
void visit(Archive& archive, std::string& value) {
    archive.text(value);
}
template <class Archive>
void visit(Archive& archive, bool& value) {
    std::uint8_t byte = value;
    archive.plain(byte);
    if constexpr (std::is_same_v<Archive, Reader>) {
        if (byte > 1) damaged("a truth value of " + std::to_string(byte));
        value = byte != 0;
    }
}
template <class Archive, class T>
requires std::is_enum_v<T>
void visit(Archive& archive, T& value) {
    auto number = static_cast<std::int32_t>(value);
    archive.plain(number);
    constexpr std::int32_t last = std::is_same_v<T, ExpertKind>
                                      ? static_cast<std::int32_t>(ExpertKind::Global)
                                      : static_cast<std::int32_t>(FusionMethod::Adaptive);
    if (number < 0 || number > last) damaged("an unknown kind " + std::to_string(number));
    if constexpr (std::is_same_v<Archive, Reader>) value = static_cast<T>(number);
}
template <class Archive, class T>
void visit(Archive& archive, std::vector<T>& list) {
    if constexpr (Plain<T>) {
        archive.plain_list(list);
    } else {
        const std::size_t size = archive.count(list.size());
        // Grown one by one, not resized: a count within the bytes that are left may still stand for large
        // structs.
        if constexpr (std::is_same_v<Archive, Writer>) {
            for (T& element : list)
                visit(archive, element);
        } else {
            for (std::size_t element = 0; element < size; ++element)
                visit(archive, list.emplace_back());
        }
    }
}
template <class Archive, class V>
void visit(Archive& archive, std::map<std::string, V>& map) {
    const std::size_t size = archive.count(map.size());
    if constexpr (std::is_same_v<Archive, Writer>) {
        for (auto& [key, value] : map) {
            archive.text(key);
            visit(archive, value);
        }
    } else {
        for (std::size_t entry = 0; entry < size; ++entry) {
            std::string key;
            archive.text(key);
            visit(archive, map[key]);
        }
    }
}

template <class Archive, class... Members>
void visit_all(Archive& archive, Members&... members) {
    (visit(archive, members), ...);
}

template <class Archive>
void visit(Archive& archive, Representation& value) {
    visit_all(archive, value.sparse.terms, value.sparse.weights, value.tokens.width, value.tokens.rows,
              value.tokens.tokens, value.tokens.spans, value.pooled, value.truncated);
    if (archive.version() >= 2) visit(archive, value.gate);
}
template <class Archive>
void visit(Archive& archive, Gate& value) {
    if (archive.version() >= 2) visit_all(archive, value.logits, value.weights);
}
template <class Archive>
void visit(Archive& archive, ExpertTrace& value) {
    visit_all(archive, value.name, value.kind);
    visit(archive, value.query);
    visit_all(archive, value.query_terms, value.hits, value.candidates_ms);
}
template <class Archive>
void visit(Archive& archive, UnionDocument& value) {
    visit_all(archive, value.ordinal, value.id, value.title, value.snippet, value.raw, value.rank,
              value.brought_by);
    visit(archive, value.gate);
}
template <class Archive>
void visit(Archive& archive, FusedHit& value) {
    visit_all(archive, value.document, value.score, value.used, value.residual);
}
template <class Archive>
void visit(Archive& archive, FusionSpec& value) {
    visit_all(archive, value.method, value.rrf_k, value.weights);
}
template <class Archive>
void visit(Archive& archive, TermPart& value) {
    visit_all(archive, value.term, value.word, value.query_weight, value.document_weight, value.product,
              value.in_query_text, value.document_spans);
    if (archive.version() >= 4) visit(archive, value.postings);
}
template <class Archive>
void visit(Archive& archive, TermEdit& value) {
    visit_all(archive, value.term, value.weight, value.word);
}
template <class Archive>
void visit(Archive& archive, TokenPart& value) {
    visit_all(archive, value.query_token, value.query_span, value.best, value.similarity);
}
template <class Archive>
void visit(Archive& archive, ExpertLedger& value) {
    visit_all(archive, value.name, value.kind, value.raw, value.used, value.rank, value.residual, value.terms,
              value.tokens, value.document_tokens, value.document_spans, value.similarities, value.dot,
              value.query_norm, value.document_norm);
}
template <class Archive>
void visit(Archive& archive, Ledger& value) {
    std::uint64_t title_bytes = value.title_bytes;
    visit_all(archive, value.ordinal, value.id, value.title, value.content, title_bytes, value.fields,
              value.score, value.rank, value.residual, value.fusion, value.experts);
    if constexpr (std::is_same_v<Archive, Reader>) value.title_bytes = title_bytes;
}
template <class Archive>
void visit(Archive& archive, Trace& value) {
    visit_all(archive, value.id, value.created_ms, value.query, value.query_id, value.model,
              value.model_version, value.collection, value.collection_version, value.indexed_documents,
              value.expected_documents, value.depth, value.device, value.precision, value.threads,
              value.tokens, value.query_truncated, value.experts, value.documents);
    visit(archive, value.fusion);
    visit_all(archive, value.fused, value.ledgers, value.grades, value.timings.encode_ms,
              value.timings.rescore_ms, value.timings.fuse_ms, value.timings.explain_ms,
              value.timings.total_ms);
    visit(archive, value.gate);
    if (archive.version() >= 3) visit(archive, value.query_weights);
    if (archive.version() >= 4) visit_all(archive, value.parent, value.term_edits);
}

void require(bool holds, const char* what) {
    if (!holds) damaged(what);
}

bool within(const std::vector<TextSpan>& spans, std::size_t size) {
    for (const TextSpan& span : spans)
        if (span.begin > span.end || span.end > size) return false;
    return true;
}

void validate(const Representation& query, std::size_t query_size) {
    const TokenVectors& tokens = query.tokens;
    require(query.sparse.terms.size() == query.sparse.weights.size(), "terms and weights differ in number");
    require(tokens.width >= 0 && tokens.spans.size() == tokens.count() &&
                tokens.rows.size() == tokens.count() * static_cast<std::size_t>(tokens.width),
            "token vectors of the wrong shape");
    require(within(tokens.spans, query_size), "a token outside the query");
}

void validate(const ExpertLedger& ledger, std::size_t query_size, std::size_t content_size) {
    const std::size_t rows = ledger.document_tokens.size();
    require(ledger.document_spans.size() == rows && ledger.similarities.size() == ledger.tokens.size() * rows,
            "similarities of the wrong shape");
    require(within(ledger.document_spans, content_size), "a document token outside its content");
    for (const TokenPart& part : ledger.tokens) {
        require(part.best >= -1 && part.best < static_cast<std::int64_t>(rows),
                "a match outside the document");
        require(within({part.query_span}, query_size), "a token outside the query");
    }
    for (const TermPart& part : ledger.terms)
        require(within(part.document_spans, content_size), "a term outside its document");
}

void validate(const Gate& gate, std::size_t experts) {
    require(gate.logits.size() == experts && gate.weights.size() == experts, "a gate of another number of experts");
}

/// A trace that views, fusion and exports can read without looking twice.
void validate(const Trace& trace) {
    const std::size_t experts = trace.experts.size(), documents = trace.documents.size();
    const auto is_document = [&](std::int32_t at) {
        return at >= 0 && static_cast<std::size_t>(at) < documents;
    };
    require(experts <= 32, "more than 32 experts");
    require(experts > 0 || documents == 0, "documents that no expert has seen");
    require(trace.fusion.weights.empty() || trace.fusion.weights.size() == experts,
            "fusion weights not one an expert");
    const auto is_weight = [](double weight) { return std::abs(weight) <= kLargestFusionNumber; };
    require(std::ranges::all_of(trace.fusion.weights, is_weight), "a fusion weight that is no number from -1e12 to 1e12");
    require(is_weight(trace.fusion.rrf_k) && trace.fusion.rrf_k >= 0, "a fusion's k that is no number from 0 to 1e12");
    require(trace.query_weights.empty() || trace.query_weights.size() == experts,
            "the query's weights not one an expert");
    require(std::ranges::all_of(trace.query_weights, is_weight), "a weight of the query that is no number from -1e12 to 1e12");
    require(trace.fusion.method != FusionMethod::Adaptive || !trace.query_weights.empty(),
            "an adaptive fusion without the query's weights");
    require(std::all_of(trace.term_edits.begin(), trace.term_edits.end(),
                        [](const TermEdit& edit) { return std::isfinite(edit.weight) && edit.weight >= 0; }),
            "a term's weight that is no number from 0 up");
    for (const ExpertTrace& expert : trace.experts) {
        validate(expert.query, trace.query.size());
        require(expert.query_terms.size() == (expert.kind == ExpertKind::Lexical
                                                  ? expert.query.sparse.terms.size()
                                              : expert.kind == ExpertKind::Local ? expert.query.tokens.count()
                                                                                 : 0),
                "the words of a query differ in number from its terms");
        for (const std::int32_t hit : expert.hits)
            require(is_document(hit), "a hit outside the union");
    }
    validate(trace.gate, trace.gate.logits.size());
    require(trace.gate.logits.empty() || trace.gate.logits.size() < experts, "a gate over more experts than there are");
    std::unordered_set<std::string_view> ids;
    for (const UnionDocument& document : trace.documents) {
        validate(document.gate, trace.gate.logits.size());
        require(document.raw.size() == experts && document.rank.size() == experts,
                "scores not one an expert");
        require(ids.insert(document.id).second, "a document twice in the union");
    }
    require(trace.fused.size() == documents, "a fused list of another length than the union");
    std::vector<bool> seen(documents);
    for (const FusedHit& hit : trace.fused) {
        require(is_document(hit.document) && hit.used.size() == experts, "a fused hit outside the union");
        require(!seen[static_cast<std::size_t>(hit.document)], "a document twice in the fused list");
        seen[static_cast<std::size_t>(hit.document)] = true;
    }
    for (const Ledger& ledger : trace.ledgers) {
        require(ledger.experts.size() == experts && ids.contains(ledger.id), "a ledger outside the union");
        require(ledger.title_bytes <= ledger.content.size(), "a title longer than its content");
        for (const ExpertLedger& expert : ledger.experts)
            validate(expert, trace.query.size(), ledger.content.size());
    }
}

} // namespace

std::string to_bytes(const Trace& trace) {
    Writer body;
    // A Writer only reads, which others may do at the same time: a frame draws the trace that a job stores.
    visit(body, const_cast<Trace&>(trace));
    const std::string payload = body.take();
    Writer header;
    header.plain(kVersion);
    header.plain(checksum(payload));
    return std::string(kMagic) + header.take() + payload;
}

Trace trace_from_bytes(std::string_view bytes) {
    if (!bytes.starts_with(kMagic) || bytes.size() < kHeader) damaged("these bytes are not a trace");
    Reader header(bytes.substr(kMagic.size()));
    std::uint32_t version = 0;
    std::uint64_t stated = 0;
    header.plain(version);
    header.plain(stated);
    if (version > kVersion)
        throw Error(ErrorKind::Unsupported, "stored trace: written by a newer Cameo, format " +
                                                std::to_string(version) + " where this one reads up to " +
                                                std::to_string(kVersion));
    if (version == 0) damaged("format 0 does not exist");
    const std::string_view payload = bytes.substr(kHeader);
    if (checksum(payload) != stated) damaged("damaged, its checksum does not match");
    Reader body(payload, version);
    Trace trace;
    visit(body, trace);
    if (!body.at_end()) damaged("bytes left over at its end");
    validate(trace);
    return trace;
}

} // namespace cameo
