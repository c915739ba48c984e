// Loads into a real server of Milvus' protocol, which is killed and started again in between.

#include "core/milvus/load.hpp"

#include "core/base/error.hpp"
#include "core/index/index_folder.hpp"
#include "core/milvus/index_engine.hpp"
#include "core/milvus/load_record.hpp"
#include "core/milvus/milvus_index.hpp"
#include "tests/support/hashed_model.hpp"
#include "tests/support/memory_collection.hpp"
#include "tests/support/milvus_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace cameo {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kDocuments = 400;

class MilvusLoadTest : public testing::Test {
protected:
    void SetUp() override {
        if (!MilvusServer::there()) GTEST_SKIP() << "there is no Milvus Lite here: ./cameo setup milvus_server brings it in";
        m_options.batch_documents = 50;
        if (!std::getenv("CAMEO_TEST_ADDRESS")) m_server.emplace(); // the test below that is killed must not leave one behind
    }

    IndexReport load(const Collection& collection, const Model& model, Progress& progress) {
        return load_into_milvus(model, collection, m_path, parse_milvus_address(m_server->address()), m_options, progress);
    }
    IndexReport load() { return load(m_collection, m_model, m_progress); }

    /// Every document is there once, bit by bit what a fresh encoding gives.
    void expect_whole(const Collection& collection) {
        const auto index = open_index(m_path, m_progress);
        ASSERT_EQ(index->info().documents, collection.size());
        EXPECT_EQ(index->all_candidates(m_model.encode_one("w1 w2"), 5, {}, m_progress).unanswered, 0);
        for (DocumentOrdinal ordinal = 0; ordinal < collection.size(); ordinal += 7) {
            const auto fresh = m_model.encode_one(collection.document(ordinal).content());
            ASSERT_EQ(index->document(0, ordinal).sparse.terms, fresh[0].sparse.terms) << ordinal;
            ASSERT_EQ(index->document(0, ordinal).sparse.weights, fresh[0].sparse.weights);
            ASSERT_EQ(index->document(1, ordinal).tokens.tokens, fresh[1].tokens.tokens);
            ASSERT_EQ(index->document(2, ordinal).pooled, fresh[2].pooled);
        }
    }
    std::size_t shards_left() const { return shard_files(m_path).size(); }
    std::string collection_there() const { return read_index_manifest(m_path)->engine->collection; }

    std::optional<MilvusServer> m_server;
    TemporaryFolder m_folder;
    ScopedVariable m_home{"CAMEO_HOME", m_folder.path().c_str()};
    std::filesystem::path m_path = m_folder / "index";
    HashedModel m_model;
    MemoryCollection m_collection{MemoryCollection::random_documents(kDocuments)};
    MilvusLoadOptions m_options;
    Progress m_progress;
};

TEST_F(MilvusLoadTest, LoadsAllAndKeepsNothingHere) {
    const auto report = load();
    EXPECT_EQ(report.documents, kDocuments);
    EXPECT_EQ(report.resumed_at, 0);
    EXPECT_GT(report.tokens, kDocuments);
    ASSERT_EQ(report.experts.size(), 3u);
    EXPECT_EQ(report.experts[0].structure, "Milvus Lite 3.2.2, SPARSE_INVERTED_INDEX");
    EXPECT_EQ(report.experts[1].structure, "Milvus Lite 3.2.2, scores what the others bring");
    EXPECT_EQ(report.experts[2].structure, "Milvus Lite 3.2.2, FLAT");
    EXPECT_TRUE(report.experts[2].exact_candidates);
    EXPECT_EQ(shards_left(), 0u);
    expect_whole(m_collection);
    EXPECT_THAT([&] { Index::open(m_path); }, testing::ThrowsMessage<Error>(HasSubstr("the documents of this index are on " + m_server->address())));
}

TEST_F(MilvusLoadTest, SendsNothingTwice) {
    load();
    const auto again = make_index(m_model, m_collection, m_path, {}, {}, m_progress); // where it is already
    EXPECT_EQ(again.resumed_at, kDocuments);
    EXPECT_EQ(m_model.encoded_texts, kDocuments);
    expect_whole(m_collection);
}

