#include "core/data/collection_writer.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/data/collection_schema.hpp"
#include "core/data/plain_schema.hpp"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace cameo {

namespace {

constexpr std::int64_t kTransactionDocuments = 20000;

/// An advisory lock that says "somebody is writing this temporary file", or "changing this collection"; it goes with
/// the process.
class WritingLock {
public:
    explicit WritingLock(const std::filesystem::path& file)
        : m_file(file), m_descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC)),
          m_locked(m_descriptor >= 0 && ::flock(m_descriptor, LOCK_EX | LOCK_NB) == 0) {}
    ~WritingLock() {
        if (m_descriptor >= 0) ::close(m_descriptor);
    }
    WritingLock(const WritingLock&) = delete;
    WritingLock& operator=(const WritingLock&) = delete;
    /// On the file that has the name still: others may have removed or replaced it.
    bool held() const {
        struct stat locked {}, named {};
        return m_locked && ::fstat(m_descriptor, &locked) == 0 && ::stat(m_file.c_str(), &named) == 0 &&
               locked.st_dev == named.st_dev && locked.st_ino == named.st_ino;
    }

private:
    std::filesystem::path m_file;
    int m_descriptor;
    bool m_locked;
};

/// The temporary file of an import, locked until it has its place: another import takes what is not locked for
/// the leftover of a killed one.
class LockedFile {
public:
    explicit LockedFile(const std::filesystem::path& target) {
        // Between its making and its locking the other may have been at the file: then there is another.
        constexpr int kTries = 100;
        for (int tries = 0; tries < kTries && !(m_lock && m_lock->held()); ++tries) {
            m_file.emplace(target);
            m_lock.emplace(m_file->temporary_path());
        }
        if (!m_lock->held())
            throw Error(ErrorKind::Environment, target.string() + ": a file beside it cannot be locked");
    }
    const std::filesystem::path& path() const { return m_file->temporary_path(); }
    void write(std::string_view bytes) { m_file->write(bytes); }
    void commit() {
        m_file->commit();
        m_lock.reset(); // from here on it is a collection, which the next one may change
    }

private:
    std::optional<AtomicFile> m_file;
    std::optional<WritingLock> m_lock;
};

void make_folder(const std::filesystem::path& folder) {
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed)
        throw Error(ErrorKind::Environment,
                    folder.string() + ": cannot make the folder: " + failed.message());
}

/// What a killed import left: temporary files of this target that nobody holds.
void remove_leftovers(const std::filesystem::path& target) {
    const auto prefix = target.filename().string() + ".tmp-";
    std::error_code failed;
    for (std::filesystem::directory_iterator entry(target.parent_path(), failed), end;
         !failed && entry != end; entry.increment(failed)) {
        if (!entry->path().filename().string().starts_with(prefix)) continue;
        std::error_code ignored;
        if (WritingLock(entry->path()).held()) std::filesystem::remove(entry->path(), ignored);
    }
}

std::string fields_json(const Document& document) {
    return document.fields.empty() ? std::string() : nlohmann::json(document.fields).dump();
}

class SqliteCollectionWriter final : public CollectionWriter {
public:
    /// @param copying of one that grows
    SqliteCollectionWriter(const std::filesystem::path& target, Progress* copying)
        : m_target(prepared(target)), m_file(target) {
        const bool grow = copying != nullptr;
        if (grow) copy_from_target(*copying);
        translate([&] {
            m_database.emplace(m_file.path().string(), SQLite::OPEN_READWRITE);
            check_plain_schema(*m_database, m_target, kCollectionKind, SchemaUse::Write);
            // The temporary file is thrown away when anything fails, so it needs no journal.
            m_database->exec(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
                "PRAGMA cache_size = -131072; PRAGMA temp_store = FILE;"
                "PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON;"); // what is removed is gone
            m_database->exec("BEGIN");
            if (grow)
                read_counts();
            else
                m_database->exec(kCollectionSchema);
            m_database->exec(kCollectionChanges);
            m_database->exec("INSERT OR IGNORE INTO versions SELECT version FROM growth"); // of a file of the first version
            if (grow) m_removed = m_database->execAndGet("SELECT count(*) FROM removed").getInt64();
            m_add_document.emplace(*m_database, "INSERT OR IGNORE INTO documents VALUES (?, ?, ?, ?, ?, ?)");
            m_add_query.emplace(*m_database, "INSERT OR IGNORE INTO queries VALUES (?, ?, ?, ?)");
            m_add_judgment.emplace(*m_database, "INSERT OR IGNORE INTO judgments VALUES (?, ?, ?, ?)");
            m_find_query.emplace(*m_database, "SELECT position, text FROM queries WHERE id = ?");
        });
    }

