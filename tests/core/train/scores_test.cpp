#include "core/train/scores.hpp"
#include "tests/support/broken_invariant.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

const std::vector<std::int32_t> kOffsets{0, 3, 4, 9};

at::Tensor random(at::IntArrayRef shape, std::uint64_t seed) {
    auto generator = at::detail::createCPUGenerator(seed);
    return at::randn(shape, generator, at::TensorOptions().dtype(at::kDouble));
}

/// The formula as it stands in the papers, everything with its gradient.
at::Tensor plain_impacts(const at::Tensor& states, const at::Tensor& decoder, const at::Tensor& bias) {
    std::vector<at::Tensor> rows;
    for (std::size_t text = 0; text + 1 < kOffsets.size(); ++text) {
        const auto own = states.slice(0, kOffsets[text], kOffsets[text + 1]);
        rows.push_back(at::log1p(at::relu(at::matmul(own, decoder.t()) + bias)).amax(0));
    }
    return at::stack(rows);
}

TEST(LexicalImpacts, AreThoseOfThePlainFormulaWithTheSameGradients) {
    const auto weight_of_loss = random({3, 20}, 4);
    std::vector<at::Tensor> values, gradients;
    for (const bool plain : {false, true}) {
        auto states = random({9, 5}, 1).requires_grad_(true), decoder = random({20, 5}, 2).requires_grad_(true),
             bias = random({20}, 3).requires_grad_(true);
        const auto impacts = plain ? plain_impacts(states, decoder, bias) : lexical_impacts(states, kOffsets, decoder, bias, 0);
        (impacts * weight_of_loss).sum().backward();
        values.push_back(impacts.detach());
        for (const auto& leaf : {states, decoder, bias}) gradients.push_back(leaf.grad());
    }
    EXPECT_TRUE(at::allclose(values[0], values[1], 1e-12, 1e-12));
    for (int leaf = 0; leaf < 3; ++leaf) EXPECT_TRUE(at::allclose(gradients[leaf], gradients[leaf + 3], 1e-10, 1e-12)) << leaf;
}

TEST(LexicalImpacts, KeepTheLargestTermsOnly) {
    const auto states = random({9, 5}, 1), decoder = random({20, 5}, 2), bias = random({20}, 3);
    const auto all = plain_impacts(states, decoder, bias), some = lexical_impacts(states, kOffsets, decoder, bias, 4);
    for (int text = 0; text < 3; ++text) {
        const auto kept = std::get<0>(at::topk(all[text], 4));
        EXPECT_LE((some[text] > 0).sum().item<int>(), 4);
        EXPECT_TRUE(at::allclose(std::get<0>(at::topk(some[text], 4)), kept));
    }
}

TEST(MeanMaxSim, IsThePlainLoopAndSoIsItsGradient) {
    const std::vector<std::int32_t> documents_at{0, 2, 7, 8, 12};
    std::vector<at::Tensor> values, gradients;
    for (const bool plain : {false, true}) {
        auto queries = random({9, 6}, 1).requires_grad_(true), documents = random({12, 6}, 2).requires_grad_(true);
        at::Tensor scores;
        if (plain) {
            std::vector<at::Tensor> all;
            for (int q = 0; q < 3; ++q)
                for (int d = 0; d < 4; ++d) {
                    const auto own = queries.slice(0, kOffsets[q], kOffsets[q + 1]);
                    const auto other = documents.slice(0, documents_at[d], documents_at[d + 1]);
                    all.push_back(std::get<0>(at::matmul(own, other.t()).max(1)).mean());
                }
            scores = at::stack(all).view({3, 4});
        } else {
            scores = mean_max_sim(queries, kOffsets, documents, documents_at);
        }
        (scores * random({3, 4}, 9)).sum().backward();
        values.push_back(scores.detach());
        gradients.push_back(queries.grad());
        gradients.push_back(documents.grad());
    }
    EXPECT_TRUE(at::allclose(values[0], values[1], 1e-12, 1e-12));
    EXPECT_TRUE(at::allclose(gradients[0], gradients[2], 1e-12, 1e-12));
    EXPECT_TRUE(at::allclose(gradients[1], gradients[3], 1e-12, 1e-12));
}

TEST(MeanRows, AndUnitRows) {
    const auto rows = at::tensor({1.0, 2.0, 3.0, 4.0, 0.0, 0.0}).view({3, 2});
    const std::vector<std::int32_t> offsets{0, 2, 3};
    EXPECT_TRUE(at::allclose(mean_rows(rows, offsets), at::tensor({2.0, 3.0, 0.0, 0.0}).view({2, 2})));
    EXPECT_TRUE(at::allclose(unit_rows(at::tensor({3.0, 4.0, 0.0, 0.0}).view({2, 2})), at::tensor({0.6, 0.8, 0.0, 0.0}).view({2, 2})));
}

TEST(Scores, RefuseATextWithoutRows) {
    const auto rows = random({3, 2}, 1);
    EXPECT_BROKEN_INVARIANT(mean_rows(rows, std::vector<std::int32_t>{0, 3, 3}));
    EXPECT_BROKEN_INVARIANT(mean_rows(rows, std::vector<std::int32_t>{0, 2}));
}

} // namespace
} // namespace cameo