TEST_F(MilvusLoadTest, LosesNothingWhenTheServerIsKilledAndStartedAgain) {
    std::thread restart;
    m_model.before_text = [&](std::int64_t encoded) {
        if (encoded != 180) return;
        m_server->kill();
        restart = std::thread([&] { m_server->start(); });
    };
    const auto report = load();
    restart.join();
    EXPECT_EQ(report.documents, kDocuments);
    EXPECT_EQ(m_model.encoded_texts, kDocuments); // what was under way was sent again, not made again
    expect_whole(m_collection);
}

TEST_F(MilvusLoadTest, SaysWhenTheServerStaysAwayAndGoesOnLater) {
    m_options.connection.patience = std::chrono::milliseconds(300);
    m_model.before_text = [&](std::int64_t encoded) {
        if (encoded == 180) m_server->kill();
    };
    EXPECT_THAT([&] { load(); }, testing::ThrowsMessage<MilvusError>(testing::StartsWith(m_server->address() + ": the server does not answer, tried for ")));
    EXPECT_THAT([&] { open_index(m_path, m_progress); }, testing::ThrowsMessage<Error>(HasSubstr("of 400 documents are on " + m_server->address() + " so far")));
    m_server->start();
    m_model.before_text = nullptr;
    const auto encoded = m_model.encoded_texts.load();
    const auto report = load();
    EXPECT_EQ(report.documents, kDocuments);
    EXPECT_LE(m_model.encoded_texts - encoded, kDocuments - 150); // what had been encoded was confirmed, or kept
    expect_whole(m_collection);
}

// Run by the test below in a process of its own, which it does not survive.
TEST_F(MilvusLoadTest, DISABLED_IsKilled) {
    m_path = std::getenv("CAMEO_TEST_INDEX");
    m_model.before_text = [](std::int64_t encoded) {
        if (encoded == 330) ::raise(SIGKILL);
    };
    load_into_milvus(m_model, m_collection, m_path, parse_milvus_address(std::getenv("CAMEO_TEST_ADDRESS")), m_options, m_progress);
}

TEST_F(MilvusLoadTest, GoesOnAfterAKillOfItsOwn) {
    ProcessGroup killed(1, "MilvusLoadTest.DISABLED_IsKilled", {{"CAMEO_TEST_INDEX", m_path.string()}, {"CAMEO_TEST_ADDRESS", m_server->address()}});
    ASSERT_TRUE(killed.wait());
    const auto record = LoadRecord::read(m_path, collection_there(), stored_experts(m_model));
    ASSERT_TRUE(record);
    EXPECT_GT(record->begun, record->documents()) << "there is nothing in doubt to be replaced";
    const auto report = load();
    EXPECT_LT(m_model.encoded_texts, kDocuments);
    EXPECT_EQ(report.documents, kDocuments);
    expect_whole(m_collection);
}

TEST_F(MilvusLoadTest, BringsBackWhatTheServerHasLost) {
    load();
    auto client = MilvusClient::connect(parse_milvus_address(m_server->address()), {}, {}, m_progress);
    client->remove_from(collection_there(), 390, m_progress);
    const auto index = open_index(m_path, m_progress);
    EXPECT_EQ(index->all_candidates(m_model.encode_one("w1 w2"), 5, {}, m_progress).unanswered, 10);
    EXPECT_THAT([&] { index->document(2, 395); }, testing::ThrowsMessage<MilvusError>(HasSubstr("the server does not have document 395 just now")));
    load();
    EXPECT_EQ(m_model.encoded_texts, kDocuments + 50); // the one batch that was not whole
    expect_whole(m_collection);
}

TEST_F(MilvusLoadTest, GrowsWithItsCollection) {
    load();
    const auto before = collection_there();
    const MemoryCollection grown(MemoryCollection::random_documents(430), "2", {"1"});
    EXPECT_EQ(load(grown, m_model, m_progress).resumed_at, kDocuments);
    EXPECT_EQ(m_model.encoded_texts, 430);
    EXPECT_EQ(collection_there(), before);
    expect_whole(grown);
}

