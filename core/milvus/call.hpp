#pragma once

#include "core/jobs/progress.hpp"
#include "core/milvus/client.hpp"

#include <common.pb.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <functional>
#include <string>

namespace cameo {

// How one call is made: with a deadline, so that it can be cancelled, and again when that may help.

/// What is known of the server beside the call.
struct MilvusCallSettings {
    std::string server;        ///< address, for messages
    std::string authorization; ///< header; empty: none
    std::string secret;        ///< what must not be repeated from a server's message
    std::string database;
    std::function<void()> reconnect; ///< makes a new connection for the next attempt
    MilvusOptions options;
};

namespace detail {

/// @throws MilvusError(Unreachable or Refused) of what gRPC says. @return whether the call may be made again
bool may_be_repeated(const grpc::Status& status);
[[noreturn]] void refuse(const grpc::Status& status, const MilvusCallSettings& settings, std::chrono::milliseconds waited);
bool may_be_repeated(const milvus::proto::common::Status& status);
bool succeeded(const milvus::proto::common::Status& status);
[[noreturn]] void refuse(const milvus::proto::common::Status& status, const MilvusCallSettings& settings);

void prepare(grpc::ClientContext& context, const MilvusCallSettings& settings);
/// Waits for the one thing in the queue. @throws Cancelled, after the call has been taken back
void wait(grpc::CompletionQueue& queue, grpc::ClientContext& context, Progress& progress);
/// 50 ms, 100 ms, … 2 s, each between a half and the whole of that. @throws Cancelled
void pause(int attempt, Progress& progress);

template <class Response>
const milvus::proto::common::Status& status_of(const Response& response) {
    if constexpr (std::is_same_v<Response, milvus::proto::common::Status>) return response;
    else return response.status();
}

} // namespace detail

/// @param begin (grpc::ClientContext*, grpc::CompletionQueue*, int attempt) -> std::unique_ptr<grpc::ClientAsyncResponseReader<Response>>
/// @throws MilvusError; Cancelled
template <class Response, class Begin>
Response call_milvus(const MilvusCallSettings& settings, Progress& progress, const Begin& begin) {
    const auto started = std::chrono::steady_clock::now();
    for (int attempt = 0;; ++attempt) {
        Response response;
        grpc::Status status;
        {
            grpc::ClientContext context;
            grpc::CompletionQueue queue;
            detail::prepare(context, settings);
            auto reader = begin(&context, &queue, attempt);
            reader->Finish(&response, &status, nullptr);
            detail::wait(queue, context, progress);
        }
        if (status.ok() && detail::succeeded(detail::status_of(response))) return response;
        const bool again = status.ok() ? detail::may_be_repeated(detail::status_of(response)) : detail::may_be_repeated(status);
        const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
        if (!again || waited >= settings.options.patience) {
            if (!status.ok()) detail::refuse(status, settings, waited);
            detail::refuse(detail::status_of(response), settings);
        }
        detail::pause(attempt, progress);
        // gRPC itself would try again after seconds only, more of them each time: longer than it takes to start a server.
        if (status.error_code() == grpc::StatusCode::UNAVAILABLE && settings.reconnect) settings.reconnect();
    }
}

} // namespace cameo
