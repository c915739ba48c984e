#pragma once

#include "core/index/forward_store.hpp"
#include "core/index/index.hpp"
#include "core/jobs/progress.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace cameo {

/// How candidates by MaxSim are found. Few token vectors are scored one and all, exactly. Many are first
/// scored through their nearest centroids (PLAID: Santhanam et al., arXiv 2205.09707): with u_ic the
/// similarity of query token i and centroid c, a document is worth about sum_i max_j u_{i, c(j)}; the best of
/// that are scored exactly. Where PLAID probes the inverted lists of a few centroids, all documents are
/// looked at as long as their codes are few enough (kScanTokens): with u in one byte that costs about a
/// nanosecond a token and loses no candidate to probing. Immutable; thread-safe.
class LocalStructure {
public:
    struct Options {
        /// Up to this many stored values (tokens times width) a search scores everything: about 5 ms for a
        /// query of 16 tokens on two AVX2 cores. Beyond, centroids are cheaper.
        std::int64_t exact_values = 16'000'000;
        /// Few centroids, for an index that is still being built: a second or two.
        bool draft = false;
    };

    /// @throws Cancelled
    static std::unique_ptr<const LocalStructure> build(std::shared_ptr<const ForwardStore> store,
                                                       std::size_t expert_idx, const Options& options,
                                                       Progress& progress);
    /// @throws Error naming the file when it is damaged, of another version or does not fit the store.
    static std::unique_ptr<const LocalStructure> load(const std::filesystem::path& file,
                                                      std::shared_ptr<const ForwardStore> store,
                                                      std::size_t expert_idx,
                                                      std::int64_t scan_tokens = kScanTokens);
    void save(const std::filesystem::path& file) const;

    /// At most k documents that have tokens, best first, scored exactly.
    std::vector<ScoredDocument> search(const TokenVectors& query, std::size_t k) const;
    /// @pre scores.size() == documents.size()
    void score(const TokenVectors& query, std::span<const DocumentOrdinal> documents,
               std::span<float> scores) const;

    bool exact() const { return m_centroid_count == 0; }
    std::size_t centroids() const { return m_centroid_count; }
    std::uint64_t bytes() const; ///< that it adds on the disk

    /// Up to this many tokens the codes of all documents are scanned, beyond that those in the lists of the
    /// nearest centroids.
    static constexpr std::int64_t kScanTokens = 16'000'000;

private:
    LocalStructure(std::shared_ptr<const ForwardStore> store, std::size_t expert_idx);
    void index_documents(std::int64_t scan_tokens);
    std::vector<DocumentOrdinal> nominate(std::span<const float> query_rows, std::size_t count) const;
    std::vector<ScoredDocument> best_of(const TokenVectors& query, std::span<const DocumentOrdinal> documents,
                                        std::size_t k) const;

    std::shared_ptr<const ForwardStore> m_store;
    std::size_t m_expert_idx = 0;
    std::int32_t m_width = 0;
    std::size_t m_centroid_count = 0;

    std::span<const Half> m_centroids;        ///< [K, width]
    std::span<const std::uint16_t> m_codes;   ///< [all tokens]
    std::vector<std::uint64_t> m_begins;      ///< [documents + 1] into the codes
    std::vector<std::uint64_t> m_list_begins; ///< [K + 1] into the list; empty when everything is scanned
    std::vector<std::uint32_t> m_list;        ///< documents with a token of the centroid, ascending

    std::shared_ptr<const SectionFile> m_file;
    std::vector<Half> m_own_centroids;
    std::vector<std::uint16_t> m_own_codes;
};

} // namespace cameo
