#pragma once

#include "core/index/local_effort.hpp"
#include "core/index/local_structure.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace cameo {

/// Up to this many tokens the centroids of all documents are compared, which loses no document to probing.
inline constexpr std::int64_t kScanTokens = 4'000'000;

/// Candidates by MaxSim over the segments of an index, by stages that each cost more for a document and leave fewer:
///
/// 1. probing: the documents with a token in the lists of a query token's nearest centroids, worth the sum over query
///    tokens of the best centroid's similarity above the first that was not probed;
/// 2. centroids: sum_i max_j u_{i, c(j)} over the centroids of all their tokens (PLAID's approximation), u in one byte;
/// 3. codes: about the MaxSim of what is stored, without decoding it (CodedMaxSim);
/// 4. exact: MaxSim of what is stored.
///
/// Without a codec everything is scored exactly. The third stage is there where tokens are kept as a codec's, and the first beyond
/// `scan_tokens` tokens. How much a 0 in `effort` looks at grows as the square root of the documents does.
/// @pre all segments have the same codec or none.   @param hidden documents not to be found; may be null
/// @return at most k documents that have tokens, best first, scored exactly.   Thread-safe.
std::vector<ScoredDocument> search_local(std::span<const LocalStructure* const> segments, const TokenVectors& query, std::size_t k,
                                         const LocalEffort& effort, const OrdinalSet* hidden, std::int64_t scan_tokens = kScanTokens);

/// Where such a search loses a document, and what would keep it.
/// @return "probing": with so many probes it is among those whose centroids are compared, 0: with none; "centroids": with so many
/// refined (rescored, where there are no codes) it goes on to the next stage; "codes": with so many rescored it is scored exactly,
/// all at the other settings given; nothing: it is scored exactly.   Thread-safe.
std::optional<SearchLoss> local_loss(std::span<const LocalStructure* const> segments, const TokenVectors& query, std::size_t k, const LocalEffort& effort,
                                     const OrdinalSet* hidden, DocumentOrdinal document, std::int64_t scan_tokens = kScanTokens);

/// The exact scores of documents of one segment. @pre scores.size() == documents.size()   Thread-safe.
void score_local(const LocalStructure& segment, const TokenVectors& query, std::span<const DocumentOrdinal> documents, std::span<float> scores);

} // namespace cameo
