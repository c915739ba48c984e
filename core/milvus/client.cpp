#include "core/milvus/client.hpp"

#include "core/milvus/base64.hpp"
#include "core/milvus/call.hpp"
#include "core/milvus/messages.hpp"
#include "core/milvus/version.hpp"

#include <grpc/support/log.h>
#include <milvus.grpc.pb.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <mutex>
#include <thread>

namespace cameo {

namespace {

namespace proto = milvus::proto::milvus;
namespace common = milvus::proto::common;
using Stub = proto::MilvusService::Stub;

constexpr int kLargestMessage = 256 << 20; // as Milvus itself has it

/// gRPC would tell the terminal of every refused connection; what went wrong is in the status of the call.
void quieten_grpc() {
    static std::once_flag once;
    std::call_once(once, [] { gpr_set_log_function([](gpr_log_func_args*) {}); });
}

/// Debian's gRPC looks for the authorities where Debian does not have them.
std::string system_authorities() {
    std::ifstream file("/etc/ssl/certs/ca-certificates.crt", std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::shared_ptr<grpc::Channel> open_channel(const MilvusAddress& address, const MilvusCredentials& credentials) {
    quieten_grpc();
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(kLargestMessage);
    arguments.SetMaxSendMessageSize(kLargestMessage);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1); // a new channel is a new connection
    if (!address.tls) return grpc::CreateCustomChannel(address.host_and_port(), grpc::InsecureChannelCredentials(), arguments);
    grpc::SslCredentialsOptions trusted;
    trusted.pem_root_certs = credentials.authorities.empty() ? system_authorities() : credentials.authorities;
    return grpc::CreateCustomChannel(address.host_and_port(), grpc::SslCredentials(trusted), arguments);
}

void add(google::protobuf::RepeatedPtrField<common::KeyValuePair>& to, const std::string& key, const std::string& value) {
    auto& pair = *to.Add();
    pair.set_key(key);
    pair.set_value(value);
}

void fill(proto::SearchRequest& request, const std::string& collection, const MilvusSearch& search) {
    request.set_collection_name(collection);
    request.set_placeholder_group(milvus_placeholder(search));
    request.set_dsl_type(common::BoolExprV1);
    request.set_nq(1);
    request.set_consistency_level(common::Bounded);
    request.set_guarantee_timestamp(2);
    auto& parameters = *request.mutable_search_params();
    add(parameters, "anns_field", search.field);
    add(parameters, "topk", std::to_string(search.most));
    add(parameters, "limit", std::to_string(search.most));
    add(parameters, "offset", "0");
    add(parameters, "metric_type", "IP");
    add(parameters, "round_decimal", "-1");
    add(parameters, "ignore_growing", "false");
    add(parameters, "params", search.reach > 0 ? "{\"ef\":" + std::to_string(search.reach) + "}" : "{}");
}

} // namespace

class MilvusClient::Connection {
public:
    Connection(const MilvusAddress& to, const MilvusCredentials& with) : address(to), m_credentials(with), m_stub(open_stub()) {
        settings.server = to_string(address);
        settings.database = address.database;
        settings.secret = m_credentials.token;
        settings.reconnect = [this] {
            const std::lock_guard lock(m_mutex);
            // Of several calls that fail together one makes the connection that all will use.
            if (const auto now = std::chrono::steady_clock::now(); now - m_opened > std::chrono::milliseconds(20)) {
                m_stub = open_stub();
                m_opened = now;
            }
        };
        if (!m_credentials.token.empty()) settings.authorization = to_base64(std::as_bytes(std::span(m_credentials.token)));
    }

    /// One call of the stub's `method`, with the request as it is.
    template <class Response, class Method, class Request>
    Response call(const MilvusOptions& options, Progress& progress, Method method, const Request& request) {
        return call<Response>(options, progress, [&](Stub& stub, grpc::ClientContext* context, grpc::CompletionQueue* queue, int) { return (stub.*method)(context, request, queue); });
    }
    template <class Response, class Begin>
    Response call(const MilvusOptions& options, Progress& progress, const Begin& begin) {
        auto own = settings;
        own.options = options;
        std::shared_ptr<Stub> stub; // of the attempt, until the next
        return call_milvus<Response>(own, progress, [&](grpc::ClientContext* context, grpc::CompletionQueue* queue, int attempt) {
            {
                const std::lock_guard lock(m_mutex);
                stub = m_stub;
            }
            return begin(*stub, context, queue, attempt);
        });
    }

