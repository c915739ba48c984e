#pragma once

#include <cstddef>

namespace cameo {

/// How much an approximate search by MaxSim looks at (core/index/local_search.hpp). 0: what is good for the number of
/// candidates asked for.
struct LocalEffort {
    std::size_t probes = 0;   ///< nearest centroids of each query token whose documents are looked at
    std::size_t compared = 0; ///< of those, the documents whose tokens' centroids are all looked at
    std::size_t refined = 0;  ///< of those, the documents whose tokens' codes are looked at as well
    std::size_t rescored = 0; ///< of those, the documents that are scored exactly
    bool operator==(const LocalEffort&) const = default;
};

} // namespace cameo
