#include "core/index/stored_index.hpp"

#include "core/base/error.hpp"
#include "core/index/local_search.hpp"
#include "core/index/seismic_loss.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace cameo {

namespace {

using Lexical = std::unique_ptr<const LexicalStructure>;
using Local = std::unique_ptr<const LocalStructure>;
using Global = std::unique_ptr<const GlobalStructure>;

// 16384 -> "16,384"
std::string with_commas(std::size_t number) {
    auto digits = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

class StoredIndex final : public Index {
public:
    StoredIndex(const IndexManifest& manifest, std::vector<Segment> segments, const TokenCodecs& codecs) : m_segments(std::move(segments)) {
        m_info.model = manifest.model;
        m_info.model_version = manifest.model_version;
        m_info.collection = manifest.collection;
        m_info.collection_version = manifest.collection_version;
        m_info.expected = manifest.expected;
        for (const auto& segment : m_segments) {
            check(segment.store->first() == m_info.documents, "StoredIndex: segments that do not follow each other");
            m_info.documents += segment.store->documents();
        }
        for (std::size_t expert_idx = 0; expert_idx < manifest.experts.size(); ++expert_idx) {
            m_info.experts.push_back(describe(expert_idx, codecs));
            if (expert_idx < manifest.drift.size()) m_info.experts.back().drift = manifest.drift[expert_idx];
            std::vector<const LocalStructure*> locals;
            if (m_info.experts.back().kind == ExpertKind::Local)
                for (const auto& segment : m_segments)
                    locals.push_back(std::get<Local>(segment.structures[expert_idx]).get());
            m_locals.push_back(std::move(locals));
        }
    }

    const IndexInfo& info() const override { return m_info; }

    std::vector<ScoredDocument> candidates(std::size_t expert_idx, const Representation& query, std::size_t k,
                                           const CandidateOptions& options) const override {
        switch (kind(expert_idx)) {
        case ExpertKind::Lexical: {
            TopK best(k);
            for (const auto& segment : m_segments)
                std::get<Lexical>(segment.structures[expert_idx])->search(query.sparse, best, options.hidden, options.lexical);
            return best.take();
        }
        case ExpertKind::Local:
            return search_local(m_locals[expert_idx], query.tokens, k, options.local, options.hidden);
        case ExpertKind::Global: {
            if (m_segments.size() == 1) return std::get<Global>(m_segments[0].structures[expert_idx])->search(query.pooled, k, options.hidden);
            TopK best(k);
            for (const auto& segment : m_segments)
                for (const auto& [document, score] : std::get<Global>(segment.structures[expert_idx])->search(query.pooled, k, options.hidden))
                    best.add(document, score);
            return best.take();
        }
        }
        throw InternalError("Index::candidates: unknown kind");
    }

    std::optional<SearchLoss> loss(std::size_t expert_idx, const Representation& query, std::size_t k, const CandidateOptions& options,
                                   DocumentOrdinal document) const override {
        if (kind(expert_idx) == ExpertKind::Lexical && !m_info.experts[expert_idx].exact_candidates)
            return seismic_loss(
                [&](const LexicalEffort& lexical) {
                    const auto found = candidates(expert_idx, query, k, {.hidden = options.hidden, .lexical = lexical});
                    return std::ranges::find(found, document, &ScoredDocument::document) != found.end();
                },
                options.lexical, query.sparse.terms.size());
        if (kind(expert_idx) != ExpertKind::Local) return {};
        return local_loss(m_locals[expert_idx], query.tokens, k, options.local, options.hidden, document);
    }

    void score(std::size_t expert_idx, const Representation& query, std::span<const DocumentOrdinal> documents,
               std::span<float> scores) const override {
        check(documents.size() == scores.size(), "Index::score: lengths differ");
        // By segment, in the order given: documents of one segment often come one after the other.
        std::map<std::size_t, std::vector<std::size_t>> places;
        for (std::size_t at = 0; at < documents.size(); ++at)
            places[segment_of(documents[at])].push_back(at);
        std::vector<DocumentOrdinal> here;
        std::vector<float> scored;
        for (const auto& [segment_idx, of_segment] : places) {
            here.clear();
            for (const auto at : of_segment)
                here.push_back(documents[at]);
            scored.resize(here.size());
            const auto& structure = m_segments[segment_idx].structures[expert_idx];
            switch (kind(expert_idx)) {
            case ExpertKind::Lexical:
                std::get<Lexical>(structure)->score(query.sparse, here, scored);
                break;
            case ExpertKind::Local:
                score_local(*std::get<Local>(structure), query.tokens, here, scored);
                break;
            case ExpertKind::Global:
                std::get<Global>(structure)->score(query.pooled, here, scored);
                break;
            }
            for (std::size_t at = 0; at < here.size(); ++at)
                scores[of_segment[at]] = scored[at];
        }
    }

    std::int64_t postings(std::size_t expert_idx, std::int32_t term) const override {
        if (kind(expert_idx) != ExpertKind::Lexical) return 0;
        std::int64_t sum = 0;
        for (const auto& segment : m_segments)
            sum += std::get<Lexical>(segment.structures[expert_idx])->postings(term);
        return sum;
    }

    Representation document(std::size_t expert_idx, DocumentOrdinal ordinal) const override {
        check(expert_idx < m_info.experts.size(), "Index::document: no such expert");
        return m_segments[segment_of(ordinal)].store->document(expert_idx, ordinal);
    }

private:
    ExpertKind kind(std::size_t expert_idx) const {
        check(expert_idx < m_info.experts.size(), "Index: no such expert");
        return m_info.experts[expert_idx].kind;
    }

    std::size_t segment_of(DocumentOrdinal document) const {
        check(document >= 0 && document < m_info.documents, "Index: no such document");
        const auto after = std::ranges::upper_bound(m_segments, document, {}, [](const Segment& segment) { return segment.store->first(); });
        return static_cast<std::size_t>(after - m_segments.begin()) - 1;
    }

    ExpertIndexInfo describe(std::size_t expert_idx, const TokenCodecs& codecs) const {
        const auto& expert = m_segments.front().store->experts()[expert_idx];
        ExpertIndexInfo info;
        info.name = expert.name;
        info.kind = expert.kind;
        std::int64_t entries = 0;
        std::uint64_t bytes = 0;
        bool exact = true;
        for (const auto& segment : m_segments) {
            info.truncated_documents += segment.store->truncated_documents(expert_idx);
            entries += segment.store->entries(expert_idx);
            bytes += segment.store->bytes(expert_idx);
            std::visit([&](const auto& structure) { bytes += structure->bytes(); }, segment.structures[expert_idx]);
            if (const auto* lexical = std::get_if<Lexical>(&segment.structures[expert_idx])) exact = exact && (*lexical)->form() == LexicalStructure::Form::Exact;
            if (const auto* global = std::get_if<Global>(&segment.structures[expert_idx])) {
                exact = exact && (*global)->exact();
                if (info.structure.empty() || !(*global)->exact()) info.structure = (*global)->name();
            }
        }
        const auto documents = static_cast<double>(m_info.documents);
        info.entries_per_document = info.kind == ExpertKind::Global ? 1 : static_cast<double>(entries) / documents;
        if (info.kind == ExpertKind::Lexical) info.structure = exact ? "inverted, block-max MaxScore" : "Seismic";
        if (info.kind == ExpertKind::Local) {
            const TokenCodec* const codec = codecs[expert_idx].get();
            exact = codec == nullptr;
            info.structure = codec ? with_commas(codec->centroids()) + " centroids" : "every token vector";
            if (codec && codec->bits() > 0) info.structure += ", " + std::to_string(codec->bits()) + (codec->bits() == 1 ? " bit" : " bits");
            if (const auto pooling = m_segments.front().store->experts()[expert_idx].pooling; pooling > 1) info.structure += ", " + std::to_string(pooling) + " tokens to a vector";
            if (codec) bytes += codec->bytes();
        }
        info.exact_candidates = exact;
        info.bytes_per_document = static_cast<double>(bytes) / documents;
        return info;
    }

    IndexInfo m_info;
    std::vector<Segment> m_segments;
    std::vector<std::vector<const LocalStructure*>> m_locals; ///< [E][segments], empty for others
};

} // namespace

std::shared_ptr<const Index> stored_index(const IndexManifest& manifest, std::vector<Segment> segments, const TokenCodecs& codecs) {
    check(!segments.empty(), "stored_index: no segment");
    return std::make_shared<StoredIndex>(manifest, std::move(segments), codecs);
}

} // namespace cameo