    bool add(const Document& document) override {
        return translate([&] {
            const auto fields = fields_json(document);
            const bool added =
                insert(*m_add_document, m_places, document.id, document.title, document.text, fields,
                       document_checksum(document.id, document.title, document.text, fields));
            if (!added) return false;
            m_fingerprint.add(document);
            if (++m_places % kTransactionDocuments == 0) m_database->exec("COMMIT; BEGIN");
            return true;
        });
    }

    bool remove(std::string_view document_id) override {
        return translate([&] {
            const auto ordinal = ordinal_of(document_id);
            if (!ordinal) return false;
            SQLite::Statement clear(*m_database, "UPDATE documents SET id = ?, title = '', text = '', fields = '', checksum = ? WHERE ordinal = ?");
            const auto id = removed_id(*ordinal);
            insert(clear, id, document_checksum(id, "", "", ""), *ordinal);
            SQLite::Statement note(*m_database, "INSERT INTO removed VALUES (?)");
            insert(note, *ordinal);
            m_fingerprint.remove(*ordinal);
            ++m_removed;
            return true;
        });
    }

    std::optional<Document> find(std::string_view document_id) override {
        return translate([&]() -> std::optional<Document> {
            if (!ordinal_of(document_id)) return std::nullopt;
            SQLite::Statement select(*m_database, "SELECT title, text, fields FROM documents WHERE id = ?");
            select.bind(1, std::string(document_id));
            if (!select.executeStep()) return std::nullopt;
            Document document{.id = std::string(document_id), .title = select.getColumn(0).getString(), .text = select.getColumn(1).getString()};
            const auto fields = nlohmann::json::parse(select.getColumn(2).getString(), nullptr, false);
            if (fields.is_object()) document.fields = fields.get<std::map<std::string, std::string>>();
            return document;
        });
    }

    bool add(const Query& query) override {
        return translate([&] {
            const bool added = insert(*m_add_query, m_queries, query.id, query.text, query.category);
            m_queries += added;
            return added;
        });
    }

    std::optional<StoredQuery> find_query(std::string_view id) override {
        return translate([&]() -> std::optional<StoredQuery> {
            const Reset reset{*m_find_query};
            m_find_query->bind(1, std::string(id));
            if (!m_find_query->executeStep()) return std::nullopt;
            return StoredQuery{m_find_query->getColumn(0).getInt64(), m_find_query->getColumn(1).getString()};
        });
    }

    Judged add_judgment(std::string_view split, std::string_view query_id, std::string_view document_id,
                        int grade) override {
        return translate([&] {
            const Reset reset{*m_find_query};
            m_find_query->bind(1, std::string(query_id));
            if (!m_find_query->executeStep()) return Judged::UnknownQuery;
            const std::int64_t position = m_find_query->getColumn(0).getInt64();
            const bool added =
                insert(*m_add_judgment, std::string(split), position, std::string(document_id), grade);
            m_judgments += added;
            return added ? Judged::Added : Judged::Twice;
        });
    }

    void set_provenance(const std::string& key, const std::string& words) override {
        translate([&] {
            SQLite::Statement set(*m_database, "INSERT OR REPLACE INTO provenance VALUES (?, ?)");
            insert(set, key, words);
        });
    }

    std::int64_t documents() const override { return m_places - m_removed; }
    std::int64_t queries() const override { return m_queries; }
    std::int64_t judgments() const override { return m_judgments; }

    std::int64_t judgments_without_document() override {
        return translate([&] {
            return m_database
                ->execAndGet("SELECT count(*) FROM judgments WHERE NOT EXISTS "
                             "(SELECT 1 FROM documents WHERE documents.id = judgments.document)")
                .getInt64();
        });
    }

    void commit() override {
        check(documents() > 0, "CollectionWriter::commit: a collection needs documents");
        translate([&] {
            set_meta("documents", std::to_string(m_places));
            set_meta("removed", std::to_string(m_removed));
            set_meta("queries", std::to_string(m_queries));
            set_meta("judgments", std::to_string(m_judgments));
            set_meta("fingerprint", m_fingerprint.state());
            set_meta("sqlite", SQLite::getLibVersion());
            SQLite::Statement growth(*m_database, "INSERT OR REPLACE INTO growth VALUES (?, ?)");
            insert(growth, m_places, m_fingerprint.version());
            SQLite::Statement version(*m_database, "INSERT OR IGNORE INTO versions VALUES (?)");
            insert(version, m_fingerprint.version());
            m_database->exec("PRAGMA application_id = " + std::to_string(kCollectionKind.application_id));
            m_database->exec("PRAGMA user_version = " + std::to_string(kCollectionKind.newest_version));
            m_database->exec("COMMIT");
        });
        close();
        if (m_turn && !m_turn->held())
            throw Error(ErrorKind::Environment, m_target.string() + ": was replaced while it was being changed; nothing was changed, try again");
        m_file.commit();
    }

private:
    struct Reset {
        SQLite::Statement& statement;
        ~Reset() { statement.tryReset(); }
    };

