#include "sessions/session.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/text/in_a_sentence.hpp"
#include "sessions/database.hpp"
#include "sessions/notebook_rows.hpp"
#include "sessions/packing.hpp"
#include "sessions/read_limits.hpp"
#include "sessions/session_schema.hpp"
#include "sessions/session_state.hpp"

#include <mutex>
#include <sqlite3.h>
#include <type_traits>

namespace cameo {

namespace {

namespace fs = std::filesystem;

constexpr int kSessionBusyMilliseconds = 2000;
constexpr int kHasJudgments = 2, kHasNotebook = 3; ///< the first schema version that does

template <typename Work>
decltype(auto) translate(const fs::path& file, Work&& work) {
    return translating(file, session_format().kind, std::forward<Work>(work));
}

SQLite::Database open_database(const fs::path& file, SessionAccess access) {
    const auto format = session_format();
    return access == SessionAccess::ReadWrite
               ? open_for_writing(file, format, kSessionBusyMilliseconds, OlderVersion::Migrate)
               : open_for_reading(file, format, kSessionBusyMilliseconds, has_log(file));
}

class SqliteSession final : public Session {
public:
    SqliteSession(fs::path file, SessionAccess access)
        : m_file(std::move(file)), m_writable(access == SessionAccess::ReadWrite),
          m_database(open_database(m_file, access)) {
        translate(m_file, [&] {
            limit_steps(m_database);
            m_version = m_database.execAndGet("PRAGMA user_version").getInt();
            SQLite::Statement all(m_database, "SELECT key, value FROM state");
            RowReader rows(m_database);
            while (rows.step(all))
                m_saved[text_of(all.getColumn(0))] = text_of(all.getColumn(1));
            m_state = state_from_rows(m_saved);
            if (m_version >= kHasNotebook) m_notebook = read_notebook(m_database, m_version);
        });
    }

    const fs::path& path() const override { return m_file; }
    SessionAccess access() const override { return m_writable ? SessionAccess::ReadWrite : SessionAccess::ReadOnly; }
    bool is_newer() const override { return m_version > session_format().kind.newest_version; }

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
            RowReader rows(m_database);
            while (rows.step(select))
                found.push_back(entry_of(select));
            return found;
        });
    }

    std::size_t trace_count(std::string_view contains) const override {
        return read([&] {
            SQLite::Statement select(m_database, std::string("SELECT count(id) FROM traces") +
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
            throw Error(ErrorKind::InvalidInput, m_file.string() + ": trace " + in_a_sentence(id) +
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
            RowReader rows(m_database);
            while (rows.step(select))
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
            RowReader rows(m_database);
            while (rows.step(select))
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

    std::vector<SessionJudgment> judgments() const override {
        if (m_version < kHasJudgments) return {};
        return read([&] {
            SQLite::Statement select(m_database, "SELECT collection, query, query_id, document, grade, at_ms FROM judgments "
                                                 "ORDER BY collection, query, document");
            std::vector<SessionJudgment> found;
            RowReader rows(m_database);
            while (rows.step(select))
                found.push_back({text_of(select.getColumn(0)), text_of(select.getColumn(1)), text_of(select.getColumn(2)),
                                 text_of(select.getColumn(3)), select.getColumn(4).getInt(), select.getColumn(5).getInt64()});
            return found;
        });
    }

    void change_judgments(std::span<const SessionJudgment> set, std::span<const SessionJudgment> removed) override {
        const std::lock_guard lock(m_mutex);
        write([&] {
            SQLite::Statement drop(m_database, "DELETE FROM judgments WHERE collection = ? AND query = ? AND document = ?");
            for (const SessionJudgment& one : removed)
                run(drop, one.collection, one.query, one.document);
            SQLite::Statement put(m_database, "INSERT OR REPLACE INTO judgments(collection, query, document, query_id, grade, at_ms) "
                                              "VALUES (?, ?, ?, ?, ?, ?)");
            for (const SessionJudgment& one : set)
                run(put, one.collection, one.query, one.document, one.query_id, one.grade, one.at_ms);
        }, set.size() + removed.size());
    }

    SessionNotebook notebook() const override {
        const std::lock_guard lock(m_mutex);
        return m_notebook;
    }

    void save_notebook(const SessionNotebook& notebook) override {
        const std::lock_guard lock(m_mutex);
        if (notebook == m_notebook) return;
        write([&] { write_notebook(m_database, m_notebook, notebook); }, notebook.bookmarks.size() + notebook.notes.size());
        m_notebook = notebook;
    }

    void copy_to(const fs::path& file) const override {
        std::error_code failed;
        if (fs::equivalent(file, m_file, failed))
            throw Error(ErrorKind::InvalidInput,
                        file.string() + ": is this session itself; expected another name");
        AtomicFile output(file);
        const std::lock_guard lock(m_mutex);
        translate(m_file, [&] { // what leads in circles would be copied for ever
            limit_steps(m_database);
            const std::string found = m_database.execAndGet("PRAGMA quick_check(1)").getString();
            if (found != "ok") throw SQLite::Exception(found.substr(found.rfind('\n') + 1), SQLITE_CORRUPT);
        });
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

    template <typename Work>
    std::invoke_result_t<Work> read(Work&& work) const {
        const std::lock_guard lock(m_mutex);
        return translate(m_file, [&] {
            limit_steps(m_database);
            return work();
        });
    }

    /// One transaction. @pre m_mutex is held.   @param things that are written by one statement
    template <typename Work>
    void write(Work&& work, std::size_t things = 1) {
        if (!m_writable)
            throw Error(ErrorKind::Environment,
                        m_file.string() + ": is open for reading only; save it under another name to go on");
        translate(m_file, [&] {
            limit_steps(m_database, things);
            // IMMEDIATE: waits for another writer now rather than failing in the middle.
            SQLite::Transaction transaction(m_database, SQLite::TransactionBehavior::IMMEDIATE);
            work();
            transaction.commit();
        });
    }

    fs::path m_file;
    bool m_writable;
    int m_version = 0; ///< of the schema
    mutable std::mutex m_mutex;
    mutable SQLite::Database m_database;
    std::map<std::string, std::string> m_saved; ///< the rows of the file
    SessionState m_state;
    SessionNotebook m_notebook;
};

} // namespace

std::unique_ptr<Session> Session::open_or_create(const fs::path& file) {
    make_where_missing(file, session_format());
    return open(file);
}

std::unique_ptr<Session> Session::open(const fs::path& file, SessionAccess access) {
    return std::make_unique<SqliteSession>(file, access);
}

} // namespace cameo
