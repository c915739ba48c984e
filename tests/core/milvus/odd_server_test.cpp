// The client beside servers that are slow, busy, old, closed, or no Milvus at all.

#include "core/milvus/client.hpp"
#include "core/milvus/layout.hpp"
#include "core/milvus/shard_sender.hpp"
#include "tests/core/milvus/odd_server.hpp"
#include "tests/support/hashed_model.hpp"
#include "tests/support/process_group.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

MilvusRows some_rows() { return {{1, 2}, {{.field = "stored_0", .bytes = {"a", "b"}}}}; }

class OddServerTest : public testing::Test {
protected:
    std::shared_ptr<MilvusClient> connect(const std::string& token = {}, std::chrono::milliseconds patience = 300ms) {
        return MilvusClient::connect(parse_milvus_address(m_server.address), {.token = token}, {.patience = patience}, m_progress);
    }
    std::string refusal(const std::string& token = {}) {
        try {
            connect(token);
        } catch (const MilvusError& error) {
            return error.what();
        }
        return "connected";
    }

    OddServer m_server;
    Progress m_progress;
};

TEST_F(OddServerTest, OldOnesAreRefusedByTheirVersion) {
    EXPECT_EQ(connect()->server(), "Milvus 2.5.4");
    m_server.version = "v2.3.9";
    EXPECT_EQ(refusal(), m_server.address + ": the server says that its version is 'v2.3.9'; expected Milvus 2.4 or newer, or Milvus Lite 3 or newer");
    m_server.version = "something";
    EXPECT_THAT(refusal(), HasSubstr("its version is 'something'"));
}

TEST_F(OddServerTest, TokensAreShownToTheServerAndToNobodyElse) {
    m_server.wanted_authorization = "cm9vdDpzZWNyZXQ="; // root:secret
    EXPECT_EQ(connect("root:secret")->server(), "Milvus 2.5.4");
    EXPECT_THAT(refusal("root:hunter2"), AllOf(HasSubstr(m_server.address + ": the server refuses the token"), Not(HasSubstr("hunter2"))));
    EXPECT_THAT(refusal(), HasSubstr("the server wants a token, and none is set"));
}

TEST_F(OddServerTest, WhatTheServerSaysDoesNotRepeatTheToken) {
    m_server.scolding = "user root with\nhunter2 may not";
    EXPECT_THAT([&] { connect("hunter2")->has_collection("c", m_progress); },
                testing::ThrowsMessage<MilvusError>(m_server.address + ": the server says: user root with … may not"));
}

TEST_F(OddServerTest, BusyOnesAreAskedAgainAndNothingIsDoubled) {
    m_server.rate_limited = 1;
    m_server.unavailable = 1;
    connect({}, 5s)->insert("c", some_rows(), false, m_progress);
    EXPECT_EQ(m_server.inserts, 1);
    EXPECT_EQ(m_server.upserts, 1); // whether the first attempt arrived is not known
}

// It was asked once, and then for ever whether it had done so.
TEST_F(OddServerTest, LoadingIsAskedForAgainAndGivenUp) {
    m_server.fails_to_load = 1;
    connect()->load("c", m_progress);
    EXPECT_EQ(m_server.loads, 2);
    m_server.fails_to_load = 1'000;
    const auto client = MilvusClient::connect(parse_milvus_address(m_server.address), {}, {.loading = 200ms}, m_progress);
    EXPECT_THAT([&] { client->load("c", m_progress); },
                testing::ThrowsMessage<MilvusError>(testing::StartsWith(m_server.address + ": the server has not loaded collection c within 1 s")));
}

TEST_F(OddServerTest, PatienceEnds) {
    const auto start = std::chrono::steady_clock::now();
    const auto nobody = "milvus://127.0.0.1:" + std::to_string(free_port());
    EXPECT_THAT([&] { MilvusClient::connect(parse_milvus_address(nobody), {}, {.patience = 200ms}, m_progress); },
                testing::ThrowsMessage<MilvusError>(testing::StartsWith(nobody + ": the server does not answer, tried for 1 s (")));
    EXPECT_LT(std::chrono::steady_clock::now() - start, 3s);
}

