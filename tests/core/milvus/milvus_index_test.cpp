// Searches a real server of Milvus' protocol, beside the embedded index of the same documents.

#include "core/milvus/milvus_index.hpp"

#include "core/base/error.hpp"
#include "core/milvus/load.hpp"
#include "core/search/retrieval.hpp"
#include "tests/support/hashed_model.hpp"
#include "tests/support/memory_collection.hpp"
#include "tests/support/milvus_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

constexpr std::int64_t kDocuments = 300;

/// The embedded index with Milvus' division of labour: the local expert scores what the others bring.
class WithoutLocalCandidates final : public Index {
public:
    explicit WithoutLocalCandidates(std::shared_ptr<const Index> index) : m_index(std::move(index)) {}
    const IndexInfo& info() const override { return m_index->info(); }
    std::vector<ScoredDocument> candidates(std::size_t expert_idx, const Representation& query, std::size_t k, const CandidateOptions& options) const override {
        return expert_idx == 1 ? std::vector<ScoredDocument>{} : m_index->candidates(expert_idx, query, k, options);
    }
    void score(std::size_t expert_idx, const Representation& query, std::span<const DocumentOrdinal> documents, std::span<float> scores) const override {
        m_index->score(expert_idx, query, documents, scores);
    }
    std::int64_t postings(std::size_t expert_idx, std::int32_t term) const override { return m_index->postings(expert_idx, term); }
    Representation document(std::size_t expert_idx, DocumentOrdinal ordinal) const override { return m_index->document(expert_idx, ordinal); }

private:
    std::shared_ptr<const Index> m_index;
};

class MilvusIndexTest : public testing::Test {
protected:
    void SetUp() override {
        if (!MilvusServer::there()) GTEST_SKIP() << "there is no Milvus Lite here: ./cameo setup milvus_server brings it in";
        m_server.emplace();
        // Some documents twice and some empty: scores that are equal, and documents that an expert has nothing of.
        auto documents = MemoryCollection::random_documents(kDocuments);
        for (std::size_t at = 0; at < 60; ++at) documents[at + 100].title = documents[at].title, documents[at + 100].text = documents[at].text;
        documents[40].title = documents[40].text = documents[41].title = documents[41].text = "";
        m_collection = std::make_shared<MemoryCollection>(std::move(documents));
    }

    std::shared_ptr<const Index> loaded(MilvusDense dense = MilvusDense::Flat, std::size_t cache_bytes = 256 << 20) {
        load_into_milvus(*m_model, *m_collection, m_folder / "remote", parse_milvus_address(m_server->address()), {.dense = dense}, m_progress);
        return MilvusIndex::open(m_folder / "remote", {.connection = {.patience = std::chrono::milliseconds(300)}, .cache_bytes = cache_bytes}, m_progress);
    }
    std::shared_ptr<const Index> embedded() {
        build_index(*m_model, *m_collection, m_folder / "embedded", {}, m_progress);
        return Index::open(m_folder / "embedded");
    }
    std::vector<Representation> query(std::mt19937& random) const {
        std::string text;
        for (auto words = 1 + random() % 6; words > 0; --words) text += MemoryCollection::random_word(random) + " ";
        return m_model->encode_one(text);
    }

    std::optional<MilvusServer> m_server;
    TemporaryFolder m_folder;
    ScopedVariable m_home{"CAMEO_HOME", m_folder.path().c_str()};
    std::shared_ptr<HashedModel> m_model = std::make_shared<HashedModel>();
    std::shared_ptr<MemoryCollection> m_collection;
    Progress m_progress;
};

TEST_F(MilvusIndexTest, FindsWhatTheEmbeddedIndexFinds) {
    const auto here = embedded(), there = loaded();
    const SearchEngine ours(m_model, m_collection, std::make_shared<WithoutLocalCandidates>(here)), theirs(m_model, m_collection, there);
    std::mt19937 random(3);
    for (int asked = 0; asked < 1'000; ++asked) {
        const auto representations = query(random);
        const auto expected = retrieve(ours, representations, 100, m_progress), found = retrieve(theirs, representations, 100, m_progress);
        ASSERT_EQ(found.documents, expected.documents) << asked;
        ASSERT_EQ(found.raw, expected.raw) << asked; // bit by bit, all experts
        ASSERT_EQ(found.hits[0], expected.hits[0]) << asked;
        ASSERT_EQ(found.hits[2], expected.hits[2]) << asked;
        ASSERT_EQ(found.brought_by, expected.brought_by) << asked;
        ASSERT_EQ(found.unanswered, 0);
        // The same raw scores of the same union: every fusion has the same top 100. The local expert's list is its order of it.
        ASSERT_EQ(found.hits[1].size(), std::min<std::size_t>(100, found.documents.size()));
    }
}

// Removed documents may hold the best places of a list: more are asked for until it is full.
TEST_F(MilvusIndexTest, FindsNothingThatIsHidden) {
    const auto here = embedded(), there = loaded();
    std::mt19937 random(5);
    std::vector<DocumentOrdinal> hidden;
    for (DocumentOrdinal ordinal = 0; ordinal < kDocuments; ++ordinal)
        if (random() % 3 != 0) hidden.push_back(ordinal);
    const OrdinalSet set(hidden);
    for (int asked = 0; asked < 20; ++asked) {
        const auto representations = query(random);
        for (const std::size_t k : {1u, 10u, 60u}) {
            const auto found = there->all_candidates(representations, k, {.hidden = &set}, m_progress);
            for (const std::size_t expert_idx : {0u, 2u}) {
                const auto right = here->candidates(expert_idx, representations[expert_idx], k, {.hidden = &set});
                EXPECT_EQ(found.experts[expert_idx].hits, right);
                EXPECT_EQ(there->candidates(expert_idx, representations[expert_idx], k, {.hidden = &set}), right);
            }
            for (const auto& hit : found.experts[1].hits) EXPECT_FALSE(set.contains(hit.document));
        }
    }
}

