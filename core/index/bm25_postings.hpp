#pragma once

#include "core/index/index.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace cameo {

/// What a term adds to a document's score, in units of 2^-22. Whole numbers, because their sum does not
/// depend on the order: whichever way a search takes, the same document has the same score, and equal scores
/// are equal. The rounding is at most 1.2e-7 a term.
using Impact = std::uint32_t;
constexpr double kImpactUnit = 1.0 / (1 << 22);

/// What a search knows of 128 postings before it looks at them.
struct Bm25Block {
    std::uint32_t last_document = 0;
    Impact max_impact = 0;
};
constexpr std::size_t kBm25Block = 128;

/// An inverted index whose impacts are computed, as views. With V terms, P postings and B blocks:
struct Bm25Postings {
    std::int64_t documents = 0;
    std::span<const char> vocabulary;                 ///< the terms, sorted, one after the other
    std::span<const std::uint64_t> term_begins;       ///< [V + 1] into vocabulary
    std::span<const std::uint64_t> posting_begins;    ///< [V + 1] into the next two
    std::span<const std::uint32_t> posting_documents; ///< [P] ascending within a term
    std::span<const Impact> impacts;                  ///< [P] above 0
    std::span<const std::uint64_t> block_begins;      ///< [V + 1] into blocks
    std::span<const Bm25Block> blocks; ///< [B] each of 128 postings of a term, the last of what is left

    std::size_t terms() const { return term_begins.empty() ? 0 : term_begins.size() - 1; }
    std::string_view term(std::size_t term_idx) const {
        return {vocabulary.data() + term_begins[term_idx], term_begins[term_idx + 1] - term_begins[term_idx]};
    }
    std::optional<std::size_t> find(std::string_view term) const;

    /// In words what contradicts itself, empty when a search can trust it. O(V + P).
    std::string_view contradiction() const;
};

/// A term of the query and how often it is there.
using Bm25QueryTerm = std::pair<std::size_t, std::uint32_t>;

/// The k best documents by the sum of impacts: score descending, then ordinal ascending; none with a score of
/// 0. MaxScore (Turtle and Flood 1995) over windows of documents with bounds by block (Ding and Suel 2011):
/// in a window, the terms that together cannot lift a document over the k-th score so far are looked up for
/// the candidates of the others only.
/// @param query distinct terms.
std::vector<ScoredDocument> bm25_search(const Bm25Postings& postings, std::span<const Bm25QueryTerm> query,
                                        std::size_t k);

} // namespace cameo
