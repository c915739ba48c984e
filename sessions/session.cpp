#include "sessions/session.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "sessions/packing.hpp"
#include "sessions/session_schema.hpp"
#include "sessions/session_state.hpp"

#include <mutex>
#include <type_traits>

namespace cameo {

namespace {

namespace fs = std::filesystem;

constexpr int kBusyMilliseconds = 2000;

std::string text_of(const SQLite::Column& column) {
    return std::string(static_cast<const char*>(column.getBlob()),
                       static_cast<std::size_t>(column.getBytes()));
}

template <typename Work>
decltype(auto) translate(const fs::path& file, Work&& work) {
    return translating(file, session_kind(), std::forward<Work>(work));
}

bool is_missing_or_empty(const fs::path& file) {
    std::error_code failed;
    return !fs::exists(file, failed) ||
           (fs::is_regular_file(file, failed) && fs::file_size(file, failed) == 0);
}

/// An empty session, whole at once: a kill in between leaves no half of one.
void make_new(const fs::path& file) {
    std::error_code failed;
    const auto folder = fs::absolute(file).parent_path();
    fs::create_directories(folder, failed);
    if (failed)
        throw Error(ErrorKind::Environment,
                    folder.string() + ": cannot make the folder: " + failed.message());
    AtomicFile output(file);
    translate(file, [&] {
        SQLite::Database database(output.temporary_path().string(), SQLite::OPEN_READWRITE);
        database.exec("PRAGMA journal_mode = OFF");
        migrate(database, session_migrations());
    });
    output.commit();
}

SQLite::Database open_writable(const fs::path& file) {
    check_sqlite_header(file, session_kind());
    return translate(file, [&] {
        SQLite::Database database(file.string(), SQLite::OPEN_READWRITE, kBusyMilliseconds);
        const auto version = database.execAndGet("PRAGMA user_version").getInt();
        if (version > session_kind().newest_version) // its newer schema waits in the -wal file
            throw Error(ErrorKind::Unsupported, file.string() +
                                                    ": is a session from a newer version of Cameo; nothing "
                                                    "was changed");
        // With NORMAL a killed process loses nothing; a power cut loses at most the last transactions.
        database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF");
        if (static_cast<std::size_t>(version) < session_migrations().size()) {
            migrate(database, session_migrations());
            database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        return database;
    });
}

SQLite::Database open_read_only(const fs::path& file) {
    const int version = check_sqlite_header(file, session_kind());
    if (static_cast<std::size_t>(version) < session_migrations().size())
        throw Error(ErrorKind::Unsupported, file.string() +
                                                ": is a session of an older version, which has to be brought "
                                                "up to date first; open it for writing or copy it");
    // Nobody writes where there is no log: no locks and no files beside it are needed then.
    std::error_code failed;
    const bool has_log = fs::exists(file.string() + "-wal", failed);
    return translate(file, [&] {
        return has_log ? SQLite::Database(file.string(), SQLite::OPEN_READONLY, kBusyMilliseconds)
                       : SQLite::Database(immutable_uri(file), SQLite::OPEN_READONLY | SQLite::OPEN_URI);
    });
}

class SqliteSession final : public Session {
public:
    SqliteSession(fs::path file, SessionAccess access)
        : m_file(std::move(file)), m_writable(access == SessionAccess::ReadWrite),
          m_database(m_writable ? open_writable(m_file) : open_read_only(m_file)) {
        translate(m_file, [&] {
            SQLite::Statement all(m_database, "SELECT key, value FROM state");
            while (all.executeStep())
                m_saved[text_of(all.getColumn(0))] = text_of(all.getColumn(1));
            m_state = state_from_rows(m_saved);
        });
    }

    const fs::path& path() const override { return m_file; }

    SessionState state() const override {
        const std::lock_guard lock(m_mutex);
        return m_state;
    }

    bool save_state(const SessionState& state) override {
        const std::lock_guard lock(m_mutex);
        if (state == m_state) return false;
        const auto wanted = to_rows(state);
        const auto ours = to_rows(m_state);
        write([&] {
            SQLite::Statement put(m_database, "INSERT OR REPLACE INTO state VALUES (?, ?)");
            SQLite::Statement drop(m_database, "DELETE FROM state WHERE key = ?");
            for (const auto& [key, value] : wanted)
                if (const auto found = m_saved.find(key); found == m_saved.end() || found->second != value)
                    run(put, key, value);
            for (const auto& [key, value] : ours)
                if (!wanted.contains(key)) run(drop, key);
        });
        for (const auto& [key, value] : ours)
            m_saved.erase(key);
        for (const auto& [key, value] : wanted)
            m_saved[key] = value;
        m_state = state;
        return true;
    }

    bool add_trace(const TraceEntry& entry, std::string_view bytes) override {
        const auto frame = packed(bytes);
        const std::lock_guard lock(m_mutex);
        bool added = false;
        write([&] {
            SQLite::Statement put(
                m_database, "INSERT OR IGNORE INTO traces(id, created_ms, query, model, collection, bytes) "
                            "VALUES (?, ?, ?, ?, ?, ?)");
            added = run(put, entry.id, entry.created_ms, entry.query, entry.model, entry.collection,
                        static_cast<std::int64_t>(bytes.size())) > 0;
            if (!added) return;
            SQLite::Statement content(m_database,
                                      "INSERT INTO trace_contents VALUES (last_insert_rowid(), ?)");
            content.bind(1, frame.data(), static_cast<int>(frame.size()));
            content.exec();
        });
        return added;
    }

    std::vector<TraceEntry> traces(std::size_t offset, std::size_t limit,
                                   std::string_view contains) const override {
        return read([&] {
            SQLite::Statement select(m_database, std::string(kEntry) + (contains.empty() ? "" : kContains) +
                                                     " ORDER BY created_ms DESC, id LIMIT ? OFFSET ?");
            int column = 0;
            if (!contains.empty()) select.bind(++column, std::string(contains));
            select.bind(++column, static_cast<std::int64_t>(limit));
            select.bind(++column, static_cast<std::int64_t>(offset));
            std::vector<TraceEntry> found;
            while (select.executeStep())
                found.push_back(entry_of(select));
            return found;
        });
    }

    std::size_t trace_count(std::string_view contains) const override {
        return read([&] {
            SQLite::Statement select(m_database, std::string("SELECT count(*) FROM traces") +
                                                     (contains.empty() ? "" : kContains));
            if (!contains.empty()) select.bind(1, std::string(contains));
            select.executeStep();
            return static_cast<std::size_t>(select.getColumn(0).getInt64());
        });
    }

    std::optional<TraceEntry> trace_entry(std::string_view id) const override {
        return read([&]() -> std::optional<TraceEntry> {
            SQLite::Statement select(m_database, std::string(kEntry) + " WHERE id = ?");
            select.bind(1, std::string(id));
            if (!select.executeStep()) return std::nullopt;
            return entry_of(select);
        });
    }

    std::optional<std::string> trace(std::string_view id) const override {
        std::string frame;
        std::int64_t size = 0;
        const bool found = read([&] {
            SQLite::Statement select(m_database,
                                     "SELECT zstd, bytes FROM traces JOIN trace_contents USING (number) "
                                     "WHERE id = ?");
            select.bind(1, std::string(id));
            if (!select.executeStep()) return false;
            frame = text_of(select.getColumn(0));
            size = select.getColumn(1).getInt64();
            return true;
        });
        if (!found) return std::nullopt;
        auto bytes = unpacked(frame, size);
        if (!bytes)
            throw Error(ErrorKind::InvalidInput, m_file.string() + ": trace " + std::string(id) +
                                                     " is damaged: its bytes do not match their checksum");
        return bytes;
    }

    bool remove_trace(std::string_view id) override {
        const std::lock_guard lock(m_mutex);
        bool removed = false;
        write([&] {
            SQLite::Statement content(m_database, "DELETE FROM trace_contents WHERE number = "
                                                  "(SELECT number FROM traces WHERE id = ?)");
            run(content, std::string(id));
            SQLite::Statement entry(m_database, "DELETE FROM traces WHERE id = ?");
            removed = run(entry, std::string(id)) > 0;
        });
        return removed;
    }

    void add_history(const HistoryEntry& entry) override {
        const std::lock_guard lock(m_mutex);
        write([&] {
            SQLite::Statement put(m_database,
                                  "INSERT INTO history(at_ms, query, model, collection, trace_id) "
                                  "VALUES (?, ?, ?, ?, ?)");
            run(put, entry.at_ms, entry.query, entry.model, entry.collection, entry.trace_id);
        });
    }

    std::vector<HistoryEntry> history(std::size_t offset, std::size_t limit) const override {
        return read([&] {
            SQLite::Statement select(m_database,
                                     "SELECT at_ms, query, model, collection, trace_id FROM history "
                                     "ORDER BY at_ms DESC, number DESC LIMIT ? OFFSET ?");
            select.bind(1, static_cast<std::int64_t>(limit));
            select.bind(2, static_cast<std::int64_t>(offset));
            std::vector<HistoryEntry> found;
            while (select.executeStep())
                found.push_back({select.getColumn(0).getInt64(), text_of(select.getColumn(1)),
                                 text_of(select.getColumn(2)), text_of(select.getColumn(3)),
                                 text_of(select.getColumn(4))});
            return found;
        });
    }

    std::vector<std::string> recent_queries(std::size_t limit) const override {
        return read([&] {
            SQLite::Statement select(m_database, "SELECT query FROM history GROUP BY query "
                                                 "ORDER BY max(at_ms) DESC, max(number) DESC LIMIT ?");
            select.bind(1, static_cast<std::int64_t>(limit));
            std::vector<std::string> found;
            while (select.executeStep())
                found.push_back(text_of(select.getColumn(0)));
            return found;
        });
    }

    void clear_history(std::int64_t until_ms) override {
        const std::lock_guard lock(m_mutex);
        write([&] {
            SQLite::Statement drop(m_database, "DELETE FROM history WHERE at_ms <= ?");
            run(drop, until_ms);
        });
    }

    void copy_to(const fs::path& file) const override {
        std::error_code failed;
        if (fs::equivalent(file, m_file, failed))
            throw Error(ErrorKind::InvalidInput,
                        file.string() + ": is this session itself; expected another name");
        AtomicFile output(file);
        const std::lock_guard lock(m_mutex);
        translate(file, [&] {
            SQLite::Statement vacuum(m_database, "VACUUM INTO ?");
            vacuum.bind(1, output.temporary_path().string());
            vacuum.exec();
        });
        output.commit();
    }

private:
    static constexpr const char* kEntry =
        "SELECT id, created_ms, query, model, collection, bytes FROM traces";
    static constexpr const char* kContains = " WHERE instr(lower(query), lower(?)) > 0";

    static TraceEntry entry_of(SQLite::Statement& row) {
        return {text_of(row.getColumn(0)), row.getColumn(1).getInt64(), text_of(row.getColumn(2)),
                text_of(row.getColumn(3)), text_of(row.getColumn(4)),   row.getColumn(5).getInt64()};
    }

    template <typename... Values>
    static int run(SQLite::Statement& statement, const Values&... values) {
        int column = 0;
        statement.reset();
        (statement.bind(++column, values), ...);
        return statement.exec();
    }

    template <typename Work>
    std::invoke_result_t<Work> read(Work&& work) const {
        const std::lock_guard lock(m_mutex);
        return translate(m_file, std::forward<Work>(work));
    }

    /// One transaction. @pre m_mutex is held.
    template <typename Work>
    void write(Work&& work) {
        if (!m_writable)
            throw Error(ErrorKind::Environment,
                        m_file.string() + ": is open for reading only; save it under another name to go on");
        translate(m_file, [&] {
            // IMMEDIATE: waits for another writer now rather than failing in the middle.
            SQLite::Transaction transaction(m_database, SQLite::TransactionBehavior::IMMEDIATE);
            work();
            transaction.commit();
        });
    }

    fs::path m_file;
    bool m_writable;
    mutable std::mutex m_mutex;
    mutable SQLite::Database m_database;
    std::map<std::string, std::string> m_saved; ///< the rows of the file
    SessionState m_state;
};

} // namespace

std::unique_ptr<Session> Session::open_or_create(const fs::path& file) {
    if (is_missing_or_empty(file)) make_new(file);
    return open(file);
}

std::unique_ptr<Session> Session::open(const fs::path& file, SessionAccess access) {
    return std::make_unique<SqliteSession>(file, access);
}

} // namespace cameo
