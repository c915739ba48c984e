#pragma once

#include "core/index/forward_store.hpp"
#include "core/jobs/progress.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace cameo {

/// k-means over the token vectors of a local expert: each token's nearest centroid (L2).
struct TokenClusters {
    std::vector<Half> centroids;      ///< [K, width]
    std::vector<std::uint16_t> codes; ///< [all tokens], by document and row
};

struct ClusterOptions {
    std::size_t centroids = 1024;         ///< K, 1 .. 65,536; less when there are fewer tokens
    std::size_t sample_per_centroid = 64; ///< at most this many tokens for each centroid are trained on
    int iterations = 6;
};

/// The sample is evenly spaced and the seed fixed: the same store gives the same clusters.
/// @pre the store's expert is local and has tokens.  @throws Cancelled within a second.
TokenClusters cluster_tokens(const ForwardStore& store, std::size_t expert_idx, const ClusterOptions& options,
                             Progress& progress);

} // namespace cameo
