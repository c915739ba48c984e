// Collection::open: reading a collection's SQLite file through a few connections that share nothing.

#include "core/base/error.hpp"
#include "core/data/collection_schema.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace cameo {

namespace {

constexpr std::int64_t kPage = 256; ///< documents that one streaming step holds in memory
constexpr std::int64_t kFewestBytes = 8; ///< that a document's row takes in the file, an empty one's too

struct Connection {
    explicit Connection(const std::filesystem::path& file)
        : database(open_collection_database(file)),
          by_id(database, "SELECT ordinal FROM documents WHERE id = ?"),
          range(database, "SELECT ordinal, id, title, text, fields, checksum FROM documents "
                          "WHERE ordinal >= ? AND ordinal < ? ORDER BY ordinal") {}

    SQLite::Database database;
    SQLite::Statement by_id;
    SQLite::Statement range;
};

std::string text_of(const SQLite::Column& column) {
    return std::string(static_cast<const char*>(column.getBlob()),
                       static_cast<std::size_t>(column.getBytes()));
}

/// Connections to one file, each used by one thread at a time.
class ConnectionPool {
public:
    explicit ConnectionPool(const std::filesystem::path& file) : m_file(file) {
        const std::size_t count = std::clamp(std::thread::hardware_concurrency(), 2u, 16u);
        // All now: later the name may belong to a grown file, and two states must not mix.
        translating(m_file, kCollectionKind, [&] {
            for (std::size_t number = 0; number < count; ++number)
                m_all.push_back(std::make_unique<Connection>(file));
        });
        for (const auto& connection : m_all)
            m_free.push_back(connection.get());
    }

    const std::vector<std::unique_ptr<Connection>>& all() const { return m_all; }

    /// Calls `work` with a free connection, waiting for one, so calls must not nest.
    template <typename Work>
    auto with(Work&& work) const {
        const Lease lease(*this);
        return translating(m_file, kCollectionKind, [&] { return work(*lease.connection); });
    }

private:
    struct Lease {
        const ConnectionPool& pool;
        Connection* connection;

        explicit Lease(const ConnectionPool& from) : pool(from) {
            std::unique_lock lock(pool.m_mutex);
            pool.m_available.wait(lock, [&] { return !pool.m_free.empty(); });
            connection = pool.m_free.back();
            pool.m_free.pop_back();
        }
        ~Lease() {
            connection->by_id.tryReset();
            connection->range.tryReset();
            {
                const std::lock_guard lock(pool.m_mutex);
                pool.m_free.push_back(connection);
            }
            pool.m_available.notify_one();
        }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
    };

    std::filesystem::path m_file;
    std::vector<std::unique_ptr<Connection>> m_all;
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_available;
    mutable std::vector<Connection*> m_free;
};

class SqliteCollection final : public Collection {
public:
    explicit SqliteCollection(const std::filesystem::path& file)
        : m_path(file), m_name(file.stem().string()), m_pool(file) {
        translating(file, kCollectionKind, [&] {
            read_meta(m_pool.all().front()->database);
            for (const auto& connection : m_pool.all())
                if (meta(connection->database, "fingerprint") != m_fingerprint)
                    throw Error(ErrorKind::Environment,
                                file.string() + ": was replaced while it was being opened; open it again");
        });
    }

    const std::string& name() const override { return m_name; }
    const std::filesystem::path& path() const override { return m_path; }
    std::string version() const override { return m_fingerprint.substr(0, 32); }
    std::int64_t size() const override { return m_size; }
    const OrdinalSet& removed() const override { return m_removed; }

    bool grew_from(std::string_view earlier_version) const override {
        return std::find(m_versions.begin(), m_versions.end(), earlier_version) != m_versions.end();
    }

    Document document(DocumentOrdinal ordinal) const override {
        check(ordinal >= 0 && ordinal < m_size, "Collection::document: ordinal out of range");
        return std::move(page(ordinal, ordinal + 1).front());
    }

    std::optional<DocumentOrdinal> find(std::string_view document_id) const override {
        return m_pool.with([&](Connection& connection) -> std::optional<DocumentOrdinal> {
            const std::string id(document_id);
            if (id.starts_with('\x01')) return std::nullopt; // an empty place
            connection.by_id.bind(1, id);
            if (!connection.by_id.executeStep()) return std::nullopt;
            return connection.by_id.getColumn(0).getInt64();
        });
    }

    void for_each_document(DocumentOrdinal first,
                           const std::function<bool(DocumentOrdinal, const Document&)>& take) const override {
        check(first >= 0, "Collection::for_each_document: negative ordinal");
        // No connection is held while `take` runs: it may read from the collection itself.
        for (auto begin = first; begin < m_size; begin += kPage) {
            const auto documents = page(begin, std::min(begin + kPage, m_size));
            for (std::size_t place = 0; place < documents.size(); ++place) {
                const auto ordinal = begin + static_cast<std::int64_t>(place);
                if (!m_removed.contains(ordinal) && !take(ordinal, documents[place])) return;
            }
        }
    }

    std::vector<std::string> splits() const override {
        return m_pool.with([&](Connection& connection) {
            std::vector<std::string> names;
            SQLite::Statement all(connection.database, "SELECT DISTINCT split FROM judgments ORDER BY split");
            while (all.executeStep())
                names.push_back(text_of(all.getColumn(0)));
            return names;
        });
    }

