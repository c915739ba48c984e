#pragma once

#include "core/base/error.hpp"
#include "core/jobs/progress.hpp"
#include "core/milvus/address.hpp"
#include "core/milvus/credentials.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cameo {

/// What a server, or the way to it, had against a call.
class MilvusError final : public Error {
public:
    enum class Cause {
        Unreachable, ///< no answer for as long as was waited: the same call may succeed later
        NoCollection,
        NotLoaded, ///< the collection is there, and not in the server's memory
        Refused,   ///< everything else: the token, the version, the call itself
    };
    MilvusError(Cause cause, ErrorKind kind, const std::string& sentence) : Error(kind, sentence), m_cause(cause) {}
    Cause cause() const { return m_cause; }

private:
    Cause m_cause;
};

struct MilvusOptions {
    std::chrono::milliseconds deadline{60'000}; ///< of one attempt
    std::chrono::milliseconds patience{5'000};  ///< how long attempts are repeated while a server does not answer
    std::chrono::milliseconds loading{std::chrono::minutes(30)}; ///< how long a collection may take until it can be searched
};

enum class MilvusFieldKind { Text, Dense, Sparse };

struct MilvusField {
    std::string name;
    MilvusFieldKind kind = MilvusFieldKind::Text;
    std::int64_t size = 0; ///< Text: the most bytes; Dense: the width
};

struct MilvusColumn {
    std::string field;
    MilvusFieldKind kind = MilvusFieldKind::Text;
    std::int64_t width = 0;         ///< Dense
    std::vector<float> floats;      ///< Dense: [rows, width]
    std::vector<std::string> bytes; ///< Text and Sparse: [rows]; Sparse: (term u32, weight f32) by ascending term
};

/// Rows of a collection, column by column.
struct MilvusRows {
    std::vector<std::int64_t> keys;
    std::vector<MilvusColumn> columns;
};

/// One search by inner product; several make a hybrid request.
struct MilvusSearch {
    std::string field;
    MilvusFieldKind kind = MilvusFieldKind::Dense;
    std::string vector;     ///< the bytes of the floats, or as MilvusColumn::bytes
    std::int64_t most = 0;  ///< hits
    std::int64_t reach = 0; ///< HNSW: candidates kept while walking (ef); 0: no such setting
};

/// A connection to one server, made again by itself after it was lost. Every call names the server in its errors, never
/// the token; is repeated with growing, jittered pauses while the server does not answer or asks to come back later, for
/// MilvusOptions::patience; and ends within 200 ms of a wish to stop. Thread-safe.
class MilvusClient {
public:
    /// @throws MilvusError when nobody answers, when whoever answers is no Milvus that Cameo can use (2.4 or newer, Milvus
    /// Lite 3 or newer), or when the token is refused; Cancelled.
    static std::shared_ptr<MilvusClient> connect(const MilvusAddress& address, const MilvusCredentials& credentials, const MilvusOptions& options,
                                                 Progress& progress);
    ~MilvusClient();

    const MilvusAddress& address() const;
    const std::string& server() const; ///< "Milvus 2.5.4", "Milvus Lite 3.2.2"
    /// Whether writes to one collection may come from several threads: Milvus Lite takes one at a time.
    bool takes_parallel_writes() const;
    /// The same connection with another patience.
    std::shared_ptr<MilvusClient> with_patience(std::chrono::milliseconds patience) const;

    bool has_collection(const std::string& collection, Progress& progress);
    /// With an int64 primary key `id` beside the fields.
    void create_collection(const std::string& collection, const std::vector<MilvusField>& fields, const std::string& description, Progress& progress);
    void drop_collection(const std::string& collection, Progress& progress);
    /// Inner product. @param type "FLAT", "HNSW" or "SPARSE_INVERTED_INDEX"
    void create_index(const std::string& collection, const std::string& field, const std::string& type, Progress& progress);
    void flush(const std::string& collection, Progress& progress);
    /// Returns when it can be searched. @throws MilvusError(NotLoaded) when it cannot after MilvusOptions::loading
    void load(const std::string& collection, Progress& progress);

    /// @param replace the keys may be there already. After an attempt whose outcome is not known they are replaced as well.
    void insert(const std::string& collection, const MilvusRows& rows, bool replace, Progress& progress);
    void remove_from(const std::string& collection, std::int64_t first_key, Progress& progress);

    /// Rows with first <= key < end, of everything that was confirmed before.
    std::int64_t count(const std::string& collection, std::int64_t first, std::int64_t end, Progress& progress);
    /// Rows of everything that was confirmed before.
    std::int64_t count(const std::string& collection, Progress& progress);

    struct Found {
        std::vector<std::int64_t> keys; ///< what one or several searches brought, in no order that means anything
        bool warned = false;            ///< the server itself says that something is missing
    };
    /// All searches in one request. @pre searches not empty, together at most kMostHits
    Found search(const std::string& collection, const std::vector<MilvusSearch>& searches, Progress& progress);
    /// The rows of these keys that are there, in no order.
    MilvusRows rows(const std::string& collection, const std::vector<std::int64_t>& keys, const std::vector<MilvusField>& fields, Progress& progress);

    static constexpr std::int64_t kMostHits = 16'384; ///< of a request, by Milvus' own limit

private:
    class Connection;
    explicit MilvusClient(std::shared_ptr<Connection> connection, MilvusOptions options);
    std::shared_ptr<Connection> m_connection;
    MilvusOptions m_options;
};

} // namespace cameo
