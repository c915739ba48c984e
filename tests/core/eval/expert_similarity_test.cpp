#include "core/eval/expert_similarity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

namespace cameo {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsNan;

/// Outputs [B, N, width] of experts that are each a function of a drawn x [width].
using Expert = std::function<std::vector<float>(const std::vector<float>&)>;
std::vector<float> outputs_of(const std::vector<Expert>& experts, int inputs, std::size_t width,
                              std::uint32_t seed = 1) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> outputs;
    for (int input = 0; input < inputs; ++input) {
        std::vector<float> x(width);
        for (float& value : x)
            value = normal(random);
        for (const Expert& expert : experts)
            for (const float value : expert(x))
                outputs.push_back(value);
    }
    return outputs;
}

ExpertSimilarity compare(const std::vector<float>& outputs, std::size_t experts, std::size_t width) {
    Progress progress;
    return compare_experts(outputs, experts, width, progress);
}

TEST(ExpertSimilarity, ExpertsThatCopyEachOther) {
    const Expert same = [](const std::vector<float>& x) { return x; };
    const ExpertSimilarity found = compare(outputs_of({same, same, same}, 30, 10), 3, 10);
    EXPECT_EQ(found.inputs, 30);
    for (const auto* matrix : {&found.cosine, &found.cka}) {
        ASSERT_EQ(matrix->size(), 9u);
        EXPECT_THAT(*matrix, Each(testing::DoubleNear(1, 1e-12)));
    }
}

TEST(ExpertSimilarity, OrthogonalExperts) {
    // By hand: E_0 = (a, 0), E_1 = (0, b) with a = 1, -1, 1, -1 and b = 1, 1, -1, -1: uncorrelated columns.
    const std::vector<float> outputs = {1, 0, 0, 1, -1, 0, 0, 1, 1, 0, 0, -1, -1, 0, 0, -1};
    const ExpertSimilarity found = compare(outputs, 2, 2);
    EXPECT_THAT(found.cosine, ElementsAre(1, 0, 0, 1));
    EXPECT_THAT(found.cka, ElementsAre(1, 0, 0, 1));
    // tr = 4 and |XX'|_F = 4 for both, B - 1 = 3: 16 / (3 * 16).
    EXPECT_NEAR(found.cka_shuffled[1], 1.0 / 3, 1e-12);
    EXPECT_NEAR(found.cka_shuffled[0], 1.0 / 3, 1e-12);
}

TEST(ExpertSimilarity, HandWorkedCka) {
    // X = (1, 0), (0, 1), (-1, -1) is centred, Y = (1, 0), (0, 0), (-1, 0) too.
    // X'X = [2 1; 1 2], its norm sqrt(10); Y'Y = [2 0; 0 0], its norm 2; Y'X = [2 1; 0 0], squared norm 5.
    const std::vector<float> outputs = {1, 0, 1, 0, 0, 1, 0, 0, -1, -1, -1, 0};
    const ExpertSimilarity found = compare(outputs, 2, 2);
    EXPECT_NEAR(found.cka[1], 5 / (2 * std::sqrt(10.0)), 1e-12);
    EXPECT_NEAR(found.cka_shuffled[1], 4.0 * 2 / (2 * std::sqrt(10.0) * 2), 1e-12);
    // Cosines 1 and (1 + 0) / sqrt(2); the second input has a zero vector and does not count.
    EXPECT_NEAR(found.cosine[1], (1 + 1 / std::sqrt(2.0)) / 2, 1e-7);
    EXPECT_EQ(found.cosine[1], found.cosine[2]);
}

TEST(ExpertSimilarity, CkaDoesNotSeeRotationScaleOrShift) {
    constexpr std::size_t kWidth = 12;
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    for (int trial = 0; trial < 20; ++trial) {
        // A product of reflections is a rotation (or a reflection, which CKA does not see either).
        std::vector<std::vector<float>> mirrors(3, std::vector<float>(kWidth));
        for (auto& mirror : mirrors) {
            float squares = 0;
            for (float& value : mirror) {
                value = normal(random);
                squares += value * value;
            }
            for (float& value : mirror)
                value /= std::sqrt(squares);
        }
        const float scale = 0.1f + static_cast<float>(random() % 100), shift = normal(random);
        const Expert turned = [&](const std::vector<float>& x) {
            auto y = x;
            for (const auto& mirror : mirrors) {
                float along = 0;
                for (std::size_t c = 0; c < kWidth; ++c)
                    along += mirror[c] * y[c];
                for (std::size_t c = 0; c < kWidth; ++c)
                    y[c] -= 2 * along * mirror[c];
            }
            for (float& value : y)
                value = scale * value + shift;
            return y;
        };
        const Expert bent = [](const std::vector<float>& x) {
            auto y = x;
            for (float& value : y)
                value = std::max(0.0f, value) + (&value == y.data() ? 3 * x[1] : 0);
            return y;
        };
        const Expert itself = [](const std::vector<float>& x) { return x; };
        const ExpertSimilarity found =
            compare(outputs_of({itself, turned, bent}, 40, kWidth, random()), 3, kWidth);
        EXPECT_NEAR(found.at(found.cka, 0, 1), 1, 1e-4);
        EXPECT_LT(found.at(found.cka, 0, 2), 0.99);
        EXPECT_NEAR(found.at(found.cka, 0, 2), found.at(found.cka, 1, 2), 1e-4);
        EXPECT_NEAR(found.at(found.cka_shuffled, 0, 2), found.at(found.cka_shuffled, 1, 2), 1e-4);
        for (const double cka : found.cka) {
            EXPECT_GE(cka, 0);
            EXPECT_LE(cka, 1 + 1e-12);
        }
    }
}