    std::vector<Query> queries(std::string_view split) const override {
        return m_pool.with([&](Connection& connection) {
            const std::string all = "SELECT id, text, category FROM queries ";
            SQLite::Statement select(connection.database,
                                     split.empty() ? all + "ORDER BY position"
                                                   : all + "WHERE position IN (SELECT query FROM judgments "
                                                           "WHERE split = ?) ORDER BY position");
            if (!split.empty()) select.bind(1, std::string(split));
            std::vector<Query> found;
            while (select.executeStep())
                found.push_back({text_of(select.getColumn(0)), text_of(select.getColumn(1)),
                                 text_of(select.getColumn(2))});
            return found;
        });
    }

    Qrels qrels(std::string_view split) const override {
        return m_pool.with([&](Connection& connection) {
            SQLite::Statement select(connection.database,
                                     "SELECT queries.id, document, grade FROM judgments JOIN queries "
                                     "ON queries.position = query WHERE split = ? ORDER BY query, document");
            select.bind(1, std::string(split));
            Qrels found;
            while (select.executeStep())
                found[text_of(select.getColumn(0))][text_of(select.getColumn(1))] =
                    select.getColumn(2).getInt();
            return found;
        });
    }

    std::map<std::string, std::string> provenance() const override {
        return m_pool.with([&](Connection& connection) {
            std::map<std::string, std::string> words;
            SQLite::Statement all(connection.database, "SELECT key, value FROM provenance");
            while (all.executeStep())
                words[text_of(all.getColumn(0))] = text_of(all.getColumn(1));
            return words;
        });
    }

private:
    std::vector<Document> page(DocumentOrdinal begin, DocumentOrdinal end) const {
        return m_pool.with([&](Connection& connection) {
            auto& select = connection.range;
            select.bind(1, begin);
            select.bind(2, end);
            std::vector<Document> documents;
            documents.reserve(static_cast<std::size_t>(end - begin));
            for (auto expected = begin; expected < end; ++expected) {
                if (!select.executeStep() || select.getColumn(0).getInt64() != expected)
                    damaged("document " + std::to_string(expected) + " is missing");
                documents.push_back(m_removed.contains(expected) ? Document{} : read_document(select));
            }
            return documents;
        });
    }

    Document read_document(SQLite::Statement& row) const {
        Document document;
        document.id = text_of(row.getColumn(1));
        document.title = text_of(row.getColumn(2));
        document.text = text_of(row.getColumn(3));
        const auto fields = text_of(row.getColumn(4));
        if (document_checksum(document.id, document.title, document.text, fields) !=
            row.getColumn(5).getInt64())
            damaged("document " + row.getColumn(0).getString() + " does not match its checksum");
        if (fields.empty()) return document;
        const auto parsed = nlohmann::json::parse(fields, nullptr, false);
        if (!parsed.is_object())
            damaged("the fields of document " + row.getColumn(0).getString() + " are not JSON");
        for (const auto& [key, value] : parsed.items())
            if (value.is_string()) document.fields[key] = value.get<std::string>();
        return document;
    }

    static std::string meta(SQLite::Database& database, const char* key) {
        SQLite::Statement find(database, "SELECT value FROM meta WHERE key = ?");
        find.bind(1, key);
        return find.executeStep() ? text_of(find.getColumn(0)) : std::string();
    }

    void read_meta(SQLite::Database& database) {
        m_fingerprint = meta(database, "fingerprint");
        SQLite::Statement range(database, "SELECT ifnull((SELECT min(ordinal) FROM documents), 0), "
                                          "ifnull((SELECT max(ordinal) FROM documents), -1) + 1");
        range.executeStep();
        m_size = range.getColumn(1).getInt64();
        // The last ordinal may be any number, and readers size things by it.
        const std::int64_t bytes = database.execAndGet("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").getInt64();
        if (!CollectionFingerprint().restore(m_fingerprint) || range.getColumn(0).getInt64() != 0 || m_size > bytes / kFewestBytes ||
            std::to_string(m_size) != meta(database, "documents"))
            damaged("its documents are not those it says it has");
        SQLite::Statement growth(database, "SELECT version FROM growth ORDER BY documents");
        while (growth.executeStep())
            m_versions.push_back(text_of(growth.getColumn(0)));
        if (!database.tableExists("removed")) return; // a file of the first version
        SQLite::Statement versions(database, "SELECT version FROM versions");
        while (versions.executeStep())
            m_versions.push_back(text_of(versions.getColumn(0)));
        std::vector<DocumentOrdinal> removed;
        SQLite::Statement places(database, "SELECT ordinal FROM removed ORDER BY ordinal");
        while (places.executeStep())
            removed.push_back(places.getColumn(0).getInt64());
        if (!removed.empty() && (removed.front() < 0 || removed.back() >= m_size)) damaged("removed documents that it never had");
        m_removed = OrdinalSet(std::move(removed));
    }

    [[noreturn]] void damaged(const std::string& what) const {
        throw Error(ErrorKind::InvalidInput,
                    m_path.string() + ": is a damaged collection: " + what + "; import it again");
    }

    std::filesystem::path m_path;
    std::string m_name;
    std::string m_fingerprint;
    std::int64_t m_size = 0;
    std::vector<std::string> m_versions;
    OrdinalSet m_removed;
    ConnectionPool m_pool;
};

} // namespace

std::shared_ptr<const Collection> Collection::open(const std::filesystem::path& file) {
    return std::make_shared<SqliteCollection>(file);
}

} // namespace cameo
