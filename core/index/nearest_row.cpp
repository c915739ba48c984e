#include "core/index/nearest_row.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cameo {

namespace {

// Rows that are compared with at once: four registers of the widest kind, as many independent sums as keep their units busy.
constexpr std::size_t kGroup = 64;

// |row|^2 - 2 <vector, row> of one group of rows.
[[gnu::always_inline]] inline void group_distances(const float* vector, std::size_t width, const float* packed, const float* squares, float* to) {
    float sums[kGroup];
    for (std::size_t lane = 0; lane < kGroup; ++lane)
        sums[lane] = squares[lane];
    for (std::size_t h = 0; h < width; ++h) {
        const float twice = -2 * vector[h];
        const float* const values = packed + h * kGroup;
        for (std::size_t lane = 0; lane < kGroup; ++lane)
            sums[lane] += twice * values[lane];
    }
    for (std::size_t lane = 0; lane < kGroup; ++lane)
        to[lane] = sums[lane];
}

// Of each lane and the one that many lanes further the nearer one, of equally near ones the first row.
template <std::size_t half>
[[gnu::always_inline]] inline void halve(float* nearest, std::uint32_t* rows) {
    for (std::size_t lane = 0; lane < half; ++lane) {
        const float other = nearest[lane + half];
        const bool nearer = (other < nearest[lane]) | ((other == nearest[lane]) & (rows[lane + half] < rows[lane]));
        nearest[lane] = nearer ? other : nearest[lane];
        rows[lane] = nearer ? rows[lane + half] : rows[lane];
    }
    if constexpr (half > 1) halve<half / 2>(nearest, rows);
}

[[gnu::always_inline]] inline NearestRow::Found find_nearest(const float* vector, std::size_t width, const float* packed, const float* squares, std::size_t groups) {
    float nearest[kGroup];
    std::uint32_t rows[kGroup];
    for (std::size_t lane = 0; lane < kGroup; ++lane) {
        nearest[lane] = std::numeric_limits<float>::infinity();
        rows[lane] = 0;
    }
    float found[kGroup];
    for (std::size_t group = 0; group < groups; ++group) {
        group_distances(vector, width, packed + group * width * kGroup, squares + group * kGroup, found);
        const auto first = static_cast<std::uint32_t>(group * kGroup);
        for (std::size_t lane = 0; lane < kGroup; ++lane) {
            const bool nearer = found[lane] < nearest[lane];
            nearest[lane] = nearer ? found[lane] : nearest[lane];
            rows[lane] = nearer ? first + static_cast<std::uint32_t>(lane) : rows[lane];
        }
    }
    halve<kGroup / 2>(nearest, rows);
    return {rows[0], nearest[0]};
}

[[gnu::always_inline]] inline void all_distances(const float* vector, std::size_t width, const float* packed, const float* squares, std::size_t groups, float* to) {
    for (std::size_t group = 0; group < groups; ++group)
        group_distances(vector, width, packed + group * width * kGroup, squares + group * kGroup, to + group * kGroup);
}

struct NearestKernels {
    NearestRow::Found (*find)(const float* vector, std::size_t width, const float* packed, const float* squares, std::size_t groups);
    void (*distances)(const float* vector, std::size_t width, const float* packed, const float* squares, std::size_t groups, float* to);
};

// The same code for each set of instructions.
#define CAMEO_NEAREST_ROW_KERNELS(NAME, TARGET)                                                                                                   \
    TARGET NearestRow::Found find_##NAME(const float* vector, std::size_t width, const float* packed, const float* squares, std::size_t groups) {  \
        return find_nearest(vector, width, packed, squares, groups);                                                                              \
    }                                                                                                                                             \
    TARGET void distances_##NAME(const float* vector, std::size_t width, const float* packed, const float* squares, std::size_t groups, float* to) { \
        all_distances(vector, width, packed, squares, groups, to);                                                                                \
    }                                                                                                                                             \
    constexpr NearestKernels k_##NAME{find_##NAME, distances_##NAME};
CAMEO_NEAREST_ROW_KERNELS(portable, )
#if defined(__x86_64__)
CAMEO_NEAREST_ROW_KERNELS(avx2, __attribute__((target("avx2,fma"))))
CAMEO_NEAREST_ROW_KERNELS(avx512, __attribute__((target("avx512f,avx2,fma,prefer-vector-width=512"))))
#endif
#undef CAMEO_NEAREST_ROW_KERNELS

const NearestKernels& nearest_kernels_for([[maybe_unused]] Simd simd) {
#if defined(__x86_64__)
    if (simd == Simd::Avx512) return k_avx512;
    if (simd == Simd::Avx2) return k_avx2;
#endif
    return k_portable;
}

} // namespace

NearestRow::NearestRow(std::span<const float> rows, std::size_t width, Simd simd) : m_size(rows.size() / width), m_width(width), m_simd(simd) {
    check(width > 0 && !rows.empty() && rows.size() % width == 0, "NearestRow: rows are not [N, width]");
    const std::size_t groups = (m_size + kGroup - 1) / kGroup;
    m_packed.assign(groups * width * kGroup, 0);
    m_squares.assign(groups * kGroup, std::numeric_limits<float>::infinity());
    for (std::size_t row = 0; row < m_size; ++row) {
        float square = 0;
        for (std::size_t h = 0; h < width; ++h) {
            const float value = rows[row * width + h];
            square += value * value;
            m_packed[(row / kGroup * width + h) * kGroup + row % kGroup] = value;
        }
        m_squares[row] = square;
    }
}

NearestRow::Found NearestRow::find(const float* vector) const {
    return nearest_kernels_for(m_simd).find(vector, m_width, m_packed.data(), m_squares.data(), m_squares.size() / kGroup);
}

void NearestRow::distances(const float* vector, std::vector<float>& to) const {
    to.resize(m_squares.size());
    nearest_kernels_for(m_simd).distances(vector, m_width, m_packed.data(), m_squares.data(), m_squares.size() / kGroup, to.data());
    to.resize(m_size);
}

} // namespace cameo