TEST_F(OddServerTest, SlowOnesAreLeftWithin200Milliseconds) {
    m_server.slowness = 10s;
    std::stop_source stop;
    Progress progress(stop.get_token());
    const auto client = connect();
    std::jthread impatient([&] {
        std::this_thread::sleep_for(100ms);
        stop.request_stop();
    });
    const auto start = std::chrono::steady_clock::now();
    EXPECT_THROW(client->insert("c", some_rows(), false, progress), Cancelled);
    EXPECT_LT(std::chrono::steady_clock::now() - start, 100ms + 200ms + 100ms); // the last for a busy machine
}

TEST_F(OddServerTest, ADeadlineEndsAnAttempt) {
    m_server.slowness = 10s;
    const auto client = MilvusClient::connect(parse_milvus_address(m_server.address), {}, {.deadline = 100ms, .patience = 50ms}, m_progress);
    EXPECT_THAT([&] { client->insert("c", some_rows(), false, m_progress); }, testing::ThrowsMessage<MilvusError>(HasSubstr("Deadline")));
}

TEST_F(OddServerTest, TlsToOneWithoutIsRefused) {
    auto address = parse_milvus_address(m_server.address);
    address.tls = true;
    EXPECT_THAT([&] { MilvusClient::connect(address, {}, {.patience = 100ms}, m_progress); },
                testing::ThrowsMessage<MilvusError>(testing::StartsWith(to_string(address) + ": the server does not answer")));
}

TEST_F(OddServerTest, AWebServerIsNoMilvus) {
    const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof name;
    ASSERT_EQ(::bind(listening, reinterpret_cast<sockaddr*>(&name), size), 0);
    ASSERT_EQ(::listen(listening, 4), 0);
    ::getsockname(listening, reinterpret_cast<sockaddr*>(&name), &size);
    std::thread web([&] {
        for (int accepted; (accepted = ::accept(listening, nullptr, nullptr)) >= 0; ::close(accepted)) {
            const std::string answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
            [[maybe_unused]] const auto sent = ::write(accepted, answer.data(), answer.size());
            std::this_thread::sleep_for(20ms);
        }
    });
    const auto address = "milvus://127.0.0.1:" + std::to_string(ntohs(name.sin_port));
    EXPECT_THAT([&] { MilvusClient::connect(parse_milvus_address(address), {}, {.deadline = 2s, .patience = 100ms}, m_progress); },
                testing::ThrowsMessage<MilvusError>(testing::StartsWith(address + ": ")));
    ::shutdown(listening, SHUT_RDWR);
    ::close(listening);
    web.join();
}

TEST_F(OddServerTest, SeveralStreamsSendAtOnce) {
    m_server.slowness = 50ms;
    const HashedModel model;
    const auto layout = MilvusLayout::of(model);
    const TemporaryFolder folder;
    LoadRecord record("c", layout.experts);
    {
        ShardSender sender(connect(), layout, folder.path(), record, 3);
        for (std::int64_t first = 0; first < 12; ++first) {
            const auto path = folder / ("shard" + std::to_string(first));
            write_shard(path, {.first = first, .documents = 1, .model_version = "1", .experts = layout.experts}, std::vector<std::vector<Representation>>{model.encode_one("w1 w2")});
            sender.send(Shard::open(path), false, m_progress);
        }
        sender.finish(m_progress);
    }
    EXPECT_EQ(record.documents(), 12);
    EXPECT_EQ(m_server.inserts, 12);
    EXPECT_EQ(m_server.most_at_once, 3);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), std::filesystem::directory_iterator()), 1); // the record
}

} // namespace
} // namespace cameo