    const MilvusAddress address;
    MilvusCallSettings settings; ///< its options are not those of a call
    MilvusVersion version;

private:
    std::shared_ptr<Stub> open_stub() const { return proto::MilvusService::NewStub(open_channel(address, m_credentials)); }

    const MilvusCredentials m_credentials;
    std::mutex m_mutex; ///< over what follows
    std::shared_ptr<Stub> m_stub;
    std::chrono::steady_clock::time_point m_opened = std::chrono::steady_clock::now();
};

MilvusClient::MilvusClient(std::shared_ptr<Connection> connection, MilvusOptions options) : m_connection(std::move(connection)), m_options(options) {}
MilvusClient::~MilvusClient() = default;

const MilvusAddress& MilvusClient::address() const { return m_connection->address; }
const std::string& MilvusClient::server() const { return m_connection->version.name; }
bool MilvusClient::takes_parallel_writes() const { return !m_connection->version.lite; }

std::shared_ptr<MilvusClient> MilvusClient::with_patience(std::chrono::milliseconds patience) const {
    auto options = m_options;
    options.patience = patience;
    return std::shared_ptr<MilvusClient>(new MilvusClient(m_connection, options));
}

std::shared_ptr<MilvusClient> MilvusClient::connect(const MilvusAddress& address, const MilvusCredentials& credentials, const MilvusOptions& options,
                                                    Progress& progress) {
    auto connection = std::make_shared<Connection>(address, credentials);
    const auto answer = connection->call<proto::GetVersionResponse>(options, progress, &Stub::AsyncGetVersion, proto::GetVersionRequest());
    const auto version = parse_milvus_version(answer.version());
    if (!version || !version->usable())
        throw MilvusError(MilvusError::Cause::Refused, ErrorKind::Unsupported,
                          connection->settings.server + ": the server says that its version is '" + answer.version().substr(0, 60) +
                              "'; expected Milvus 2.4 or newer, or Milvus Lite 3 or newer");
    connection->version = *version;
    return std::shared_ptr<MilvusClient>(new MilvusClient(std::move(connection), options));
}

bool MilvusClient::has_collection(const std::string& collection, Progress& progress) {
    proto::HasCollectionRequest request;
    request.set_collection_name(collection);
    try {
        return m_connection->call<proto::BoolResponse>(m_options, progress, &Stub::AsyncHasCollection, request).value();
    } catch (const MilvusError& problem) {
        if (problem.cause() == MilvusError::Cause::NoCollection) return false;
        throw;
    }
}

void MilvusClient::create_collection(const std::string& collection, const std::vector<MilvusField>& fields, const std::string& description, Progress& progress) {
    proto::CreateCollectionRequest request;
    request.set_collection_name(collection);
    request.set_schema(milvus_schema(collection, fields, description).SerializeAsString());
    request.set_shards_num(1);
    request.set_consistency_level(common::Bounded);
    try {
        m_connection->call<common::Status>(m_options, progress, &Stub::AsyncCreateCollection, request);
    } catch (const MilvusError& problem) {
        // The first of two attempts may have succeeded without our hearing of it.
        if (problem.cause() != MilvusError::Cause::Refused || !has_collection(collection, progress)) throw;
    }
}

void MilvusClient::drop_collection(const std::string& collection, Progress& progress) {
    proto::DropCollectionRequest request;
    request.set_collection_name(collection);
    try {
        m_connection->call<common::Status>(m_options, progress, &Stub::AsyncDropCollection, request);
    } catch (const MilvusError& problem) {
        if (problem.cause() != MilvusError::Cause::NoCollection) throw;
    }
}

void MilvusClient::create_index(const std::string& collection, const std::string& field, const std::string& type, Progress& progress) {
    proto::CreateIndexRequest request;
    request.set_collection_name(collection);
    request.set_field_name(field);
    request.set_index_name(field);
    auto& parameters = *request.mutable_extra_params();
    add(parameters, "index_type", type);
    add(parameters, "metric_type", "IP");
    add(parameters, "params", type == "HNSW" ? R"({"M":32,"efConstruction":200})" : "{}");
    try {
        m_connection->call<common::Status>(m_options, progress, &Stub::AsyncCreateIndex, request);
    } catch (const MilvusError& problem) {
        // Milvus has nothing against the same index twice, Milvus Lite has.
        if (std::string_view(problem.what()).find("already exist") == std::string_view::npos) throw;
    }
}

void MilvusClient::flush(const std::string& collection, Progress& progress) {
    proto::FlushRequest request;
    request.add_collection_names(collection);
    m_connection->call<proto::FlushResponse>(m_options, progress, &Stub::AsyncFlush, request);
}

void MilvusClient::load(const std::string& collection, Progress& progress) {
    proto::LoadCollectionRequest request;
    request.set_collection_name(collection);
    request.set_replica_number(1);
    proto::GetLoadStateRequest ask;
    ask.set_collection_name(collection);
    const auto end = std::chrono::steady_clock::now() + m_options.loading;
    for (int attempt = 0;; ++attempt) {
        const auto answer = m_connection->call<proto::GetLoadStateResponse>(m_options, progress, &Stub::AsyncGetLoadState, ask);
        if (answer.state() == common::LoadStateLoaded) return; // whoever may only search need not be allowed to load
        if (std::chrono::steady_clock::now() >= end)
            throw MilvusError(MilvusError::Cause::NotLoaded, ErrorKind::Environment,
                              m_connection->settings.server + ": the server has not loaded collection " + collection + " within " +
                                  std::to_string(std::chrono::ceil<std::chrono::seconds>(m_options.loading).count()) + " s: it may lack memory, see its log");
        // One that a server gave up loading is as it was before it was asked to.
        if (attempt == 0 || answer.state() == common::LoadStateNotLoad) m_connection->call<common::Status>(m_options, progress, &Stub::AsyncLoadCollection, request);
        if (attempt > 0) detail::pause(attempt, progress);
    }
}

void MilvusClient::insert(const std::string& collection, const MilvusRows& rows, bool replace, Progress& progress) {
    proto::InsertRequest insert;
    insert.set_collection_name(collection);
    insert.set_num_rows(static_cast<std::uint32_t>(rows.keys.size()));
    add_milvus_rows(rows, *insert.mutable_fields_data());
    proto::UpsertRequest upsert;
    const auto as_upsert = [&] { // the rows change hands: they may be many megabytes
        upsert.set_collection_name(collection);
        upsert.set_num_rows(insert.num_rows());
        upsert.mutable_fields_data()->Swap(insert.mutable_fields_data());
    };
    if (replace) as_upsert();
    const auto answer = m_connection->call<proto::MutationResult>(m_options, progress, [&](Stub& stub, grpc::ClientContext* context, grpc::CompletionQueue* queue, int attempt) {
        if (attempt > 0 && upsert.fields_data().empty()) as_upsert();
        return upsert.fields_data().empty() ? stub.AsyncInsert(context, insert, queue) : stub.AsyncUpsert(context, upsert, queue);
    });
    const auto taken = std::max(answer.insert_cnt(), answer.upsert_cnt());
    if (!answer.err_index().empty() || taken != static_cast<std::int64_t>(rows.keys.size()))
        throw MilvusError(MilvusError::Cause::Refused, ErrorKind::Environment,
                          m_connection->settings.server + ": the server took " + std::to_string(taken) + " of " + std::to_string(rows.keys.size()) + " rows");
}

void MilvusClient::remove_from(const std::string& collection, std::int64_t first_key, Progress& progress) {
    proto::DeleteRequest request;
    request.set_collection_name(collection);
    request.set_expr(std::string(kMilvusKey) + " >= " + std::to_string(first_key));
    request.set_consistency_level(common::Strong);
    m_connection->call<proto::MutationResult>(m_options, progress, &Stub::AsyncDelete, request);
}

namespace {

proto::QueryRequest counting(const std::string& collection) {
    proto::QueryRequest request;
    request.set_collection_name(collection);
    request.add_output_fields("count(*)");
    request.set_consistency_level(common::Strong);
    return request;
}

std::int64_t counted(const proto::QueryResults& answer, const std::string& server) {
    for (const auto& field : answer.fields_data())
        if (field.scalars().long_data().data_size() == 1) return field.scalars().long_data().data(0);
    throw MilvusError(MilvusError::Cause::Refused, ErrorKind::Environment, server + ": the server does not say how many rows there are");
}

} // namespace

std::int64_t MilvusClient::count(const std::string& collection, std::int64_t first, std::int64_t end, Progress& progress) {
    auto request = counting(collection);
    request.set_expr(std::string(kMilvusKey) + " >= " + std::to_string(first) + " and " + kMilvusKey + " < " + std::to_string(end));
    return counted(m_connection->call<proto::QueryResults>(m_options, progress, &Stub::AsyncQuery, request), m_connection->settings.server);
}

std::int64_t MilvusClient::count(const std::string& collection, Progress& progress) {
    return counted(m_connection->call<proto::QueryResults>(m_options, progress, &Stub::AsyncQuery, counting(collection)), m_connection->settings.server);
}

MilvusClient::Found MilvusClient::search(const std::string& collection, const std::vector<MilvusSearch>& searches, Progress& progress) {
    check(!searches.empty(), "MilvusClient::search: nothing to search for");
    proto::SearchResults answer;
    if (searches.size() == 1) {
        proto::SearchRequest request;
        fill(request, collection, searches.front());
        request.add_output_fields(kMilvusKey);
        answer = m_connection->call<proto::SearchResults>(m_options, progress, &Stub::AsyncSearch, request);
    } else {
        proto::HybridSearchRequest request;
        request.set_collection_name(collection);
        request.set_consistency_level(common::Bounded);
        request.set_guarantee_timestamp(2);
        std::int64_t together = 0;
        for (const auto& search : searches) {
            fill(*request.add_requests(), collection, search);
            together += search.most;
        }
        check(together <= kMostHits, "MilvusClient::search: too many hits");
        // Nothing is cut off: as many fused hits as the searches can bring together, so that the fusion does not matter.
        auto& parameters = *request.mutable_rank_params();
        request.add_output_fields(kMilvusKey); // Milvus Lite takes none for all
        add(parameters, "strategy", "rrf");
        add(parameters, "params", R"({"k":60})");
        add(parameters, "limit", std::to_string(together));
        add(parameters, "offset", "0");
        add(parameters, "round_decimal", "-1");
        answer = m_connection->call<proto::SearchResults>(m_options, progress, &Stub::AsyncHybridSearch, request);
    }
    Found found;
    found.keys.assign(answer.results().ids().int_id().data().begin(), answer.results().ids().int_id().data().end());
    found.warned = !answer.status().reason().empty();
    return found;
}

MilvusRows MilvusClient::rows(const std::string& collection, const std::vector<std::int64_t>& keys, const std::vector<MilvusField>& fields, Progress& progress) {
    proto::QueryRequest request;
    request.set_collection_name(collection);
    std::string expression = std::string(kMilvusKey) + " in [";
    for (std::size_t at = 0; at < keys.size(); ++at) expression += (at > 0 ? "," : "") + std::to_string(keys[at]);
    request.set_expr(expression + "]");
    request.add_output_fields(kMilvusKey);
    for (const auto& field : fields) request.add_output_fields(field.name);
    request.set_consistency_level(common::Bounded);
    request.set_guarantee_timestamp(2);
    const auto answer = m_connection->call<proto::QueryResults>(m_options, progress, &Stub::AsyncQuery, request);
    try {
        return read_milvus_rows(answer.fields_data(), fields);
    } catch (const Error& problem) {
        throw MilvusError(MilvusError::Cause::Refused, problem.kind(), m_connection->settings.server + ": " + problem.what());
    }
}

} // namespace cameo
