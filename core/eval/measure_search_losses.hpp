#pragma once

#include "core/eval/judged_split.hpp"
#include "core/eval/search_losses.hpp"
#include "core/search/engine.hpp"

namespace cameo {

/// Approximate searches are held against exact scores of all documents for fifty queries, spread over the split: some tenths of a
/// second for each of them where ten thousand documents have token vectors. Thread-safe. @throws Cancelled.
SearchLosses measure_search_losses(const SearchEngine& engine, const JudgedSplit& judged, Progress& progress);

/// The expert's best documents by exact scores of all that were not removed from the collection, best first. Thread-safe.
std::vector<ScoredDocument> exact_first(const SearchEngine& engine, std::size_t expert_idx, const Representation& query, std::size_t count);

/// @return how many documents of the one list are not in the other
std::size_t missing_from(const std::vector<ScoredDocument>& wanted, const std::vector<ScoredDocument>& found);

} // namespace cameo