// The plain formula over H x H matrices, which the code does not compute.
double plain_cka(const std::vector<float>& outputs, std::size_t width) {
    const std::size_t inputs = outputs.size() / (2 * width);
    const auto column = [&](std::size_t expert, std::size_t c) {
        std::vector<double> values;
        double mean = 0;
        for (std::size_t input = 0; input < inputs; ++input) {
            values.push_back(outputs[(input * 2 + expert) * width + c]);
            mean += values.back() / static_cast<double>(inputs);
        }
        for (double& value : values)
            value -= mean;
        return values;
    };
    const auto squared_norm = [&](std::size_t x, std::size_t y) {
        double squares = 0;
        for (std::size_t a = 0; a < width; ++a)
            for (std::size_t b = 0; b < width; ++b) {
                const auto left = column(x, a), right = column(y, b);
                double sum = 0;
                for (std::size_t input = 0; input < inputs; ++input)
                    sum += left[input] * right[input];
                squares += sum * sum;
            }
        return squares;
    };
    return squared_norm(0, 1) / std::sqrt(squared_norm(0, 0) * squared_norm(1, 1));
}

TEST(ExpertSimilarity, EqualsThePlainFormula) {
    for (const auto& [inputs, width] : {std::pair<int, std::size_t>{5, 9}, {40, 3}, {33, 17}}) {
        const Expert itself = [](const std::vector<float>& x) { return x; };
        const Expert folded = [](const std::vector<float>& x) {
            auto y = x;
            for (float& value : y)
                value = std::abs(value) + 0.3f * x[0];
            return y;
        };
        const auto outputs = outputs_of({itself, folded}, inputs, width);
        EXPECT_NEAR(compare(outputs, 2, width).cka[1], plain_cka(outputs, width), 1e-10) << inputs;
    }
}

TEST(ExpertSimilarity, TheShuffledBaselineIsTheMeanOfShuffles) {
    constexpr std::size_t kWidth = 6;
    const Expert itself = [](const std::vector<float>& x) { return x; };
    auto outputs = outputs_of({itself, itself}, 12, kWidth);
    const double exact = compare(outputs, 2, kWidth).cka_shuffled[1];
    std::mt19937 random(5);
    double sum = 0;
    constexpr int kShuffles = 3000;
    for (int shuffle = 0; shuffle < kShuffles; ++shuffle) {
        for (std::size_t input = 12; input > 1; --input) { // the second expert's inputs among themselves
            const std::size_t other = random() % input;
            for (std::size_t c = 0; c < kWidth; ++c)
                std::swap(outputs[((input - 1) * 2 + 1) * kWidth + c], outputs[(other * 2 + 1) * kWidth + c]);
        }
        sum += compare(outputs, 2, kWidth).cka[1];
    }
    EXPECT_NEAR(sum / kShuffles, exact, 0.01);
}

TEST(ExpertSimilarity, OneInputAndNone) {
    const ExpertSimilarity one = compare({3, 4, 4, 3}, 2, 2);
    EXPECT_EQ(one.inputs, 1);
    EXPECT_NEAR(one.cosine[1], 24.0 / 25, 1e-12);
    EXPECT_THAT(one.cka, Each(IsNan()));
    EXPECT_THAT(one.cka_shuffled, Each(IsNan()));
    const ExpertSimilarity none = compare({}, 2, 2);
    EXPECT_EQ(none.inputs, 0);
    EXPECT_THAT(none.cosine, Each(IsNan()));
    EXPECT_EQ(none.cka.size(), 4u);
}

TEST(ExpertSimilarity, WhatDoesNotVaryOrIsNotFinite) {
    const Expert itself = [](const std::vector<float>& x) { return x; };
    const Expert constant = [](const std::vector<float>& x) { return std::vector<float>(x.size(), 0.1f); };
    const Expert nothing = [](const std::vector<float>& x) { return std::vector<float>(x.size()); };
    auto outputs = outputs_of({itself, constant, nothing}, 50, 7);
    outputs[3 * 7 * 4] = std::nanf("");
    const ExpertSimilarity found = compare(outputs, 3, 7);
    EXPECT_EQ(found.inputs, 49);
    EXPECT_EQ(found.left_out, 1);
    EXPECT_NEAR(found.at(found.cka, 0, 0), 1, 1e-12);
    EXPECT_THAT(found.at(found.cka, 0, 1), IsNan());
    EXPECT_THAT(found.at(found.cka, 1, 1), IsNan());
    EXPECT_NEAR(found.at(found.cosine, 1, 1), 1, 1e-6);
    EXPECT_THAT(found.at(found.cosine, 2, 0), IsNan());
}

TEST(ExpertSimilarity, StopsWhenAsked) {
    std::stop_source stop;
    stop.request_stop();
    Progress progress(stop.get_token());
    const std::vector<float> outputs(40 * 2 * 3, 1.0f);
    EXPECT_THROW(compare_experts(outputs, 2, 3, progress), Cancelled);
}

} // namespace
} // namespace cameo
