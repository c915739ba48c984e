#pragma once

#include "views/snapshot.hpp"

namespace cameo {

/// An answer that stands in a snapshot: why a document is not among the first ten of sample_trace()'s list.
enum class SampleMissing {
    Depth,  ///< no expert has it among its candidates; its rank is 137 under the nearest
    Fusion, ///< a document of the union that the fusion puts behind the tenth
    Search, ///< an approximate search lost it
};
/// sample_snapshot() with that answer, worked out by core from made-up ranks.
Snapshot sample_missing(SampleMissing kind = SampleMissing::Fusion);

} // namespace cameo