    static const std::filesystem::path& prepared(const std::filesystem::path& target) {
        make_folder(target.parent_path());
        remove_leftovers(target);
        return target;
    }

    void copy_from_target(Progress& progress) {
        // Held to the end: what another one changed meanwhile would be lost under this copy.
        m_turn.emplace(m_target);
        // Opening refuses what is damaged or too new with the right words.
        Collection::open(m_target);
        if (!m_turn->held())
            throw Error(ErrorKind::Environment, m_target.string() + ": is being changed by another process; try again when that is done");
        std::error_code unknown;
        progress.begin("copying the collection", Unit::Bytes, static_cast<std::int64_t>(std::filesystem::file_size(m_target, unknown)));
        std::ifstream source(m_target, std::ios::binary);
        std::string piece(std::size_t{1} << 20, '\0');
        while (source.read(piece.data(), static_cast<std::streamsize>(piece.size())), source.gcount() > 0) {
            m_file.write({piece.data(), static_cast<std::size_t>(source.gcount())});
            progress.advance(source.gcount());
        }
        if (!source.eof()) throw Error(ErrorKind::Environment, m_target.string() + ": cannot be read to its end");
    }

    void read_counts() {
        const auto meta = [&](const char* key) {
            SQLite::Statement find(*m_database, "SELECT value FROM meta WHERE key = ?");
            find.bind(1, key);
            return find.executeStep() ? find.getColumn(0).getString() : std::string();
        };
        const auto count = [&](const char* table) {
            return m_database->execAndGet(std::string("SELECT count(*) FROM ") + table).getInt64();
        };
        m_places = count("documents");
        m_queries = count("queries");
        m_judgments = count("judgments");
        if (!m_fingerprint.restore(meta("fingerprint")) || meta("documents") != std::to_string(m_places))
            throw Error(ErrorKind::InvalidInput,
                        m_target.string() +
                            ": is a damaged collection: its documents are not those it says it has");
    }

    std::optional<DocumentOrdinal> ordinal_of(std::string_view document_id) {
        if (document_id.starts_with('\x01')) return std::nullopt; // an empty place
        SQLite::Statement find(*m_database, "SELECT ordinal FROM documents WHERE id = ?");
        find.bind(1, std::string(document_id));
        if (!find.executeStep()) return std::nullopt;
        return find.getColumn(0).getInt64();
    }

    template <typename Work>
    std::invoke_result_t<Work> translate(Work&& work) {
        return translating(m_target, kCollectionKind, std::forward<Work>(work));
    }

    /// @return whether a row came in.
    template <typename... Values>
    bool insert(SQLite::Statement& statement, const Values&... values) {
        const Reset reset{statement};
        int column = 0;
        (statement.bind(++column, values), ...);
        return statement.exec() > 0;
    }

    void set_meta(const char* key, const std::string& value) {
        SQLite::Statement set(*m_database, "INSERT OR REPLACE INTO meta VALUES (?, ?)");
        insert(set, std::string(key), value);
    }

    void close() {
        m_add_document.reset();
        m_add_query.reset();
        m_add_judgment.reset();
        m_find_query.reset();
        m_database.reset();
    }

    std::filesystem::path m_target;
    std::optional<WritingLock> m_turn; ///< of one that grows
    LockedFile m_file;
    std::optional<SQLite::Database> m_database;
    std::optional<SQLite::Statement> m_add_document, m_add_query, m_add_judgment, m_find_query;
    CollectionFingerprint m_fingerprint;
    std::int64_t m_places = 0, m_removed = 0, m_queries = 0, m_judgments = 0;
};

} // namespace

std::unique_ptr<CollectionWriter> CollectionWriter::create(const std::filesystem::path& file) {
    return std::make_unique<SqliteCollectionWriter>(file, nullptr);
}

std::unique_ptr<CollectionWriter> CollectionWriter::grow(const std::filesystem::path& file, Progress& progress) {
    return std::make_unique<SqliteCollectionWriter>(file, &progress);
}

} // namespace cameo
