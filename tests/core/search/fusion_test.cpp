#include "core/base/error.hpp"
#include "core/search/fusion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Fused {
    std::vector<double> used, fused;
    std::vector<std::int32_t> ranks;
};

Fused run(const FusionSpec& spec, const std::vector<float>& raw, std::size_t experts,
          std::vector<std::size_t> tie_order = {}) {
    const std::size_t documents = raw.size() / experts;
    if (tie_order.empty()) {
        tie_order.resize(documents);
        std::iota(tie_order.begin(), tie_order.end(), std::size_t{0});
    }
    Fused result{std::vector<double>(raw.size()), std::vector<double>(documents),
                 std::vector<std::int32_t>(raw.size())};
    fuse(spec, raw, experts, tie_order, result.used, result.fused, result.ranks);
    return result;
}

// Two experts over three documents.
const std::vector<float> kRaw = {4, 0.5f, 2, 1.0f, 0, 0.0f};

TEST(Fusion, PlainSum) {
    EXPECT_THAT(run({}, kRaw, 2).fused, ElementsAre(4.5, 3, 0));
    EXPECT_THAT(run({}, kRaw, 2).ranks, ElementsAre(1, 2, 2, 1, 3, 3));
}

TEST(Fusion, MinMaxPutsEachExpertBetweenZeroAndOne) {
    EXPECT_THAT(run({FusionMethod::MinMax}, kRaw, 2).used, ElementsAre(1, 0.5, 0.5, 1, 0, 0));
}

TEST(Fusion, ZScoreUsesThePopulationDeviation) {
    // 4, 2, 0: mean 2, variance 8/3
    const auto result = run({FusionMethod::ZScore}, kRaw, 2);
    EXPECT_NEAR(result.used[0], 2 / std::sqrt(8.0 / 3), 1e-12);
    EXPECT_EQ(result.used[2], 0);
    EXPECT_NEAR(result.used[0] + result.used[2] + result.used[4], 0, 1e-12);
}

TEST(Fusion, RanksOnly) {
    EXPECT_THAT(run({FusionMethod::Rrf}, kRaw, 2).used,
                ElementsAre(1.0 / 61, 1.0 / 62, 1.0 / 62, 1.0 / 61, 1.0 / 63, 1.0 / 63));
    EXPECT_THAT(run({FusionMethod::ReciprocalRank}, kRaw, 2).fused, ElementsAre(1.5, 1.5, 1.0 / 3 + 1.0 / 3));
}

TEST(Fusion, WeightsApplyToEveryMethod) {
    for (const FusionMethod method : kFusionMethods) {
        const auto plain = run({method, 60, {1, 1}}, kRaw, 2);
        const auto weighted = run({method, 60, {2, 0.5}}, kRaw, 2);
        for (std::size_t at = 0; at < plain.used.size(); ++at)
            EXPECT_DOUBLE_EQ(weighted.used[at], plain.used[at] * (at % 2 == 0 ? 2 : 0.5)) << name(method);
        EXPECT_EQ(plain.ranks, weighted.ranks);
    }
}

TEST(Fusion, AFlatListAddsNothingUnderNormalisation) {
    const std::vector<float> raw = {7, 1, 7, 2, 7, 3};
    for (const FusionMethod method : {FusionMethod::MinMax, FusionMethod::ZScore}) {
        const auto result = run({method}, raw, 2);
        for (std::size_t document = 0; document < 3; ++document) {
            EXPECT_EQ(result.used[document * 2], 0);
            EXPECT_EQ(result.fused[document], result.used[document * 2 + 1]);
        }
    }
}

TEST(Fusion, TiesTakeTheGivenOrder) {
    EXPECT_THAT(run({}, {1, 1, 2, 1}, 1, {3, 0, 2, 1}).ranks, ElementsAre(4, 2, 1, 3));
}

TEST(Fusion, ScoresThatAreNotFiniteRankLastAndAddNothing) {
    for (const FusionMethod method : {FusionMethod::Sum, FusionMethod::MinMax, FusionMethod::ZScore}) {
        const auto result = run({method}, {NAN, 1, -5, INFINITY}, 1);
        EXPECT_THAT(result.ranks, ElementsAre(3, 1, 2, 4));
        EXPECT_EQ(result.used[0], 0);
        EXPECT_EQ(result.used[3], 0);
        EXPECT_TRUE(std::isfinite(result.fused[1]));
    }
}

