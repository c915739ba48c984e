#pragma once

#include "core/index/half.hpp"
#include "core/index/simd.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace cameo {

namespace detail {
using MaxSimKernel = void (*)(const float* query, const Half* rows, std::size_t count, std::size_t width,
                              float* to);
struct MaxSimKernels {
    MaxSimKernel maxima = nullptr;       ///< writes [lanes]
    MaxSimKernel similarities = nullptr; ///< writes [count, lanes]
};
} // namespace detail

/// Late interaction of one query with documents, s = sum_i max_j <q_i, d_j> (Khattab and Zaharia, arXiv
/// 2004.12832, equation 3), documents in half precision, products and sums of products in fp32, the sum over
/// i in fp64.
///
/// Query tokens lie in the lanes of the vector registers, so that the maximum over document tokens costs one
/// instruction a document token and nothing is padded to the length of the longest document. The score of a
/// document does not depend on what is scored before, after or beside it. Immutable; thread-safe.
class MaxSimQuery {
public:
    /// @param rows [T, width] row-major.   @throws InternalError when rows.size() is no multiple of width.
    MaxSimQuery(std::span<const float> rows, std::int32_t width, Simd simd = best_simd());

    /// @param rows [S, width] row-major.
    /// @return s; 0 when S or T is 0: a document without tokens matches nothing.
    float score(std::span<const Half> rows) const;

    /// scores[d] of documents[d], on both cores when there is enough to do.
    void score(std::span<const std::span<const Half>> documents, std::span<float> scores) const;
    /// The same of documents whose rows are made when they are needed.
    /// @param values of all rows together, about: whether there is enough to do
    /// @param rows_of [S, width] of a document; may put them into `room`, which a thread keeps from document to document
    void score(std::size_t documents, std::size_t values,
               const std::function<std::span<const Half>(std::size_t document, std::vector<Half>& room)>& rows_of,
               std::span<float> scores) const;

    /// All of them, [S, T] row-major. @pre to.size() == S * T
    void similarities(std::span<const Half> rows, std::span<float> to) const;

    std::size_t tokens() const { return m_tokens; }
    std::int32_t width() const { return m_width; }

private:
    struct Tile {
        std::size_t tokens = 0, lanes = 0;
        std::vector<float> packed; ///< [width, lanes]: lane i is the tile's token i, 0 beyond the last
        detail::MaxSimKernels kernels;
    };

    std::size_t m_tokens = 0;
    std::int32_t m_width = 0;
    std::vector<Tile> m_tiles;
};

} // namespace cameo
