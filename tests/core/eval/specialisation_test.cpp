#include "core/eval/specialisation.hpp"
#include "core/eval/score_judged.hpp"

#include "tests/core/eval/judged_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace cameo {
namespace {

// Agreements at depths 1, 2 and 3, worked by hand.
TEST(RankBiasedOverlap, KnowsHandWorkedExamples) {
    const std::vector<std::int32_t> abc{1, 2, 3}, bac{2, 1, 3}, other{7, 8, 9}, abx{1, 2, 9};
    EXPECT_NEAR(rank_biased_overlap(abc, abc, 0.9), 1, 1e-12);
    EXPECT_EQ(rank_biased_overlap(abc, other, 0.9), 0);
    // Agreements 0, 1, 1: (1 - p)/p (0 + p^2 + p^3) + p^3
    EXPECT_NEAR(rank_biased_overlap(abc, bac, 0.9), 0.1 / 0.9 * (0.81 + 0.729) + 0.729, 1e-12);
    // Agreements 1, 1, 2/3
    EXPECT_NEAR(rank_biased_overlap(abc, abx, 0.9), 0.1 / 0.9 * (0.9 + 0.81 + 0.729 * 2 / 3) + 0.729 * 2 / 3, 1e-12);
    EXPECT_EQ(rank_biased_overlap({}, {}, 0.9), 1);
    EXPECT_EQ(rank_biased_overlap(abc, {}, 0.9), 0);
}

struct Judged {
    JudgedBench bench;
    JudgedScores scores = score_judged(*bench.engine, nullptr, {.depth = 40}, bench.progress);
    Specialisation made = specialise(scores, {.method = FusionMethod::ZScore}, 0, bench.progress);
};

TEST(Specialisation, SlicesHoldEveryQueryOnceAndTheirMeans) {
    const Judged judged;
    for (const auto& [name, slices] : judged.made.slices) {
        std::size_t queries = 0;
        for (const QuerySlice& slice : slices) {
            queries += slice.queries.size();
            for (std::size_t expert = 0; expert < 3; ++expert) {
                double sum = 0;
                for (const std::size_t query : slice.queries)
                    sum += judged.made.per_query[expert][query];
                EXPECT_NEAR(slice.experts[expert].mean, sum / static_cast<double>(slice.queries.size()), 1e-12);
                EXPECT_LE(slice.experts[expert].low, slice.experts[expert].mean + 1e-12);
                EXPECT_GE(slice.experts[expert].high, slice.experts[expert].mean - 1e-12);
                EXPECT_LE(slice.experts[expert].mean, slice.oracle.mean + 1e-12);
                EXPECT_LE(slice.experts[expert].mean, slice.experts[slice.best].mean);
            }
            EXPECT_LE(std::accumulate(slice.sole_best.begin(), slice.sole_best.end(), slice.all_equal), 1 + 1e-12);
        }
        EXPECT_EQ(queries, 40u) << name;
    }
    EXPECT_EQ(judged.made.slices.at("all").size(), 1u);
    EXPECT_EQ(judged.made.slices.at("category").size(), 2u);
}

// Who saves and who ruins: the fusion without one expert, query by query.
TEST(Specialisation, ContributionsAreTheFusionWithoutTheExpert) {
    const Judged judged;
    const auto full = measure_fusion(judged.scores, {.method = FusionMethod::ZScore});
    const auto silent = measure_fusion(judged.scores, {.method = FusionMethod::ZScore, .weights = {1, 0, 1}});
    const Contribution& local = judged.made.contributions[1];
    double sum = 0;
    for (std::size_t query = 0; query < full.size(); ++query) {
        const double change = full[query].mrr_10 - silent[query].mrr_10;
        sum += change;
        EXPECT_EQ(std::ranges::count(local.saves, query), change > 0);
        EXPECT_EQ(std::ranges::count(local.ruins, query), change < 0);
    }
    EXPECT_NEAR(local.mean, sum / static_cast<double>(full.size()), 1e-12);
    for (std::size_t at = 1; at < local.saves.size(); ++at) {
        const auto change = [&](std::size_t place) { return full[local.saves[place]].mrr_10 - silent[local.saves[place]].mrr_10; };
        EXPECT_GE(change(at - 1), change(at));
    }
    for (std::size_t expert = 0; expert < 3; ++expert)
        for (const std::size_t query : judged.made.contributions[expert].only)
            for (std::size_t other = 0; other < 3; ++other)
                EXPECT_EQ(judged.made.per_query[other][query] > 0, other == expert);
}

TEST(Specialisation, PairsAreSymmetricAndTheUnionFindsMost) {
    const Judged judged;
    for (std::size_t one = 0; one < 3; ++one) {
        EXPECT_NEAR(judged.made.pair(one, one).jaccard, 1, 1e-12);
        EXPECT_NEAR(judged.made.pair(one, one).rbo, 1, 1e-9);
        EXPECT_LE(judged.made.found[one], judged.made.found_by_any + 1e-12);
        for (std::size_t other = 0; other < 3; ++other) {
            EXPECT_EQ(judged.made.pair(one, other).jaccard, judged.made.pair(other, one).jaccard);
            EXPECT_GE(judged.made.pair(one, other).rbo, 0);
            EXPECT_LE(judged.made.pair(one, other).rbo, 1 + 1e-12);
        }
    }
    EXPECT_LE(judged.made.found_by_any, 1);
}

// Experts that are copies look like copies.
TEST(Specialisation, CopiesAreSeen) {
    JudgedBench bench;
    JudgedScores scores = score_judged(*bench.engine, nullptr, {.depth = 40}, bench.progress);
    for (ScoredQuery& query : scores.queries)
        for (std::size_t document = 0; document < query.documents.size(); ++document) {
            query.raw[document * 3 + 1] = query.raw[document * 3];
            const std::uint32_t first = query.brought_by[document] & 1U;
            query.brought_by[document] = (query.brought_by[document] & ~2U) | first << 1;
        }
    const Specialisation made = specialise(scores, {}, 0, bench.progress);
    EXPECT_NEAR(made.pair(0, 1).jaccard, 1, 1e-12);
    EXPECT_NEAR(made.pair(0, 1).rbo, 1, 1e-9);
    EXPECT_NEAR(made.pair(0, 1).correlation, 1, 1e-9);
    for (const QuerySlice& slice : made.slices.at("all"))
        EXPECT_EQ(slice.sole_best[0] + slice.sole_best[1], 0); // neither is ever alone at the top
}

} // namespace
} // namespace cameo
