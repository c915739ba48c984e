#pragma once

#include <grpcpp/grpcpp.h>
#include <milvus.grpc.pb.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace cameo {

/// Answers as a Milvus server may on a bad day. In this process, on a loopback port of its own.
class OddServer final : public milvus::proto::milvus::MilvusService::Service {
public:
    OddServer() {
        grpc::ServerBuilder builder;
        int port = 0;
        builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
        builder.RegisterService(this);
        m_server = builder.BuildAndStart();
        address = "milvus://127.0.0.1:" + std::to_string(port);
    }
    ~OddServer() override { m_server->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(100)); }

    std::string address;
    std::string version = "v2.5.4";
    std::string wanted_authorization;           ///< empty: everybody may ask
    std::chrono::milliseconds slowness{0};      ///< of inserts
    std::atomic<int> unavailable{0};            ///< inserts to be refused for now
    std::atomic<int> rate_limited{0};           ///< inserts to be asked to come later
    std::atomic<int> inserts{0}, upserts{0}, at_once{0}, most_at_once{0};
    std::atomic<int> loads{0};
    std::atomic<int> fails_to_load{0};          ///< so many times; it forgets then that it was asked to
    std::string scolding;                       ///< why a collection cannot be had

    grpc::Status GetVersion(grpc::ServerContext* context, const milvus::proto::milvus::GetVersionRequest*, milvus::proto::milvus::GetVersionResponse* response) override {
        if (!wanted_authorization.empty()) {
            const auto header = context->client_metadata().find("authorization");
            if (header == context->client_metadata().end() || header->second != wanted_authorization)
                return {grpc::StatusCode::UNAUTHENTICATED, "auth check failure, please check username and password"};
        }
        response->set_version(version);
        return grpc::Status::OK;
    }
    grpc::Status HasCollection(grpc::ServerContext*, const milvus::proto::milvus::HasCollectionRequest*, milvus::proto::milvus::BoolResponse* response) override {
        response->mutable_status()->set_code(scolding.empty() ? 0 : 65535);
        response->mutable_status()->set_reason(scolding);
        return grpc::Status::OK;
    }
    grpc::Status GetLoadState(grpc::ServerContext*, const milvus::proto::milvus::GetLoadStateRequest*, milvus::proto::milvus::GetLoadStateResponse* response) override {
        response->set_state(loads > fails_to_load ? milvus::proto::common::LoadStateLoaded : milvus::proto::common::LoadStateNotLoad);
        return grpc::Status::OK;
    }
    grpc::Status LoadCollection(grpc::ServerContext*, const milvus::proto::milvus::LoadCollectionRequest*, milvus::proto::common::Status*) override {
        ++loads;
        return grpc::Status::OK;
    }
    grpc::Status Insert(grpc::ServerContext* context, const milvus::proto::milvus::InsertRequest* request, milvus::proto::milvus::MutationResult* response) override {
        ++inserts;
        if (unavailable-- > 0) return {grpc::StatusCode::UNAVAILABLE, "proxy is not ready"};
        if (rate_limited-- > 0) {
            response->mutable_status()->set_code(8);
            response->mutable_status()->set_retriable(true);
            response->mutable_status()->set_reason("rate limit exceeded");
            return grpc::Status::OK;
        }
        const int now = ++at_once;
        for (int most = most_at_once; now > most && !most_at_once.compare_exchange_weak(most, now);) {}
        for (const auto end = std::chrono::steady_clock::now() + slowness; std::chrono::steady_clock::now() < end && !context->IsCancelled();)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        --at_once;
        response->set_insert_cnt(request->num_rows());
        return grpc::Status::OK;
    }
    grpc::Status Upsert(grpc::ServerContext*, const milvus::proto::milvus::UpsertRequest* request, milvus::proto::milvus::MutationResult* response) override {
        ++upserts;
        response->set_upsert_cnt(request->num_rows());
        return grpc::Status::OK;
    }

private:
    std::unique_ptr<grpc::Server> m_server;
};

} // namespace cameo
