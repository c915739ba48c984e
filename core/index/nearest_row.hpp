#pragma once

#include "core/index/simd.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cameo {

/// Finds which of a few hundred rows is nearest to a vector, by Euclidean distance, comparing with sixteen at once: rows lie in the lanes
/// of vector registers. For codecs, which ask it thousands of times a document. Immutable; thread-safe.
class NearestRow {
public:
    struct Found {
        std::uint32_t row = 0;
        float distance = 0; ///< squared, less the squared length of the vector: comparable between searches of one vector
    };

    /// @param rows [N, width] row-major, N >= 1
    NearestRow(std::span<const float> rows, std::size_t width, Simd simd = best_simd());

    std::size_t size() const { return m_size; }
    /// Of equally near ones the first. What is no number is near none, and finds row 0 at an infinite distance.
    /// @param vector [width]
    Found find(const float* vector) const;
    /// The distances of all, as find() tells them. @param to becomes [N]
    void distances(const float* vector, std::vector<float>& to) const;

private:
    std::size_t m_size = 0, m_width = 0;
    Simd m_simd;
    std::vector<float> m_packed;  ///< [groups of 64, width, 64]; beyond the last row 0
    std::vector<float> m_squares; ///< [groups of 64, 64] squared lengths; beyond the last row infinite
};

} // namespace cameo
