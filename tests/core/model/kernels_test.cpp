#include "core/model/cpu/kernels.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace cameo {
namespace {

std::vector<float> noise(std::size_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(count);
    for (float& x : values)
        x = normal(random);
    return values;
}

double plain_gelu(double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); }

class Kernels : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        const std::string isa = GetParam();
        m_kernels = isa == "AVX2" ? avx2_kernels() : isa == "AVX512" ? avx512_kernels() : &portable_kernels();
        if (!m_kernels)
            GTEST_SKIP() << "this processor has no " << isa;
    }
    const CpuKernels* m_kernels = nullptr;
};

TEST_P(Kernels, GemmIsThePlainSum) {
    struct Shape {
        std::size_t m, n, k;
    };
    for (const auto [m, n, k] : {Shape{1, 1, 1}, Shape{7, 20, 3}, Shape{13, 16, 256}, Shape{100, 33, 300},
                                 Shape{25, 48, 600}, Shape{64, 10, 10}}) {
        const auto a = noise(m * (k + 2), 1), w = noise(n * k, 2), bias = noise(n, 3);
        const PackedMatrix packed = pack(w, bias, n, k);
        for (const auto activation : {Activation::None, Activation::Gelu}) {
            std::vector<float> c(m * (n + 3), -7.0f);
            m_kernels->gemm({.a = a.data(), .lda = k + 2, .m = m, .k = k, .b = packed.panel(0),
                             .panels = packed.panels(), .bias = packed.bias.data(), .c = c.data(), .ldc = n + 3, .n = n,
                             .activation = activation});
            for (std::size_t r = 0; r < m; ++r) {
                for (std::size_t j = 0; j < n; ++j) {
                    double sum = bias[j];
                    for (std::size_t i = 0; i < k; ++i)
                        sum += double(a[r * (k + 2) + i]) * w[j * k + i];
                    if (activation == Activation::Gelu)
                        sum = plain_gelu(sum);
                    ASSERT_NEAR(c[r * (n + 3) + j], sum, 2e-4) << m << "x" << n << "x" << k << " at " << r << "," << j;
                }
                for (std::size_t j = n; j < n + 3; ++j)
                    ASSERT_EQ(c[r * (n + 3) + j], -7.0f) << "written beyond the last column";
            }
        }
    }
}

TEST_P(Kernels, ARowIsTheSameBitsInAnyCompany) {
    const std::size_t m = 50, n = 40, k = 520;
    const auto a = noise(m * k, 4), w = noise(n * k, 5);
    const PackedMatrix packed = pack(w, {}, n, k);
    const auto product = [&](std::size_t first, std::size_t rows) {
        std::vector<float> c(rows * n);
        m_kernels->gemm({.a = a.data() + first * k, .lda = k, .m = rows, .k = k, .b = packed.panel(0),
                         .panels = packed.panels(), .bias = packed.bias.data(), .c = c.data(), .ldc = n, .n = n});
        return c;
    };
    const auto all = product(0, m);
    for (std::size_t first = 0; first < m; first += 7) {
        const std::size_t rows = std::min<std::size_t>(7 - first % 3, m - first);
        const auto some = product(first, rows);
        for (std::size_t i = 0; i < some.size(); ++i)
            ASSERT_EQ(some[i], all[first * n + i]);
    }
}

TEST_P(Kernels, MaxProductIsTheLargestLogit) {
    const std::size_t m = 17, n = 70, k = 24;
    const auto a = noise(m * k, 6), w = noise(n * k, 7);
    const PackedMatrix packed = pack(w, {}, n, k);
    std::vector<float> out(packed.panels() * kPanel);
    m_kernels->max_product(a.data(), k, m, k, packed.panel(0), packed.panels(), out.data());
    for (std::size_t j = 0; j < n; ++j) {
        double best = -1e30;
        for (std::size_t r = 0; r < m; ++r) {
            double sum = 0;
            for (std::size_t i = 0; i < k; ++i)
                sum += double(a[r * k + i]) * w[j * k + i];
            best = std::max(best, sum);
        }
        EXPECT_NEAR(out[j], best, 1e-4);
    }
}

TEST_P(Kernels, LayerNormIsTheFormula) {
    const std::size_t m = 3, width = 21, stride = 24;
    const auto x = noise(m * stride, 8), y = noise(m * stride, 9), gamma = noise(width, 10), beta = noise(width, 11);
    std::vector<float> out(m * stride);
    m_kernels->layer_norm(x.data(), y.data(), gamma.data(), beta.data(), 1e-5f, m, width, stride, out.data());
    for (std::size_t r = 0; r < m; ++r) {
        double mean = 0, variance = 0;
        for (std::size_t i = 0; i < width; ++i)
            mean += (double(x[r * stride + i]) + y[r * stride + i]) / width;
        for (std::size_t i = 0; i < width; ++i)
            variance += std::pow(double(x[r * stride + i]) + y[r * stride + i] - mean, 2) / width;
        for (std::size_t i = 0; i < width; ++i)
            EXPECT_NEAR(out[r * stride + i],
                        (double(x[r * stride + i]) + y[r * stride + i] - mean) / std::sqrt(variance + 1e-5) * gamma[i] +
                            beta[i],
                        1e-5);
    }
}

TEST_P(Kernels, SoftmaxSumsToOneAtAnySize) {
    for (const std::size_t n : {1u, 2u, 15u, 16u, 17u, 100u}) {
        auto x = noise(2 * n, 12);
        for (float& value : x)
            value *= 30;
        const auto before = x;
        m_kernels->softmax(x.data(), 2, n, n, 0.5f);
        for (std::size_t r = 0; r < 2; ++r) {
            double total = 0, peak = -1e30, sum = 0;
            for (std::size_t i = 0; i < n; ++i)
                peak = std::max(peak, 0.5 * before[r * n + i]);
            for (std::size_t i = 0; i < n; ++i)
                total += std::exp(0.5 * before[r * n + i] - peak);
            for (std::size_t i = 0; i < n; ++i) {
                EXPECT_NEAR(x[r * n + i], std::exp(0.5 * before[r * n + i] - peak) / total, 2e-6);
                sum += x[r * n + i];
            }
            EXPECT_NEAR(sum, 1, 1e-5);
        }
    }
}

TEST_P(Kernels, ActivationsFollowTheirFunctions) {
    std::vector<float> x;
    for (float value = -12; value <= 12; value += 0.013f)
        x.push_back(value);
    auto gelu = x, tanh_gelu = x, weight = x;
    m_kernels->activate(gelu.data(), gelu.size(), Activation::Gelu);
    m_kernels->activate(tanh_gelu.data(), tanh_gelu.size(), Activation::GeluTanh);
    m_kernels->log1p_relu(weight.data(), weight.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double v = x[i];
        EXPECT_NEAR(gelu[i], plain_gelu(v), 1e-6 + 2e-7 * std::abs(v)) << v;
        EXPECT_NEAR(tanh_gelu[i], 0.5 * v * (1 + std::tanh(std::sqrt(2 / M_PI) * (v + 0.044715 * v * v * v))),
                    1e-6 + 4e-7 * std::abs(v))
            << v;
        EXPECT_NEAR(weight[i], std::log1p(std::max(v, 0.0)), 1e-6) << v;
    }
}

INSTANTIATE_TEST_SUITE_P(EverySet, Kernels, testing::Values("portable", "AVX2", "AVX512"),
                         [](const auto& set) { return std::string(set.param); });

} // namespace
} // namespace cameo