TEST_F(MilvusIndexTest, GivesTheSameByItselfAndForTheLedger) {
    const auto here = embedded(), there = loaded();
    std::mt19937 random(4);
    for (int asked = 0; asked < 20; ++asked) {
        const auto representations = query(random);
        for (const std::size_t expert_idx : {0u, 2u})
            for (const std::size_t k : {1u, 10u, 250u, 600u}) EXPECT_EQ(there->candidates(expert_idx, representations[expert_idx], k), here->candidates(expert_idx, representations[expert_idx], k));
        EXPECT_TRUE(there->candidates(1, representations[1], 10).empty());
    }
    for (std::int32_t term = -1; term <= HashedModel::kVocabulary; ++term) EXPECT_EQ(there->postings(0, term), here->postings(0, term));
    for (DocumentOrdinal ordinal = 0; ordinal < kDocuments; ++ordinal) {
        EXPECT_EQ(there->document(0, ordinal).sparse.weights, here->document(0, ordinal).sparse.weights);
        EXPECT_EQ(there->document(1, ordinal).tokens.rows, here->document(1, ordinal).tokens.rows);
        EXPECT_EQ(there->document(1, ordinal).tokens.tokens, here->document(1, ordinal).tokens.tokens);
        EXPECT_EQ(there->document(2, ordinal).pooled, here->document(2, ordinal).pooled);
    }
    EXPECT_EQ(there->info().experts[1].entries_per_document, here->info().experts[1].entries_per_document);
}

TEST_F(MilvusIndexTest, FindsThroughHnswAndWithoutRoomInMemory) {
    const auto here = embedded(), there = loaded(MilvusDense::Hnsw, 1);
    EXPECT_EQ(there->info().experts[2].structure, "Milvus Lite 3.2.2, HNSW");
    EXPECT_FALSE(there->info().experts[2].exact_candidates);
    std::mt19937 random(5);
    std::size_t same = 0;
    for (int asked = 0; asked < 20; ++asked) {
        const auto representations = query(random);
        const auto found = there->all_candidates(representations, 50, {}, m_progress);
        EXPECT_EQ(found.experts[0].hits, here->candidates(0, representations[0], 50));
        const auto expected = here->candidates(2, representations[2], 50);
        for (const auto& hit : found.experts[2].hits) same += std::ranges::find(expected, hit) != expected.end() ? 1 : 0;
        EXPECT_FALSE(found.experts[1].brought);
    }
    EXPECT_GE(same, 20u * 50 * 9 / 10);
}

TEST_F(MilvusIndexTest, SaysThatTheServerIsLostAndFindsItAgain) {
    const auto there = loaded(MilvusDense::Flat, 1);
    const SearchEngine engine(m_model, m_collection, there);
    Progress progress;
    const auto before = engine.run({.text = "w1 w17 w30"}, progress);
    EXPECT_EQ(before.indexed_documents, kDocuments);
    m_server->kill();
    EXPECT_THAT([&] { engine.run({.text = "w1 w17 w30"}, progress); },
                testing::ThrowsMessage<MilvusError>(testing::StartsWith(m_server->address() + ": the server does not answer, tried for 1 s")));
    m_server->start();
    const auto after = engine.run({.text = "w1 w17 w30"}, progress);
    ASSERT_EQ(after.fused.size(), before.fused.size());
    for (std::size_t at = 0; at < after.fused.size(); ++at) {
        EXPECT_EQ(after.fused[at].document, before.fused[at].document);
        EXPECT_EQ(after.fused[at].score, before.fused[at].score);
    }
}

TEST_F(MilvusIndexTest, IsRightOrSaysSoWhileTheServerComesAndGoes) {
    const auto here = embedded(), there = loaded(MilvusDense::Flat, 1);
    std::atomic<bool> done{false};
    std::thread trouble([&] {
        for (int times = 0; times < 2; ++times) {
            std::this_thread::sleep_for(std::chrono::milliseconds(150));
            m_server->kill();
            m_server->start();
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        done = true;
    });
    std::mt19937 random(6);
    int right = 0, refused = 0;
    while (!done || right == 0) {
        const auto representations = query(random);
        try {
            const auto found = there->all_candidates(representations, 30, {}, m_progress);
            ASSERT_EQ(found.experts[0].hits, here->candidates(0, representations[0], 30));
            ASSERT_EQ(found.experts[2].hits, here->candidates(2, representations[2], 30));
            ++right;
        } catch (const MilvusError&) {
            ++refused;
        }
    }
    trouble.join();
    EXPECT_GT(right, 0);
    EXPECT_GT(refused, 0);
}

TEST_F(MilvusIndexTest, TellsATraceWhatTheServerDoesNotHave) {
    const auto there = loaded();
    auto client = MilvusClient::connect(parse_milvus_address(m_server->address()), {}, {}, m_progress);
    client->remove_from(read_index_manifest(m_folder / "remote")->engine->collection, kDocuments - 9, m_progress);
    const SearchEngine engine(m_model, m_collection, MilvusIndex::open(m_folder / "remote", {}, m_progress));
    const auto trace = engine.run({.text = "w1 w17"}, m_progress);
    EXPECT_EQ(trace.indexed_documents, kDocuments - 9);
    EXPECT_EQ(trace.expected_documents, kDocuments);
}

} // namespace
} // namespace cameo
