#pragma once

#include "core/data/ordinal_set.hpp"
#include "core/index/forward_store.hpp"
#include "core/index/lexical_effort.hpp"
#include "core/index/top_k.hpp"
#include "core/jobs/progress.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace cameo {

/// Approximate sparse search in the manner of Seismic (Bruch, Nardini, Rulli and Venturini, SIGIR 2024).
///
/// A document is listed under its heaviest terms only. A term's list is cut into blocks of similar documents, each with a
/// summary: the largest weight of every term in any of its documents, of which the heaviest are kept that have half of
/// the sum, in 8 bits. A search compares the query with the summaries of the lists of its heaviest terms, and scores the
/// documents of blocks exactly, from the forward store, those with the best summaries first.
///
/// We depart from the paper in two places. It lists the documents of largest weight of each term: here every document has
/// as many places. It goes through blocks list by list: here by summary over all lists, which scores fewer documents.
/// Immutable; thread-safe.
class SeismicLists {
public:
    /// @pre the store's expert is lexical   @throws Cancelled
    static std::unique_ptr<const SeismicLists> build(const ForwardStore& store, std::size_t expert_idx, Progress& progress);
    /// From the sections behind the first `from` ones. @throws Error naming the file when they are damaged.
    static std::unique_ptr<const SeismicLists> load(std::shared_ptr<const SectionFile> file, std::size_t from, const ForwardStore& store, std::size_t expert_idx);
    void add_to(SectionWriter& writer) const;

    /// Adds documents with a score above 0 that may be among the best, scored exactly. @pre of the same store as built of
    /// @param hidden documents not to be found; may be null
    void search(const ForwardStore& store, std::size_t expert_idx, const SparseVector& query, const LexicalEffort& effort, TopK& best,
                const OrdinalSet* hidden) const;
    std::uint64_t bytes() const; ///< that they add on the disk

private:
    class Blocker;
    struct Block {
        float summary; ///< its product with the query
        std::uint32_t block;
    };

    void view_own_memory();
    bool is_sound(const ForwardStore& store, std::size_t vocabulary) const;
    /// Appends the blocks of a term's list, compared with the query.
    void compare(std::size_t term, const SparseVector& query, std::vector<Block>& blocks) const;

    std::span<const std::uint32_t> m_list_blocks;    ///< [vocabulary + 1] into the blocks
    std::span<const std::uint32_t> m_block_begins;   ///< [blocks + 1] into the documents
    std::span<const std::uint32_t> m_documents;      ///< counted from the store's first
    std::span<const float> m_scales;                 ///< [blocks] what a summary's value of 1 stands for
    // Summaries are kept by list and term, so that a query touches what it shares with them.
    std::span<const std::uint32_t> m_list_terms;     ///< [vocabulary + 1] into the terms of the summaries of a list
    std::span<const std::uint32_t> m_terms;          ///< ascending in a list
    std::span<const std::uint32_t> m_term_begins;    ///< [terms + 1] into the values
    std::span<const std::uint16_t> m_value_blocks;   ///< counted from the list's first block
    std::span<const std::uint8_t> m_values;

    std::shared_ptr<const SectionFile> m_file;
    std::vector<std::uint32_t> m_own_list_blocks, m_own_block_begins, m_own_documents, m_own_list_terms, m_own_terms, m_own_term_begins;
    std::vector<float> m_own_scales;
    std::vector<std::uint16_t> m_own_value_blocks;
    std::vector<std::uint8_t> m_own_values;
};

} // namespace cameo
