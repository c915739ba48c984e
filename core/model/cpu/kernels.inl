// The inner loops of the encoder, written once with GCC's vector types and compiled for each instruction set by the
// .cpp files that include this one after defining LANES (floats in a vector), ROWS (rows of the register tile) and
// WIDE (panels of the register tile). Everything is in an anonymous namespace and nothing of the standard library
// with code in it is used, so that no function compiled for a wide set can be picked for a plain one.

namespace cameo {
namespace {

typedef float Vec __attribute__((vector_size(LANES * 4)));
typedef std::int32_t IntVec __attribute__((vector_size(LANES * 4)));
typedef float LooseVec __attribute__((vector_size(LANES * 4), aligned(4), may_alias));

constexpr std::size_t kVecs = kPanel / LANES; // vectors in a row of a panel

inline Vec load(const float* p) { return *reinterpret_cast<const LooseVec*>(p); }
inline void store(float* p, Vec v) { *reinterpret_cast<LooseVec*>(p) = v; }
inline Vec splat(float x) { return x - Vec{}; } // unlike x + 0, which is not x for -0, this costs nothing
inline Vec larger(Vec a, Vec b) { return a > b ? a : b; }
inline Vec smaller(Vec a, Vec b) { return a < b ? a : b; }
inline Vec magnitude(Vec a) { return reinterpret_cast<Vec>(reinterpret_cast<IntVec>(a) & 0x7fffffff); }

inline float sum(Vec v) {
    float total = 0;
    for (int lane = 0; lane < LANES; ++lane)
        total += v[lane];
    return total;
}
inline float largest(Vec v) {
    float m = v[0];
    for (int lane = 1; lane < LANES; ++lane)
        m = v[lane] > m ? v[lane] : m;
    return m;
}

// e^x to about 1e-7 relative: x = n ln 2 + r with |r| <= ln 2 / 2, e^r by its Taylor series to r^7, times 2^n put
// together from bits. Below -87 the result is e^-87, not 0: softmax and erf do not see the difference.
inline Vec exponential(Vec x) {
    x = larger(smaller(x, splat(88.0f)), splat(-87.0f));
    const Vec rounder = splat(12582912.0f); // 1.5 * 2^23: adding it rounds to an integer
    const Vec shifted = x * 1.44269504088896341f + rounder;
    const Vec n = shifted - rounder;
    Vec r = x - n * 0.693359375f;
    r = r + n * 2.12194440e-4f; // ln 2 in two parts, so that r keeps its digits
    Vec p = splat(1.0f / 5040);
    p = p * r + 1.0f / 720;
    p = p * r + 1.0f / 120;
    p = p * r + 1.0f / 24;
    p = p * r + 1.0f / 6;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    const IntVec power = (__builtin_convertvector(n, IntVec) + 127) << 23;
    return p * reinterpret_cast<Vec>(power);
}

// x * Phi(x), with erf by Abramowitz and Stegun 7.1.26 (absolute error at most 1.5e-7).
inline Vec gelu(Vec x) {
    const Vec z = magnitude(x) * 0.70710678118654752f;
    const Vec t = 1.0f / (1.0f + 0.3275911f * z);
    Vec p = splat(1.061405429f);
    p = p * t - 1.453152027f;
    p = p * t + 1.421413741f;
    p = p * t - 0.284496736f;
    p = p * t + 0.254829592f;
    const Vec tail = 0.5f * p * t * exponential(-z * z); // 1 - Phi(|x|)
    return x * (x >= 0.0f ? 1.0f - tail : tail);
}

// 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) = x * sigmoid(2 ...)
inline Vec gelu_tanh(Vec x) {
    const Vec u = 1.5957691216057308f * (x + 0.044715f * x * x * x);
    return x / (1.0f + exponential(-u));
}

template <Activation kind>
inline void activate_flat(float* x, std::size_t n) {
    const auto f = [](Vec v) {
        if constexpr (kind == Activation::Gelu)
            return gelu(v);
        else if constexpr (kind == Activation::GeluTanh)
            return gelu_tanh(v);
        else
            return larger(v, Vec{});
    };
    std::size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        store(x + i, f(load(x + i)));
    if (i < n) {
        Vec v{};
        for (std::size_t lane = 0; i + lane < n; ++lane)
            v[lane] = x[i + lane];
        v = f(v);
        for (std::size_t lane = 0; i + lane < n; ++lane)
            x[i + lane] = v[lane];
    }
}

void activate(float* x, std::size_t n, Activation activation) {
    switch (activation) {
    case Activation::None: return;
    case Activation::Gelu: return activate_flat<Activation::Gelu>(x, n);
    case Activation::GeluTanh: return activate_flat<Activation::GeluTanh>(x, n);
    case Activation::Relu: return activate_flat<Activation::Relu>(x, n);
    }
}

// acc[R][P * kVecs] += A[R, k] * P panels of [k, 16]
template <std::size_t R, std::size_t P>
inline __attribute__((always_inline)) void multiply(Vec (&acc)[R][P * kVecs], const float* a, std::size_t lda,
                                                    std::size_t k, const float* b, std::size_t panel_stride) {
    for (std::size_t i = 0; i < k; ++i) {
        Vec row[P * kVecs];
        for (std::size_t p = 0; p < P; ++p)
            for (std::size_t v = 0; v < kVecs; ++v)
                row[p * kVecs + v] = load(b + p * panel_stride + i * kPanel + v * LANES);
        for (std::size_t r = 0; r < R; ++r) {
            const Vec x = splat(a[r * lda + i]);
            for (std::size_t v = 0; v < P * kVecs; ++v)
                acc[r][v] += x * row[v];
        }
    }
}

// One register tile of C over the k of one block: starts from the bias (first block) or from C (later ones).
template <std::size_t R, std::size_t P>
void tile(const float* a, std::size_t lda, std::size_t k, const float* b, std::size_t panel_stride, const float* bias,
          bool first, float* c, std::size_t ldc, std::size_t columns, Activation activation) {
    Vec acc[R][P * kVecs];
    const bool whole = columns == P * kPanel;
    float edge[R][P * kPanel] = {};
    if (!whole && !first)
        for (std::size_t r = 0; r < R; ++r)
            for (std::size_t j = 0; j < P * kPanel; ++j)
                edge[r][j] = j < columns ? c[r * ldc + j] : 0.0f;
    for (std::size_t r = 0; r < R; ++r)
        for (std::size_t v = 0; v < P * kVecs; ++v)
            acc[r][v] = first ? (bias ? load(bias + v * LANES) : Vec{})
                              : (whole ? load(c + r * ldc + v * LANES) : load(&edge[r][v * LANES]));
    multiply<R, P>(acc, a, lda, k, b, panel_stride);
    for (std::size_t r = 0; r < R; ++r) {
        float* to = whole ? c + r * ldc : edge[r];
        for (std::size_t v = 0; v < P * kVecs; ++v)
            store(to + v * LANES, acc[r][v]);
        activate(to, P * kPanel, activation);
        if (!whole)
            for (std::size_t j = 0; j < columns; ++j)
                c[r * ldc + j] = edge[r][j];
    }
}

// Calls f with the number of rows as a constant: ROWS at a time, then what is left.
template <std::size_t R = ROWS - 1, class F>
inline void rest(std::size_t rows, const F& f) {
    if constexpr (R > 0) {
        if (rows == R)
            f(Rows<R>{});
        else
            rest<R - 1>(rows, f);
    }
}
template <class F>
inline void by_rows(std::size_t m, const F& f) {
    std::size_t r = 0;
    for (; r + ROWS <= m; r += ROWS)
        f(Rows<ROWS>{}, r);
    if (r < m)
        rest(m - r, [&](auto rows) { f(rows, r); });
}

template <std::size_t P>
void gemm_panels(const GemmCall& call, std::size_t panel_idx, std::size_t row0, std::size_t rows) {
    // A block of k such that panel and rows stay in the first-level cache.
    const std::size_t blocks = (call.k + 255) / 256;
    const std::size_t block = (call.k + blocks - 1) / blocks;
    const std::size_t column = panel_idx * kPanel;
    const std::size_t columns = call.n - column < P * kPanel ? call.n - column : P * kPanel;
    const float* bias = call.bias ? call.bias + column : nullptr;
    for (std::size_t k0 = 0; k0 < call.k; k0 += block) {
        const std::size_t k = call.k - k0 < block ? call.k - k0 : block;
        const auto activation = k0 + k == call.k ? call.activation : Activation::None;
        const float* b = call.b + panel_idx * call.k * kPanel + k0 * kPanel;
        by_rows(rows, [&]<std::size_t R>(Rows<R>, std::size_t r) {
            tile<R, P>(call.a + (row0 + r) * call.lda + k0, call.lda, k, b, call.k * kPanel, bias, k0 == 0,
                       call.c + (row0 + r) * call.ldc + column, call.ldc, columns, activation);
        });
    }
}

void gemm(const GemmCall& call) {
    // As many rows as keep A's block in the second-level cache, B streaming past it once a block.
    std::size_t step = 65536 / (call.k ? call.k : 1) / ROWS * ROWS;
    step = step < 8 * ROWS ? 8 * ROWS : step;
    for (std::size_t row0 = 0; row0 < call.m; row0 += step) {
        const std::size_t rows = call.m - row0 < step ? call.m - row0 : step;
        std::size_t p = 0;
        for (; p + WIDE <= call.panels; p += WIDE)
            gemm_panels<WIDE>(call, p, row0, rows);
        for (; p < call.panels; ++p)
            gemm_panels<1>(call, p, row0, rows);
    }
}

template <std::size_t P>
void max_panels(const float* a, std::size_t lda, std::size_t m, std::size_t k, const float* b, float* out) {
    Vec best[P * kVecs];
    for (Vec& v : best)
        v = splat(-3.402823466e38f);
    by_rows(m, [&]<std::size_t R>(Rows<R>, std::size_t r) {
        Vec acc[R][P * kVecs] = {};
        multiply<R, P>(acc, a + r * lda, lda, k, b, k * kPanel);
        for (std::size_t row = 0; row < R; ++row)
            for (std::size_t v = 0; v < P * kVecs; ++v)
                best[v] = larger(best[v], acc[row][v]);
    });
    for (std::size_t v = 0; v < P * kVecs; ++v)
        store(out + v * LANES, best[v]);
}

void max_product(const float* a, std::size_t lda, std::size_t m, std::size_t k, const float* b, std::size_t panels,
                 float* out) {
    std::size_t p = 0;
    for (; p + WIDE <= panels; p += WIDE)
        max_panels<WIDE>(a, lda, m, k, b + p * k * kPanel, out + p * kPanel);
    for (; p < panels; ++p)
        max_panels<1>(a, lda, m, k, b + p * k * kPanel, out + p * kPanel);
}

void layer_norm(const float* x, const float* residual, const float* gamma, const float* beta, float eps,
                std::size_t m, std::size_t width, std::size_t stride, float* out) {
    const std::size_t even = width / LANES * LANES;
    for (std::size_t r = 0; r < m; ++r) {
        const float* from = x + r * stride;
        const float* add = residual ? residual + r * stride : nullptr;
        float* to = out + r * stride;
        Vec total{};
        float tail = 0;
        for (std::size_t i = 0; i < even; i += LANES) {
            const Vec v = add ? load(from + i) + load(add + i) : load(from + i);
            store(to + i, v);
            total += v;
        }
        for (std::size_t i = even; i < width; ++i) {
            to[i] = add ? from[i] + add[i] : from[i];
            tail += to[i];
        }
        const float mean = (sum(total) + tail) / float(width);
        Vec squares{};
        tail = 0;
        for (std::size_t i = 0; i < even; i += LANES) {
            const Vec d = load(to + i) - mean;
            squares += d * d;
        }
        for (std::size_t i = even; i < width; ++i)
            tail += (to[i] - mean) * (to[i] - mean);
        const float scale = 1.0f / __builtin_sqrtf((sum(squares) + tail) / float(width) + eps);
        for (std::size_t i = 0; i < even; i += LANES)
            store(to + i, (load(to + i) - mean) * scale * load(gamma + i) + load(beta + i));
        for (std::size_t i = even; i < width; ++i)
            to[i] = (to[i] - mean) * scale * gamma[i] + beta[i];
    }
}

void softmax(float* x, std::size_t m, std::size_t n, std::size_t stride, float scale) {
    for (std::size_t r = 0; r < m; ++r) {
        float* row = x + r * stride;
        const std::size_t even = n / LANES * LANES;
        // The last, partly filled vector is read through a copy filled with what leaves the row's result alone.
        float edge[LANES];
        for (std::size_t lane = 0; lane < LANES; ++lane)
            edge[lane] = even + lane < n ? row[even + lane] : -3.402823466e38f;
        Vec top = load(edge);
        for (std::size_t i = 0; i < even; i += LANES)
            top = larger(top, load(row + i));
        const float peak = largest(top);
        Vec total{};
        for (std::size_t i = 0; i < even; i += LANES) {
            const Vec e = exponential((load(row + i) - peak) * scale);
            store(row + i, e);
            total += e;
        }
        if (even < n) {
            Vec e = exponential((load(edge) - peak) * scale);
            for (std::size_t lane = 0; lane < LANES; ++lane) {
                e[lane] = even + lane < n ? e[lane] : 0.0f;
                if (even + lane < n)
                    row[even + lane] = e[lane];
            }
            total += e;
        }
        const float inverse = 1.0f / sum(total);
        for (std::size_t i = 0; i < even; i += LANES)
            store(row + i, load(row + i) * inverse);
        for (std::size_t i = even; i < n; ++i)
            row[i] *= inverse;
    }
}

void log1p_relu(float* x, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i)
        x[i] = x[i] > 0 ? __builtin_log1pf(x[i]) : 0.0f;
}

} // namespace
} // namespace cameo
