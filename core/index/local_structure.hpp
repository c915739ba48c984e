#pragma once

#include "core/data/ordinal_set.hpp"
#include "core/index/forward_store.hpp"
#include "core/index/index.hpp"
#include "core/index/token_codec.hpp"
#include "core/jobs/progress.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace cameo {

/// What finding candidates by MaxSim needs of some documents. Few token vectors need nothing: they are scored one and all.
/// Of many it has the centroid of every token, and for every centroid the documents with a token of it (PLAID: Santhanam
/// et al., arXiv 2205.09707). Immutable; thread-safe.
class LocalStructure {
public:
    /// @param codec null: every document is scored   @pre where the store is coded, it is the store's codec
    /// @throws Cancelled
    static std::unique_ptr<const LocalStructure> build(std::shared_ptr<const ForwardStore> store, std::size_t expert_idx,
                                                       std::shared_ptr<const TokenCodec> codec, Progress& progress);
    /// @throws Error naming the file when it is damaged, of another version or does not fit store and codec.
    static std::unique_ptr<const LocalStructure> load(const std::filesystem::path& file, std::shared_ptr<const ForwardStore> store,
                                                      std::size_t expert_idx, std::shared_ptr<const TokenCodec> codec);
    void save(const std::filesystem::path& file) const;

    /// Up to this many stored values (tokens times width) a search scores everything: about 5 ms for a query of 16 tokens on
    /// two AVX2 cores. Beyond, centroids are cheaper.
    static constexpr std::int64_t kExactValues = 16'000'000;

    const ForwardStore& store() const { return *m_store; }
    std::size_t expert_idx() const { return m_expert_idx; }
    const TokenCodec* codec() const { return m_codec.get(); }
    std::uint64_t bytes() const; ///< that it adds on the disk

    /// The centroids of a document's tokens. @pre a codec; first() <= document < first() + documents()
    std::span<const std::uint16_t> codes(DocumentOrdinal document) const {
        return m_codes_of[static_cast<std::size_t>(document - m_store->first())];
    }
    /// The documents with a token of this centroid, counted from the store's first, ascending. Of a damaged file they may be
    /// more than there are.
    std::span<const std::uint32_t> documents_of(std::size_t centroid) const {
        return m_lists.subspan(m_list_begins[centroid], m_list_begins[centroid + 1] - m_list_begins[centroid]);
    }

private:
    LocalStructure(std::shared_ptr<const ForwardStore> store, std::size_t expert_idx, std::shared_ptr<const TokenCodec> codec);
    void code_tokens(Progress& progress);
    void find_codes();
    void list_documents();

    std::shared_ptr<const ForwardStore> m_store;
    std::size_t m_expert_idx = 0;
    std::shared_ptr<const TokenCodec> m_codec;

    std::vector<std::span<const std::uint16_t>> m_codes_of; ///< [documents]
    std::span<const std::uint16_t> m_codes;                 ///< [all tokens] where the store has none
    std::span<const std::uint64_t> m_list_begins;           ///< [K + 1] into the lists
    std::span<const std::uint32_t> m_lists;

    std::shared_ptr<const SectionFile> m_file;
    std::vector<std::uint16_t> m_own_codes;
    std::vector<std::uint64_t> m_own_list_begins;
    std::vector<std::uint32_t> m_own_lists;
};

} // namespace cameo
