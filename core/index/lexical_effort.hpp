#pragma once

#include <cstddef>

namespace cameo {

/// How much an approximate sparse search looks at (core/index/seismic_lists.hpp). 0: the default.
struct LexicalEffort {
    std::size_t query_cut = 0; ///< heaviest terms of the query whose lists are looked at; default kQueryCut
    float heap_factor = 0; ///< blocks whose summary is below the threshold divided by this are skipped; default kHeapFactor
    bool operator==(const LexicalEffort&) const = default;
};
inline constexpr std::size_t kQueryCut = 10;
inline constexpr float kHeapFactor = 1.5f; // above 1, because summaries leave out small weights

} // namespace cameo
