// The pruned search against a plain one, on made-up postings.
#include "core/index/bm25_builder.hpp"
#include "core/index/bm25_postings.hpp"
#include "tests/core/text/generated_texts.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace cameo {
namespace {

/// Terms of all densities, from in every document to in one, with few different impacts so that ties are
/// common.
Bm25Data made_up(std::int64_t documents, std::size_t terms, SplitMix64& random) {
    Bm25Data data;
    data.documents = documents;
    data.term_begins = data.posting_begins = data.block_begins = {0};
    for (std::size_t t = 0; t < terms; ++t) {
        data.vocabulary += static_cast<char>('a' + t);
        data.term_begins.push_back(data.vocabulary.size());
        const auto gap = std::uint64_t(1) << random.below(10);
        const auto high = 1 + random.below(50);
        for (std::int64_t document = static_cast<std::int64_t>(random.below(gap)); document < documents;
             document += static_cast<std::int64_t>(1 + random.below(2 * gap - 1))) {
            const auto posting = data.impacts.size() - data.posting_begins.back();
            if (posting % kBm25Block == 0) data.blocks.emplace_back();
            const auto impact = static_cast<Impact>((1 + random.below(high)) << 20);
            data.posting_documents.push_back(static_cast<std::uint32_t>(document));
            data.impacts.push_back(impact);
            data.blocks.back().last_document = static_cast<std::uint32_t>(document);
            data.blocks.back().max_impact = std::max(data.blocks.back().max_impact, impact);
        }
        data.posting_begins.push_back(data.impacts.size());
        data.block_begins.push_back(data.blocks.size());
    }
    return data;
}

std::vector<ScoredDocument> plain_search(const Bm25Postings& postings, std::span<const Bm25QueryTerm> query,
                                         std::size_t k) {
    std::vector<std::uint64_t> sums(static_cast<std::size_t>(postings.documents));
    for (const auto& [term, count] : query)
        for (auto at = postings.posting_begins[term]; at < postings.posting_begins[term + 1]; ++at)
            sums[postings.posting_documents[at]] += std::uint64_t(postings.impacts[at]) * count;
    std::vector<std::pair<std::uint64_t, std::size_t>> order;
    for (std::size_t document = 0; document < sums.size(); ++document)
        if (sums[document] > 0) order.emplace_back(sums[document], document);
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    order.resize(std::min(order.size(), k));
    std::vector<ScoredDocument> out;
    for (const auto& [score, document] : order)
        out.push_back({static_cast<DocumentOrdinal>(document),
                       static_cast<float>(static_cast<double>(score) * kImpactUnit)});
    return out;
}

TEST(Bm25Search, AgreesWithAPlainSearch) {
    SplitMix64 random(3);
    for (const std::int64_t documents : {1, 100, 4095, 4096, 4097, 30'000}) {
        const auto data = made_up(documents, 12, random);
        const auto postings = data.view();
        ASSERT_EQ(postings.contradiction(), "");
        for (int round = 0; round < 25; ++round) {
            std::vector<Bm25QueryTerm> query;
            for (std::size_t t = 0; t < 12; ++t)
                if (random.below(3) == 0)
                    query.emplace_back(t, static_cast<std::uint32_t>(1 + random.below(3)));
            for (const std::size_t k : {1, 10, 1000})
                ASSERT_EQ(bm25_search(postings, query, k), plain_search(postings, query, k))
                    << documents << " " << round;
        }
    }
}

// A query whose sums pass 2^31 takes the wider path.
TEST(Bm25Search, HugeQueriesDoNotOverflow) {
    SplitMix64 random(5);
    const auto data = made_up(5000, 8, random);
    std::vector<Bm25QueryTerm> query;
    for (std::size_t t = 0; t < 8; ++t)
        query.emplace_back(t, 100'000 + static_cast<std::uint32_t>(t));
    EXPECT_EQ(bm25_search(data.view(), query, 50), plain_search(data.view(), query, 50));
}

TEST(Bm25Search, NothingToFind) {
    SplitMix64 random(5);
    const auto data = made_up(100, 2, random);
    const std::vector<Bm25QueryTerm> query{{0, 1}};
    EXPECT_TRUE(bm25_search(data.view(), {}, 10).empty());
    EXPECT_TRUE(bm25_search(data.view(), query, 0).empty());
}

TEST(Bm25Postings, ContradictionsAreFound) {
    SplitMix64 random(9);
    const auto whole = made_up(1000, 5, random);
    const auto damaged = [&](auto change) {
        auto copy = whole;
        change(copy);
        return std::string(copy.view().contradiction());
    };
    EXPECT_EQ(damaged([](Bm25Data&) {}), "");
    EXPECT_NE(damaged([](Bm25Data& d) { d.documents = 10; }), "");
    EXPECT_NE(damaged([](Bm25Data& d) { d.documents = -1; }), "");
    EXPECT_NE(damaged([](Bm25Data& d) { d.term_begins[1] = 1000; }), "");
    EXPECT_NE(damaged([](Bm25Data& d) { d.posting_begins[1] += 1; }), "");
    EXPECT_NE(damaged([](Bm25Data& d) { d.posting_begins.back() += 1; }), "");
    EXPECT_NE(damaged([](Bm25Data& d) { d.impacts.pop_back(); }), "");
    EXPECT_NE(damaged([](Bm25Data& d) { d.impacts[0] = 0xFFFFFFFF; }), "");
    EXPECT_NE(damaged([](Bm25Data& d) { std::swap(d.posting_documents[0], d.posting_documents[1]); }), "");
    EXPECT_NE(damaged([](Bm25Data& d) { d.blocks.pop_back(); }), "");
    EXPECT_NE(damaged([](Bm25Data& d) { d.vocabulary[0] = 'b'; }), "");
    EXPECT_NE(damaged([](Bm25Data& d) { d.term_begins.clear(); }), "");
}

TEST(Bm25Postings, FindsTerms) {
    SplitMix64 random(9);
    const auto data = made_up(10, 5, random);
    const auto postings = data.view();
    for (std::size_t t = 0; t < 5; ++t)
        EXPECT_EQ(postings.find(postings.term(t)), t);
    EXPECT_FALSE(postings.find("A"));
    EXPECT_FALSE(postings.find("z"));
    EXPECT_FALSE(Bm25Postings{}.find("a"));
}

} // namespace
} // namespace cameo
