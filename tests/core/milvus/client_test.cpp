// The calls, one by one, to a real server of Milvus' protocol.

#include "core/milvus/client.hpp"

#include "tests/support/milvus_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

namespace cameo {
namespace {

using testing::UnorderedElementsAre;

std::string sparse(std::uint32_t term, float weight) {
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &term, 4);
    std::memcpy(bytes.data() + 4, &weight, 4);
    return bytes;
}

std::string dense(const std::vector<float>& values) { return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)}; }

class MilvusClientTest : public testing::Test {
protected:
    void SetUp() override {
        if (!MilvusServer::there()) GTEST_SKIP() << "there is no Milvus Lite here: ./cameo setup milvus_server brings it in";
        m_server.emplace();
        m_client = MilvusClient::connect(parse_milvus_address(m_server->address()), {}, {}, m_progress);
    }
    MilvusRows rows(std::vector<std::int64_t> keys, float value) const {
        MilvusRows made{std::move(keys), {{.field = "d", .kind = MilvusFieldKind::Dense, .width = 2}, {.field = "s", .kind = MilvusFieldKind::Sparse}, {.field = "t"}}};
        for (const auto key : made.keys) {
            made.columns[0].floats.insert(made.columns[0].floats.end(), {value, static_cast<float>(key)});
            made.columns[1].bytes.push_back(sparse(static_cast<std::uint32_t>(key), value));
            made.columns[2].bytes.push_back("text " + std::to_string(key));
        }
        return made;
    }

    const std::vector<MilvusField> m_fields{{"d", MilvusFieldKind::Dense, 2}, {"s", MilvusFieldKind::Sparse, 0}, {"t", MilvusFieldKind::Text, 100}};
    std::optional<MilvusServer> m_server;
    std::shared_ptr<MilvusClient> m_client;
    Progress m_progress;
};

TEST_F(MilvusClientTest, DoesAllThatAnIndexNeeds) {
    EXPECT_EQ(m_client->server(), "Milvus Lite 3.2.2");
    EXPECT_FALSE(m_client->takes_parallel_writes());
    EXPECT_FALSE(m_client->has_collection("c", m_progress));
    m_client->create_collection("c", m_fields, "a test", m_progress);
    m_client->create_collection("c", m_fields, "a test", m_progress); // as after an answer that was lost
    EXPECT_TRUE(m_client->has_collection("c", m_progress));
    m_client->insert("c", rows({1, 2, 3, 4}, 1), false, m_progress);
    m_client->insert("c", rows({3, 4, 5}, 2), true, m_progress);
    m_client->flush("c", m_progress);
    for (int twice = 0; twice < 2; ++twice) {
        m_client->create_index("c", "d", "FLAT", m_progress);
        m_client->create_index("c", "s", "SPARSE_INVERTED_INDEX", m_progress);
        m_client->load("c", m_progress);
    }
    EXPECT_EQ(m_client->count("c", m_progress), 5);
    EXPECT_EQ(m_client->count("c", 2, 4, m_progress), 2);

    const MilvusSearch by_vector{.field = "d", .kind = MilvusFieldKind::Dense, .vector = dense({0, 1}), .most = 2};
    const MilvusSearch by_term{.field = "s", .kind = MilvusFieldKind::Sparse, .vector = sparse(1, 1), .most = 2};
    EXPECT_THAT(m_client->search("c", {by_vector}, m_progress).keys, UnorderedElementsAre(5, 4));
    const auto both = m_client->search("c", {by_vector, by_term}, m_progress);
    EXPECT_THAT(both.keys, UnorderedElementsAre(5, 4, 1));
    EXPECT_FALSE(both.warned);

    const auto found = m_client->rows("c", {4, 77, 1}, m_fields, m_progress);
    ASSERT_THAT(found.keys, UnorderedElementsAre(1, 4));
    const std::size_t four = found.keys[0] == 4 ? 0 : 1;
    EXPECT_EQ(found.columns[0].floats[2 * four], 2.0f);
    EXPECT_EQ(found.columns[1].bytes[four], sparse(4, 2));
    EXPECT_EQ(found.columns[2].bytes[four], "text 4");

    m_client->remove_from("c", 4, m_progress);
    EXPECT_EQ(m_client->count("c", m_progress), 3);
    m_client->drop_collection("c", m_progress);
    m_client->drop_collection("c", m_progress);
    EXPECT_FALSE(m_client->has_collection("c", m_progress));
}

TEST_F(MilvusClientTest, KeepsWhatWasConfirmedWhenItsServerIsKilled) {
    m_client->create_collection("c", m_fields, "a test", m_progress);
    m_client->insert("c", rows({1, 2, 3, 4}, 1), false, m_progress);
    m_server->kill();
    m_server->start();
    EXPECT_EQ(m_client->count("c", m_progress), 4); // the same client: its connection is made again
}

TEST_F(MilvusClientTest, TellsWhatIsMissing) {
    try {
        m_client->rows("nowhere", {1}, m_fields, m_progress);
        FAIL();
    } catch (const MilvusError& error) {
        EXPECT_EQ(error.cause(), MilvusError::Cause::NoCollection);
        EXPECT_EQ(error.kind(), ErrorKind::NotFound);
    }
    m_client->create_collection("c", m_fields, "a test", m_progress);
    m_client->create_index("c", "d", "FLAT", m_progress);
    m_server->kill();
    m_server->start();
    try {
        m_client->rows("c", {1}, m_fields, m_progress);
        FAIL();
    } catch (const MilvusError& error) {
        EXPECT_EQ(error.cause(), MilvusError::Cause::NotLoaded);
    }
}

} // namespace
} // namespace cameo
