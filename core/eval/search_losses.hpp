#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace cameo {

/// What is lost before an expert scores anything.
struct ExpertSearchLosses {
    std::string name;
    std::string structure;      ///< of its index: "flat", "1,024 centroids", …
    double cut_documents = 0;   ///< share of the index's documents that are longer than the expert reads
    double cut_queries = 0;     ///< share of the judged queries
    double lost_candidates = 0; ///< share of its first hundred, by exact scores of all documents, that its own search does not find; 0 where that is exact
};

struct SearchLosses {
    std::vector<ExpertSearchLosses> experts;
    std::size_t compared = 0; ///< queries that approximate searches were held against exact ones with
};

} // namespace cameo
