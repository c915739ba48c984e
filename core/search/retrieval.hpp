#pragma once

#include "core/search/engine.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace cameo {

/// What all experts find for one query: the middle of SearchEngine::run, which evaluation runs by itself.
struct Retrieval {
    std::vector<DocumentOrdinal> documents; ///< [D], the union, by id ascending: positions are a tie order
    std::vector<DocumentName> names;        ///< [D]
    std::vector<float> raw;                 ///< [D, E] row-major
    std::vector<std::uint32_t> brought_by;  ///< [D], bit e: expert e found it by itself
    std::vector<std::vector<std::int32_t>>
        hits; ///< [E], its list (Candidates) as positions in `documents`, best first, then id
    std::vector<double> candidates_ms; ///< [E]
    double rescore_ms = 0;
    std::int64_t unanswered = 0; ///< Candidates::unanswered
};

/// Each expert's candidates, their union, and every expert's score of every document of the union.
/// @param query [E] one representation an expert   Thread-safe.
Retrieval retrieve(const SearchEngine& engine, std::span<const Representation> query, std::int32_t depth,
                   Progress& progress);

} // namespace cameo
