#pragma once

#include "core/index/index_folder.hpp"
#include "core/milvus/load_record.hpp"
#include "core/milvus/row_cache.hpp"

#include <filesystem>
#include <memory>

namespace cameo {

struct MilvusIndexOptions {
    MilvusOptions connection; ///< a query that finds no server waits for MilvusOptions::patience
    std::size_t cache_bytes = 256u << 20;
};

/// An index whose documents are in a collection of a Milvus server. Candidates of all lexical and global experts come from one
/// hybrid request, of which Cameo uses the union and not the order; the stored representations of its documents come in a second
/// one, but for those that are still in memory, and every score is computed here, by the products of the embedded index: what is
/// stored being equal, scores are equal bit by bit. Where the server finds exactly, so are the candidates: as long as a document
/// beyond those it brought could still belong to the k best within rounding, more are asked for. A local expert brings nothing:
/// its list are the best of what the others brought.
///
/// A server that is lost makes a call fail with one sentence, and the next call that reaches it again succeed. Documents that
/// the server does not have when it should are counted in Candidates::unanswered; asking for one by itself fails. Thread-safe.
class MilvusIndex final : public Index {
public:
    /// @throws MilvusError; Error when the load is not complete; Cancelled.
    static std::shared_ptr<const MilvusIndex> open(const std::filesystem::path& folder, const MilvusIndexOptions& options, Progress& progress);

    const IndexInfo& info() const override { return m_info; }
    std::vector<ScoredDocument> candidates(std::size_t expert_idx, const Representation& query, std::size_t k, const CandidateOptions& options) const override;
    Candidates all_candidates(std::span<const Representation> query, std::size_t k, const CandidateOptions& options, Progress& progress) const override;
    void score(std::size_t expert_idx, const Representation& query, std::span<const DocumentOrdinal> documents, std::span<float> scores) const override;
    std::int64_t postings(std::size_t expert_idx, std::int32_t term) const override;
    Representation document(std::size_t expert_idx, DocumentOrdinal ordinal) const override;

private:
    using Document = std::shared_ptr<const StoredDocument>;
    struct Union {
        std::vector<DocumentOrdinal> ordinals; ///< ascending
        std::vector<Document> documents;
        std::int64_t missing = 0;
        bool warned = false;
    };
    MilvusIndex(IndexManifest manifest, LoadRecord record, std::shared_ptr<MilvusClient> client, const MilvusIndexOptions& options);

    /// What the searches of these experts bring together, and their documents.
    Union find(std::span<const std::size_t> experts, std::span<const Representation> query, std::size_t k, Progress& progress) const;
    /// Null for those that the server does not have.
    std::vector<Document> fetch(std::span<const DocumentOrdinal> ordinals, Progress& progress) const;
    std::vector<Document> fetch_all(std::span<const DocumentOrdinal> ordinals) const;
    std::vector<float> scores_of(std::size_t expert_idx, const Representation& query, std::span<const Document> documents) const;
    /// The k best under an expert; false when a document beyond the union may belong to them.
    bool best_of(std::size_t expert_idx, const Representation& query, const Union& found, std::size_t asked, std::size_t k, const OrdinalSet* hidden,
                 std::vector<ScoredDocument>& to) const;
    /// Calls `call`, and once more where the server has to load the collection first.
    template <class Call>
    auto loaded(Progress& progress, const Call& call) const;

    IndexManifest m_manifest;
    LoadRecord m_record;
    MilvusLayout m_layout;
    std::shared_ptr<MilvusClient> m_client;
    IndexInfo m_info;
    std::int64_t m_lost = 0; ///< documents that the server did not have when this was opened
    mutable RowCache m_cache;
};

} // namespace cameo