TEST_F(MilvusLoadTest, StartsAnewForAChangedCollectionAndForAnotherModel) {
    load();
    const auto first = collection_there();
    auto documents = MemoryCollection::random_documents(kDocuments);
    documents[100].text += " w1";
    const MemoryCollection changed(documents, "other");
    EXPECT_EQ(load(changed, m_model, m_progress).resumed_at, 0);
    expect_whole(changed);
    EXPECT_NE(collection_there(), first);
    auto client = MilvusClient::connect(parse_milvus_address(m_server->address()), {}, {}, m_progress);
    EXPECT_FALSE(client->has_collection(first, m_progress));
    const HashedModel other("2");
    EXPECT_EQ(load(changed, other, m_progress).resumed_at, 0);
    EXPECT_EQ(other.encoded_texts, kDocuments);
}

TEST_F(MilvusLoadTest, TakesTheShardsOfAnIndexOnThisMachine) {
    build_index(m_model, m_collection, m_path, {.shard_documents = 64}, m_progress);
    load();
    EXPECT_EQ(m_model.encoded_texts, kDocuments);
    EXPECT_EQ(shards_left(), 0u);
    expect_whole(m_collection);
    make_index(m_model, m_collection, m_path, {.engine = "embedded"}, {}, m_progress); // and back
    EXPECT_EQ(m_model.encoded_texts, 2 * kDocuments);
    EXPECT_EQ(Index::open(m_path)->info().documents, kDocuments);
    EXPECT_EQ(open_index(m_path, m_progress)->info().experts[1].structure, "every token vector");
}

// Its shards were deleted and encoded again, and it was gone where the server failed meanwhile. Needs no server: none is asked.
TEST(MilvusLoad, RefusesAnIndexOfCodedTokensAndLeavesItAsItIs) {
    const TemporaryFolder folder;
    const auto path = folder / "index";
    const HashedModel model;
    const MemoryCollection collection(MemoryCollection::random_documents(100));
    Progress progress;
    build_index(model, collection, path, {.local_bits = 2}, progress);
    EXPECT_THAT([&] { load_into_milvus(model, collection, path, parse_milvus_address("milvus://127.0.0.1:1"), {.connection = {.patience = std::chrono::milliseconds(1)}}, progress); },
                testing::ThrowsMessage<Error>(testing::AllOf(testing::StartsWith(path.string() + ": the token vectors of this index are coded in 2 bits"), HasSubstr("--local-bits 0 first"))));
    EXPECT_EQ(Index::open(path)->info().documents, 100);
    EXPECT_EQ(build_index(model, collection, path, {}, progress).resumed_at, 100);
}

TEST_F(MilvusLoadTest, StopsWhenCancelled) {
    std::stop_source stop;
    Progress progress(stop.get_token());
    m_model.before_text = [&](std::int64_t encoded) {
        if (encoded == 230) stop.request_stop();
    };
    EXPECT_THROW(load(m_collection, m_model, progress), Cancelled);
    m_model.before_text = nullptr;
    load();
    expect_whole(m_collection);
}

TEST_F(MilvusLoadTest, WritesTheTokenNowhere) {
    const ScopedVariable token("CAMEO_MILVUS_TOKEN", "root:hunter2");
    load();
    for (const auto& entry : std::filesystem::recursive_directory_iterator(m_folder.path())) {
        if (!entry.is_regular_file()) continue;
        std::ifstream file(entry.path(), std::ios::binary);
        std::stringstream text;
        text << file.rdbuf();
        EXPECT_EQ(text.str().find("hunter2"), std::string::npos) << entry.path();
    }
    m_server->kill();
    MilvusLoadOptions impatient;
    impatient.connection.patience = std::chrono::milliseconds(50);
    try {
        load_into_milvus(m_model, m_collection, m_path, parse_milvus_address(m_server->address()), impatient, m_progress);
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), testing::Not(HasSubstr("hunter2")));
    }
}

} // namespace
} // namespace cameo