TEST(Fusion, PartsAddUpExactlyAndEverythingIsFinite) {
    std::mt19937 random(7);
    std::normal_distribution<float> normal(0, 10);
    for (int round = 0; round < 50; ++round) {
        const std::size_t experts = 1 + random() % 4, documents = random() % 40;
        std::vector<float> raw(experts * documents);
        for (float& score : raw)
            score = random() % 3 == 0 ? 1.0f : normal(random); // many ties
        for (const FusionMethod method : kFusionMethods) {
            const auto result = run({method, 60, std::vector<double>(experts, 0.3)}, raw, experts);
            for (std::size_t document = 0; document < documents; ++document) {
                double sum = 0;
                for (std::size_t expert = 0; expert < experts; ++expert)
                    sum += result.used[document * experts + expert];
                EXPECT_EQ(result.fused[document], sum);
                EXPECT_TRUE(std::isfinite(sum));
            }
            for (std::size_t expert = 0; expert < experts; ++expert) {
                std::vector<std::int32_t> ranks;
                for (std::size_t document = 0; document < documents; ++document)
                    ranks.push_back(result.ranks[document * experts + expert]);
                std::sort(ranks.begin(), ranks.end());
                for (std::size_t at = 0; at < ranks.size(); ++at)
                    EXPECT_EQ(ranks[at], static_cast<std::int32_t>(at + 1));
            }
        }
    }
}

TEST(Fusion, AnEmptyUnionIsFine) {
    EXPECT_TRUE(run({FusionMethod::ZScore}, {}, 3).fused.empty());
}

TEST(Fusion, NamesRoundTrip) {
    for (const char* text : {"sum", "minmax", "zscore", "rrf", "rank", "rrf:k=20", "rrf:k=20,1,2",
                             "zscore:1,2,1", "weighted", "weighted:0.2,0.5,0.3", "sum:1,-1",
                             "adaptive", "adaptive:1,0.5,2"}) {
        const FusionSpec spec = parse_fusion(text);
        EXPECT_EQ(to_string(spec), text);
        EXPECT_EQ(parse_fusion(to_string(spec)), spec);
        EXPECT_FALSE(describe(spec).empty());
    }
    EXPECT_EQ(parse_fusion("rrf").rrf_k, 60);
}

TEST(Fusion, WeightsOfAnotherModelAreLeftOut) {
    EXPECT_EQ(fitted(parse_fusion("zscore:1,2,1"), 3), parse_fusion("zscore:1,2,1"));
    EXPECT_EQ(fitted(parse_fusion("zscore:1,2,1"), 2), parse_fusion("zscore"));
    EXPECT_EQ(fitted(parse_fusion("rrf:k=20,1,2"), 3), parse_fusion("rrf:k=20"));
}

TEST(Fusion, AdaptiveIsAZScoreSumWithTheQuerysWeights) {
    const std::vector<double> query_weights{0.5, 2};
    EXPECT_EQ(for_query(parse_fusion("adaptive"), query_weights), parse_fusion("zscore:0.5,2"));
    EXPECT_EQ(for_query(parse_fusion("adaptive:3,1"), query_weights), parse_fusion("zscore:1.5,2"));
    EXPECT_EQ(for_query(parse_fusion("rrf:k=20"), query_weights), parse_fusion("rrf:k=20"));
    // 4, 2, 0 and 0.5, 1, 0: z-scores 1.2247, 0, -1.2247 and 0, 1.2247, -1.2247
    const double z = std::sqrt(1.5);
    const auto result = run(for_query({FusionMethod::Adaptive}, query_weights), kRaw, 2);
    EXPECT_NEAR(result.fused[0], 0.5 * z, 1e-12);
    EXPECT_NEAR(result.fused[1], 2 * z, 1e-12);
    EXPECT_NEAR(result.fused[2], -2.5 * z, 1e-12);
    EXPECT_EQ(describe({FusionMethod::Adaptive}, query_weights), "adaptive z-score sum, weights for this query 0.5 : 2");
    EXPECT_EQ(describe({FusionMethod::Adaptive}), "adaptive z-score sum");
}

