#pragma once

#include "core/jobs/progress.hpp"
#include "core/model/representation.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

class SearchEngine;
struct Trace;

/// What becomes of a query without one of its words. Letters: E experts.
struct WordImportance {
    std::string word;
    std::vector<double> lost; ///< [E] the document's raw score with the word minus that without it; below 0: the word stood in its way
    std::vector<double> kept; ///< [E] share of the expert's own first ten that are still among its first ten
    std::int32_t rank = 0;    ///< of the document in the fused list without the word, of everything that is then compared
};

/// Leave-one-out importance of a query's words for one document, and for each expert's list.
struct QueryImportance {
    std::string document;              ///< id
    std::vector<std::string> experts;  ///< [E]
    std::vector<ExpertKind> kinds;     ///< [E]
    std::vector<double> raw;           ///< [E] the document's score for the whole query
    std::int32_t rank = 0;             ///< in its fused list
    std::vector<WordImportance> words; ///< in their order; empty where the query has one word only
};

/// Longest query whose words are left out one by one; of longer ones the first so many.
inline constexpr std::size_t kMostWords = 64;

/// Runs the query once whole and once without each word, some 50 ms each. Weights of terms that somebody has set do not count.
/// @throws Error as SearchEngine::explain(); Cancelled.
QueryImportance word_importance(const SearchEngine& engine, const Trace& trace, std::string_view document_id, Progress& progress);

/// For `cameo explain --words`: columns aligned.
std::string to_text(const QueryImportance& importance);
/// {"doc","rank","experts":[{"name","kind","raw"}],"words":[{"word","rank","experts":[{"name","lost","kept"}]}]}
std::string to_json(const QueryImportance& importance);

} // namespace cameo
