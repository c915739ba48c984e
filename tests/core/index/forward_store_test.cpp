#include "core/index/forward_store.hpp"
#include "tests/core/index/random_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>

namespace cameo {
namespace {

const std::vector<StoredExpert> kExperts{{"lexical", ExpertKind::Lexical, 100},
                                         {"local", ExpertKind::Local, 2},
                                         {"global", ExpertKind::Global, 3}};

std::vector<Representation> document(float value) {
    std::vector<Representation> document(3);
    document[0].sparse = {{3, 99}, {value, 2}};
    document[1].tokens = {2, {value, 0, 0, 1}, {7, 8}, {{0, 4}, {5, 9}}};
    document[1].truncated = true;
    document[2].pooled = {value, -1, 0.1f};
    return document;
}

TEST(ForwardStore, GivesBackWhatWasStored) {
    TemporaryFolder folder;
    std::vector<std::vector<Representation>> first{document(0.5f), document(0.25f)}, second{document(1)};
    second[0][0].sparse = {};
    second[0][1].tokens = {};
    second[0][1].truncated = false;
    write_shard(folder / "a", {0, 2, "v", 17, kExperts}, first);
    write_shard(folder / "b", {2, 1, "v", 18, kExperts}, second);
    const ForwardStore store({Shard::open(folder / "a"), Shard::open(folder / "b")});
    EXPECT_EQ(store.documents(), 3);
    EXPECT_EQ(store.entries(0), 4);
    EXPECT_EQ(store.truncated_documents(1), 2);
    EXPECT_EQ(store.shards()[0]->info().content, 17u);

    const auto lexical = store.document(0, 1);
    EXPECT_THAT(lexical.sparse.terms, testing::ElementsAre(3, 99));
    EXPECT_THAT(lexical.sparse.weights, testing::ElementsAre(0.25f, 2));
    const auto local = store.document(1, 0);
    EXPECT_EQ(local.tokens.width, 2);
    EXPECT_THAT(local.tokens.rows, testing::ElementsAre(0.5f, 0, 0, 1));
    EXPECT_THAT(local.tokens.tokens, testing::ElementsAre(7, 8));
    EXPECT_THAT(local.tokens.spans, testing::ElementsAre(TextSpan{0, 4}, TextSpan{5, 9}));
    EXPECT_TRUE(local.truncated);
    EXPECT_THAT(store.document(2, 2).pooled, testing::ElementsAre(1, -1, 0.1f));
    EXPECT_TRUE(store.document(0, 2).sparse.terms.empty());
    EXPECT_EQ(store.document(1, 2).tokens.count(), 0u);
}

TEST(ForwardStore, KeepsGatesBesideVectors) {
    TemporaryFolder folder;
    const std::vector<StoredExpert> experts{{"other", ExpertKind::Global, 1}, {"gate", ExpertKind::Global, 2, 3}};
    std::vector<std::vector<Representation>> documents(2, std::vector<Representation>(2));
    for (std::size_t at = 0; at < 2; ++at) {
        documents[at][0].pooled = {1};
        documents[at][1].pooled = {0.5f, static_cast<float>(at)};
        documents[at][1].gate = {1, -2, static_cast<float>(at)};
    }
    write_shard(folder / "a", {0, 2, "v", 0, experts}, documents);
    const ForwardStore store({Shard::open(folder / "a")});
    EXPECT_EQ(store.experts()[1].gate, 3);
    EXPECT_THAT(store.document(1, 1).gate, testing::ElementsAre(1, -2, 1));
    EXPECT_THAT(store.document(1, 1).pooled, testing::ElementsAre(0.5f, 1));
    EXPECT_TRUE(store.document(0, 1).gate.empty());
    documents[1][1].gate.pop_back();
    EXPECT_THAT([&] { write_shard(folder / "b", {0, 2, "v", 0, experts}, documents); },
                testing::ThrowsMessage<Error>(testing::HasSubstr("document 1: found 2, expected a gate of 3 logits")));
}

TEST(ForwardStore, RefusesRepresentationsOfAnotherForm) {
    TemporaryFolder folder;
    const auto refuse = [&](const std::function<void(std::vector<Representation>&)>& spoil, const char* why) {
        std::vector<std::vector<Representation>> documents{document(1), document(1)};
        spoil(documents[1]);
        EXPECT_THAT(
            [&] {
                write_shard(folder / "s", {10, 2, "v", 0, kExperts}, documents);
            },
            testing::ThrowsMessage<Error>(testing::HasSubstr(why)));
        EXPECT_FALSE(std::filesystem::exists(folder / "s"));
    };
    refuse([](auto& d) { d[0].sparse.terms = {3, 100}; }, "expert lexical, document 11: found 100");
    refuse([](auto& d) { d[0].sparse.terms = {5, 5}; }, "ascending terms");
    refuse([](auto& d) { d[0].sparse.weights = {1, 0}; }, "expected weights above 0");
    refuse([](auto& d) { d[0].sparse.weights[0] = std::numeric_limits<float>::quiet_NaN(); },
           "weights above 0");
    refuse([](auto& d) { d[1].tokens.rows.pop_back(); }, "one row for each token");
    refuse([](auto& d) { d[1].tokens.rows[1] = 70000; }, "expected values within half precision");
    refuse([](auto& d) { d[1].tokens.width = 4; }, "found 4, expected vectors of 2 values");
    refuse([](auto& d) { d[2].pooled.push_back(0); },
           "expert global, document 11: found 4, expected a vector of 3");
    refuse([](auto& d) { d[2].pooled[0] = std::numeric_limits<float>::infinity(); }, "finite values");
}

// Whatever byte is damaged: opening, verifying or reading ends with an Error or with harmless numbers.
TEST(ForwardStore, SurvivesDamage) {
    TemporaryFolder folder;
    write_shard(folder / "a", {0, 2, "v", 0, kExperts}, std::vector{document(1), document(2)});
    std::string whole;
    {
        std::ifstream file(folder / "a", std::ios::binary);
        whole.assign(std::istreambuf_iterator<char>(file), {});
    }
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 0x41);
        std::ofstream(folder / "b", std::ios::binary) << changed;
        try {
            const ForwardStore store({Shard::open(folder / "b")});
            for (DocumentOrdinal ordinal = 0; ordinal < store.documents(); ++ordinal)
                for (std::size_t expert_idx = 0; expert_idx < 3; ++expert_idx)
                    store.document(expert_idx, ordinal);
        } catch (const Error& problem) {
            EXPECT_THAT(problem.what(), testing::HasSubstr("/b: "));
        }
    }
}

} // namespace
} // namespace cameo
