#pragma once

#include "core/index/forward_store.hpp"
#include "core/index/simd.hpp"
#include "core/index/token_codec.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cameo {

/// About the MaxSim of one query with documents as a codec keeps them, without decoding their tokens: what a query token has in
/// common with each direction of a residual is computed once and looked up then (Jegou, Douze and Schmid 2011, asymmetric distances;
/// WARP: Scheerer et al., arXiv 2501.17788, does so with ColBERT's residuals). With centroid c, length l and directions r_s
///
///   s = sum_i max_j (<q_i, c_j> + l_j sum_s <q_i, r_js>),
///
/// the inner products with directions in steps of a byte. Where decoded vectors are brought to length 1, these are not: scores are
/// some per cent lower, all by about as much. Immutable; thread-safe.
class CodedMaxSim {
public:
    static constexpr std::size_t kLanes = 32; ///< query tokens that are looked up together

    /// @param rows [T, width] of the query   @param similarities [K, T] with the centroids, and kLanes values behind them that are
    /// read and not used; they must outlive this   @pre codec.bits() > 0
    CodedMaxSim(const TokenCodec& codec, std::span<const float> rows, std::span<const float> similarities, Simd simd = best_simd());

    /// Tokens of centroids that there are not count for nothing.
    float score(const CodedTokens& document) const;

    struct Tile {
        std::size_t first = 0, tokens = 0;
        std::vector<std::uint8_t> products; ///< [subspaces, 256, kLanes], in steps above the lowest of its subspace and lane
        std::array<float, kLanes> lowest{}; ///< summed over subspaces
    };

private:
    std::size_t m_tokens = 0, m_centroids = 0, m_subspaces = 0;
    std::span<const float> m_similarities;
    std::vector<Tile> m_tiles;
    float m_step = 0;                      ///< of a byte
    std::array<float, 256> m_lengths{}; ///< by the byte of a residual's length
    Simd m_simd;
};

} // namespace cameo
