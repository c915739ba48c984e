#include "core/base/error.hpp"
#include "core/train/training_data.hpp"
#include "tests/support/memory_collection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<TrainingQuery> queries(std::size_t count) {
    std::vector<TrainingQuery> all;
    for (std::size_t q = 0; q < count; ++q)
        all.push_back({"q" + std::to_string(q), "", "", {std::int32_t(q), std::int32_t(q + 1)}}); // neighbours share one
    return all;
}

std::vector<std::vector<std::int32_t>> candidates(std::size_t count) {
    std::vector<std::vector<std::int32_t>> all(count);
    for (std::size_t q = 0; q < count; ++q)
        for (std::int32_t d = 0; d < 5; ++d) all[q].push_back(std::int32_t(1000 + 10 * q) + d);
    return all;
}

TEST(TrainingQueries, AreTheJudgedOnesWhoseDocumentsAreThere) {
    MemoryCollection collection(MemoryCollection::random_documents(5));
    collection.judge("train", {{"a", "first", "lexical"}, {"b", "second", ""}, {"c", "third", ""}, {"d", "unjudged", ""}},
                     {{"a", {{"d1", 1}, {"d3", 2}, {"d4", 0}}}, {"b", {{"gone", 1}}}, {"c", {{"d0", 0}}}});
    const auto found = training_queries(collection, "train");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].text, "first");
    EXPECT_EQ(found[0].category, "lexical");
    EXPECT_THAT(found[0].positives, ElementsAre(1, 3));
}

TEST(TrainingQueries, SayWhichSplitsThereAre) {
    MemoryCollection collection(MemoryCollection::random_documents(5));
    collection.judge("test", {{"a", "first", ""}}, {{"a", {{"d1", 1}}}});
    try {
        training_queries(collection, "train");
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("its splits are test"));
    }
}

TEST(BatchSampler, SeesEveryQueryOnceAnEpochWhateverTheBatch) {
    const auto all = queries(10);
    const auto from = candidates(10);
    const BatchSampler sampler(all, 3, 4, 1);
    EXPECT_EQ(sampler.steps_an_epoch(), 3);
    std::map<std::uint32_t, int> seen;
    for (int step = 0; step < 5; ++step) {
        const auto batch = sampler.batch(step, from);
        EXPECT_EQ(batch.queries.size(), 4u);
        for (const auto query : batch.queries) ++seen[query];
    }
    ASSERT_EQ(seen.size(), 10u);
    for (const auto& [query, times] : seen) EXPECT_EQ(times, 2) << query; // 20 of them in two epochs
}

TEST(BatchSampler, IsAFunctionOfSeedAndStep) {
    const auto all = queries(50);
    const auto from = candidates(50);
    const BatchSampler one(all, 3, 8, 2), same(all, 3, 8, 2), other(all, 4, 8, 2);
    one.batch(0, from), one.batch(11, from); // what was asked before makes no difference
    const auto a = one.batch(7, from), b = same.batch(7, from), c = other.batch(7, from);
    EXPECT_EQ(a.queries, b.queries);
    EXPECT_EQ(a.documents, b.documents);
    EXPECT_EQ(a.positive, b.positive);
    EXPECT_NE(a.queries, c.queries);
}

TEST(BatchSampler, MasksOtherRightDocumentsOfAQuery) {
    const auto all = queries(6);
    const auto from = candidates(6);
    const BatchSampler sampler(all, 1, 6, 2);
    const auto batch = sampler.batch(0, from);
    const std::size_t documents = batch.documents.size();
    EXPECT_EQ(std::set(batch.documents.begin(), batch.documents.end()).size(), documents);
    ASSERT_EQ(batch.counts.size(), 6 * documents);
    for (std::size_t q = 0; q < 6; ++q) {
        const auto& positives = all[batch.queries[q]].positives;
        EXPECT_NE(std::ranges::find(positives, batch.documents[std::size_t(batch.positive[q])]), positives.end());
        for (std::size_t d = 0; d < documents; ++d) {
            const bool right = std::ranges::find(positives, batch.documents[d]) != positives.end();
            EXPECT_EQ(batch.counts[q * documents + d], right && std::int64_t(d) != batch.positive[q] ? 0 : 1);
        }
    }
}

TEST(BatchSampler, DoesWithoutNegatives) {
    const auto all = queries(6);
    const std::vector<std::vector<std::int32_t>> none(6);
    const auto batch = BatchSampler(all, 1, 3, 0).batch(0, none);
    EXPECT_LE(batch.documents.size(), 3u);
}

TEST(BatchSampler, NamesTheQueriesOfSomeSteps) {
    const auto all = queries(23);
    const auto from = candidates(23);
    const BatchSampler sampler(all, 5, 4, 1);
    for (const auto& [first, last] : {std::pair{0, 0}, {0, 1}, {2, 5}, {4, 9}, {0, 6}, {3, 30}, {100, 200}}) {
        std::set<std::uint32_t> seen;
        for (int step = first; step < last; ++step)
            for (const auto query : sampler.batch(step, from).queries) seen.insert(query);
        EXPECT_EQ(sampler.queries_between(first, last), std::vector<std::uint32_t>(seen.begin(), seen.end())) << first << " " << last;
    }
    EXPECT_EQ(sampler.queries_between(0, 1'000'000'000).size(), 23u); // at once
}

// A training's steps may be parts: the whole step's queries are those of its parts.
TEST(BatchSampler, PartsHaveTheQueriesOfTheirStep) {
    const auto all = queries(23);
    const auto from = candidates(23);
    const BatchSampler whole(all, 5, 6, 1), parts(all, 5, 2, 1);
    for (int step = 0; step < 9; ++step) {
        std::vector<std::uint32_t> together;
        for (int part = 0; part < 3; ++part)
            for (const auto query : parts.batch(3 * step + part, from).queries) together.push_back(query);
        EXPECT_EQ(whole.batch(step, from).queries, together);
    }
}

TEST(TrainingDataSum, IsOfDocumentsAndQueries) {
    const MemoryCollection collection(MemoryCollection::random_documents(5)), other(MemoryCollection::random_documents(5), "2");
    const auto all = queries(3);
    const auto sum = training_data_sum(collection, all);
    EXPECT_EQ(sum.size(), 16u);
    EXPECT_EQ(sum, training_data_sum(collection, queries(3)));
    EXPECT_NE(sum, training_data_sum(other, all));
    EXPECT_NE(sum, training_data_sum(collection, queries(4)));
    auto changed = all;
    changed[1].positives = {2, 1};
    EXPECT_NE(sum, training_data_sum(collection, changed));
    changed = all;
    changed[2].text = "x";
    EXPECT_NE(sum, training_data_sum(collection, changed));
}

} // namespace
} // namespace cameo