TEST(Fusion, AdaptiveWithoutWeightsIsRefused) {
    try {
        for_query(parse_fusion("adaptive"), {});
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("none were recorded"));
    }
    EXPECT_THROW(for_query(parse_fusion("adaptive:1,2,3"), std::vector<double>{1, 1}), Error);
    EXPECT_EQ(fitted(parse_fusion("adaptive:1,2"), 2, false), parse_fusion("zscore:1,2"));
    EXPECT_EQ(fitted(parse_fusion("adaptive:1,2"), 3, true), parse_fusion("adaptive"));
}

TEST(Fusion, RefusesWhatItDoesNotKnow) {
    for (const char* text : {"", "borda", "weighted:", "zscore:1,x", "zscore:1,,2", "zscore:nan",
                             "rrf:k=", "rrf:k=-1", "sum:k=3", "Sum"})
        EXPECT_THROW(parse_fusion(text), Error) << text;
    try {
        parse_fusion("borda");
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("zscore"));
    }
    EXPECT_THROW(run({FusionMethod::Sum, 60, {1, 2, 3}}, kRaw, 2), Error);
}

// Such weights made sums that are no numbers, and what is no number cannot be put in order.
TEST(Fusion, RefusesNumbersWhoseSumsLeaveTheRange) {
    const auto refusal = [](const char* text) -> std::string {
        try {
            parse_fusion(text);
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    };
    EXPECT_EQ(refusal("weighted:1e308,-1e308,1"), "fusion 'weighted:1e308,-1e308,1': found 1e308, expected a number from -1e+12 to 1e+12");
    EXPECT_THAT(refusal("rrf:k=2e12"), HasSubstr("found 2e12"));
    EXPECT_EQ(refusal("weighted:1e12,-1e12"), "no error");
}

// What a view writes into a formula is what fuse() does.
TEST(Fusion, LinesDrawWhatIsUsed) {
    for (const char* text : {"sum", "weighted:2,0.5", "minmax", "zscore:1,3"}) {
        const FusionSpec spec = parse_fusion(text);
        const auto lines = fusion_lines(spec, kRaw, 2);
        const Fused fused = run(spec, kRaw, 2);
        for (std::size_t at = 0; at < kRaw.size(); ++at) {
            const FusionLine& line = lines[at % 2];
            EXPECT_TRUE(line.straight);
            EXPECT_EQ(line.used(kRaw[at]), fused.used[at]) << text;
            EXPECT_NEAR(line.slope() * (kRaw[at] - kRaw[at % 2]), fused.used[at] - fused.used[at % 2], 1e-12) << text;
        }
    }
    EXPECT_EQ(fusion_lines(parse_fusion("minmax"), kRaw, 2)[0].offset, 0);
    EXPECT_EQ(fusion_lines(parse_fusion("minmax"), kRaw, 2)[0].divisor, 4);
    for (const char* text : {"rrf:2,1", "rank:2,1"}) {
        const FusionLine line = fusion_lines(parse_fusion(text), kRaw, 2)[0];
        EXPECT_FALSE(line.straight);
        EXPECT_EQ(line.weight, 2);
        EXPECT_EQ(line.slope(), 0);
    }
    const FusionLine flat = fusion_lines(parse_fusion("zscore"), std::vector<float>{3, 3}, 1)[0];
    EXPECT_EQ(flat.slope(), 0);
    EXPECT_EQ(flat.used(3), 0);
    EXPECT_THROW(fusion_lines(parse_fusion("sum:1,2,3"), kRaw, 2), Error);
}

TEST(Fusion, WhatDoesTheSameIsWrittenTheSame) {
    EXPECT_EQ(simplified(parse_fusion("zscore:1,1,1")), parse_fusion("zscore"));
    EXPECT_EQ(simplified(parse_fusion("weighted:1,2,1")), simplified(parse_fusion("sum:1,2,1")));
    EXPECT_EQ(simplified({.method = FusionMethod::Sum, .rrf_k = 20}), FusionSpec{});
    EXPECT_NE(simplified(parse_fusion("rrf:k=20")), parse_fusion("rrf"));
    EXPECT_NE(simplified(parse_fusion("zscore:1,2,1")), parse_fusion("zscore"));
}

} // namespace
} // namespace cameo
