#include "core/milvus/call.hpp"

#include <algorithm>
#include <random>
#include <thread>

namespace cameo {

namespace {

using Cause = MilvusError::Cause;
using namespace std::chrono_literals;

// Of Status::code.
constexpr int kNoCollection = 100, kNotLoaded = 101, kNotReady = 1, kRateLimited = 8;

/// As part of a sentence: one line, without the secret, not longer than somebody reads.
std::string said(std::string text, const MilvusCallSettings& settings) {
    if (!settings.secret.empty())
        for (auto at = text.find(settings.secret); at != std::string::npos; at = text.find(settings.secret, at)) text.replace(at, settings.secret.size(), "…");
    std::ranges::replace_if(text, [](char letter) { return static_cast<unsigned char>(letter) < ' '; }, ' ');
    if (text.size() > 300) text = text.substr(0, 300) + " …";
    return text;
}

} // namespace

namespace detail {

void prepare(grpc::ClientContext& context, const MilvusCallSettings& settings) {
    context.set_deadline(std::chrono::system_clock::now() + settings.options.deadline);
    if (!settings.authorization.empty()) context.AddMetadata("authorization", settings.authorization);
    if (!settings.database.empty()) context.AddMetadata("dbname", settings.database);
}

void wait(grpc::CompletionQueue& queue, grpc::ClientContext& context, Progress& progress) {
    void* tag = nullptr;
    bool ok = false;
    bool stopped = false;
    // A wish to stop is looked for now and again; once the call is taken back its end comes at once.
    while (queue.AsyncNext(&tag, &ok, std::chrono::system_clock::now() + 50ms) == grpc::CompletionQueue::TIMEOUT) {
        if (stopped || !progress.stop_token().stop_requested()) continue;
        stopped = true;
        context.TryCancel();
    }
    progress.check_cancelled();
}

void pause(int attempt, Progress& progress) {
    thread_local std::minstd_rand random(std::random_device{}());
    const auto longest = std::min<std::int64_t>(2'000, std::int64_t{50} << std::min(attempt, 6));
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(longest / 2 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(longest / 2 + 1)));
    while (std::chrono::steady_clock::now() < end) {
        progress.check_cancelled();
        std::this_thread::sleep_for(10ms);
    }
}

bool may_be_repeated(const grpc::Status& status) {
    switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::ABORTED:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
        return true;
    case grpc::StatusCode::RESOURCE_EXHAUSTED: // also said of a message that is too large, which it stays
        return status.error_message().find("larger than max") == std::string::npos;
    default:
        return false;
    }
}

void refuse(const grpc::Status& status, const MilvusCallSettings& settings, std::chrono::milliseconds waited) {
    const auto because = " (" + said(status.error_message(), settings) + ")";
    switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::ABORTED:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
        throw MilvusError(Cause::Unreachable, ErrorKind::Environment,
                          settings.server + ": the server does not answer, tried for " + std::to_string((waited.count() + 999) / 1000) + " s" + because);
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::PERMISSION_DENIED:
        throw MilvusError(Cause::Refused, ErrorKind::Environment,
                          settings.server + (settings.authorization.empty() ? ": the server wants a token, and none is set: see docs/milvus.md" : ": the server refuses the token") + because);
    case grpc::StatusCode::UNIMPLEMENTED:
        throw MilvusError(Cause::Refused, ErrorKind::Unsupported, settings.server + ": whoever answers there is no Milvus that knows this call" + because);
    default:
        throw MilvusError(Cause::Refused, ErrorKind::Environment, settings.server + ": the call failed" + because);
    }
}

bool succeeded(const milvus::proto::common::Status& status) { return status.code() == 0; }

bool may_be_repeated(const milvus::proto::common::Status& status) {
    return status.retriable() || status.code() == kRateLimited || (status.code() == kNotReady && status.reason().find("not ready") != std::string::npos);
}

void refuse(const milvus::proto::common::Status& status, const MilvusCallSettings& settings) {
    const auto sentence = settings.server + ": the server says: " + said(status.reason(), settings);
    if (status.code() == kNoCollection) throw MilvusError(Cause::NoCollection, ErrorKind::NotFound, sentence);
    if (status.code() == kNotLoaded) throw MilvusError(Cause::NotLoaded, ErrorKind::Environment, sentence);
    if (may_be_repeated(status)) throw MilvusError(Cause::Unreachable, ErrorKind::Environment, sentence);
    throw MilvusError(Cause::Refused, ErrorKind::Environment, sentence);
}

} // namespace detail

} // namespace cameo
