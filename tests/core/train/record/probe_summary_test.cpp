#include "core/train/record/probe_summary.hpp"

#include "tests/support/broken_invariant.hpp"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;

/// Two experts and their fusion, four queries of two kinds.
ProbeSet set_of_four() {
    ProbeSet set{.systems = {"lexical", "global", "fusion"}, .queries = {}, .documents = {}};
    for (const char* category : {"a", "a", "b", ""}) set.queries.push_back({"q" + std::to_string(set.queries.size()), "words", category, 0});
    set.documents.assign(30, {"d", "title"});
    return set;
}

ProbeRecord ranked(std::vector<std::int32_t> ranks) { return {.ranks = std::move(ranks), .top = {}, .probabilities = {}, .weights = {}, .document_weights = {}}; }

TEST(ProbeSummary, MeasuresEachKindOfQuery) {
    const auto summary = summarise(set_of_four(), std::vector{ranked({1, 2, 1}), ranked({4, 2, 11}), ranked({0, 10, 5}), ranked({3, 3, 0})});
    const auto& all = summary.categories.at("");
    EXPECT_EQ(all.queries, 4u);
    EXPECT_THAT(all.reciprocal, ElementsAre(DoubleEq((1 + 1.0 / 4 + 0 + 1.0 / 3) / 4), DoubleEq((0.5 + 0.5 + 0.1 + 1.0 / 3) / 4), DoubleEq((1 + 0 + 0.2 + 0) / 4)));
    EXPECT_THAT(all.first, ElementsAre(0.25, 0.5)) << "a rank of 0 is behind all others";
    EXPECT_EQ(all.tied, 0.25);
    const auto& a = summary.categories.at("a");
    EXPECT_EQ(a.queries, 2u);
    EXPECT_THAT(a.reciprocal, ElementsAre(0.625, 0.5, 0.5));
    EXPECT_EQ(summary.categories.size(), 3u) << "one query is of no kind";
    EXPECT_TRUE(summary.routing.query_load.empty());
}

TEST(ProbeSummary, SaysHowTheGateSends) {
    ProbeSet set{.systems = {"gate", "expert 1", "expert 2", "fusion"}, .queries = {}, .documents = {}};
    std::vector<ProbeRecord> records;
    const auto add = [&](float p, std::vector<float> weights, std::vector<float> document) {
        set.queries.push_back({"q", "words", "", 0});
        records.push_back({.ranks = {1, 1, 1, 1}, .top = {}, .probabilities = {p, 1 - p}, .weights = std::move(weights), .document_weights = std::move(document)});
    };
    add(1.0f, {1, 0}, {1, 0});
    add(0.0f, {0, 1}, {1, 0});
    const auto& routing = summarise(set, records).routing;
    EXPECT_THAT(routing.query_load, ElementsAre(0.5, 0.5));
    EXPECT_THAT(routing.document_load, ElementsAre(1, 0));
    EXPECT_EQ(routing.agreement, 0.5);
    EXPECT_EQ(routing.entropy, 0) << "it is certain of each";
    EXPECT_EQ(routing.marginal, 1) << "a bit: both serve";
    EXPECT_EQ(routing.information(), 1);
    EXPECT_BROKEN_INVARIANT(summarise(set_of_four(), records));
}

TEST(BestAlone, IsWhoRanksItBestWithoutAnEqual) {
    using Ranks = std::vector<std::int32_t>;
    EXPECT_EQ(best_alone(Ranks{3, 1, 2}), 1);
    EXPECT_EQ(best_alone(Ranks{1, 1, 2}), -1);
    EXPECT_EQ(best_alone(Ranks{0, 9, 0}), 1) << "0: not in the list";
    EXPECT_EQ(best_alone(Ranks{0, 0}), -1);
    EXPECT_EQ(best_alone(Ranks{}), -1);
    EXPECT_EQ(best_alone(Ranks{4}), 0);
}

} // namespace
} // namespace cameo
