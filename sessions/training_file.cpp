#include "sessions/training_file.hpp"

#include "core/base/error.hpp"
#include "core/base/now_ms.hpp"
#include "sessions/probe_rows.hpp"
#include "sessions/training_schema.hpp"

namespace cameo {

namespace {

namespace fs = std::filesystem;

constexpr int kWriterBusyMilliseconds = 60'000; ///< those who leave commands take milliseconds
constexpr int kClosingMilliseconds = 500;

void put_metrics(SQLite::Database& database, std::int64_t step, std::span<const Metric> metrics) {
    SQLite::Statement know(database, "INSERT OR IGNORE INTO metric_names(name) VALUES (?)");
    SQLite::Statement put(database, "INSERT OR REPLACE INTO metrics "
                                    "SELECT id, ?, ? FROM metric_names WHERE name = ?");
    for (const auto& metric : metrics) {
        run(know, metric.name);
        run(put, step, metric.value, metric.name); // SQLite makes NULL of what is not a number
    }
}

void put_competition(SQLite::Database& database, std::int64_t step,
                     std::span<const CompetitionRecord> competition) {
    SQLite::Statement drop(database, "DELETE FROM competition WHERE step = ?");
    run(drop, step);
    SQLite::Statement put(database, "INSERT INTO competition VALUES (?, ?, ?, ?, ?)");
    std::int64_t instance = 0;
    for (const auto& record : competition) {
        check(record.ranks.size() == record.weights.size(),
              "a competition has a rank and a weight for each expert");
        const std::vector<float> ranks(record.ranks.begin(), record.ranks.end());
        put.reset();
        put.bind(1, step);
        put.bind(2, instance++);
        put.bind(3, record.query);
        bind_values(put, 4, ranks);
        bind_values(put, 5, record.weights);
        put.exec();
    }
}

} // namespace

struct TrainingFile::Database {
    explicit Database(const fs::path& path)
        : file(path), format(training_format()),
          sqlite(open_for_writing(file, format, kWriterBusyMilliseconds, OlderVersion::Migrate)) {
        limit_lengths(sqlite);
        // In bytes about as much as the usual 1000 pages of 4096.
        sqlite.exec("PRAGMA wal_autocheckpoint = 4000");
    }

    /// One transaction.
    template <typename Work>
    void write(Work&& work) {
        translating(file, format.kind, [&] {
            // IMMEDIATE: waits for another writer now rather than failing in the middle.
            SQLite::Transaction transaction(sqlite, SQLite::TransactionBehavior::IMMEDIATE);
            work();
            transaction.commit();
        });
    }

    fs::path file;
    DatabaseFormat format;
    SQLite::Database sqlite;
};

TrainingFile::TrainingFile(const fs::path& file) {
    make_where_missing(file, training_format());
    m_database = std::make_unique<Database>(file);
}

TrainingFile::~TrainingFile() {
    // Closing brings everything into the one file unless somebody reads just then; so it is done before.
    try {
        m_database->sqlite.setBusyTimeout(kClosingMilliseconds);
        m_database->sqlite.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (const SQLite::Exception&) {
        // All of it is in the log.
    }
}

void TrainingFile::rewind(std::int64_t step) {
    m_database->write([&] {
        // Each metric's end is found by the key; a bare "step > ?" would look at every row.
        SQLite::Statement metrics(
            m_database->sqlite,
            "DELETE FROM metrics WHERE name_id IN (SELECT id FROM metric_names) AND step > ?");
        run(metrics, step);
        SQLite::Statement competition(m_database->sqlite, "DELETE FROM competition WHERE step > ?");
        run(competition, step);
        SQLite::Statement probes(m_database->sqlite, "DELETE FROM probes WHERE step > ?");
        run(probes, step);
    });
    m_step = step;
}

void TrainingFile::record(std::int64_t step, std::span<const Metric> metrics,
                          std::span<const CompetitionRecord> competition) {
    m_database->write([&] {
        put_metrics(m_database->sqlite, step, metrics);
        if (!competition.empty()) put_competition(m_database->sqlite, step, competition);
    });
    m_step = step;
}

void TrainingFile::record(const Event& event) {
    m_database->write([&] {
        SQLite::Statement put(m_database->sqlite,
                              "INSERT INTO events(at_ms, step, kind, text) VALUES (?, ?, ?, ?)");
        run(put, now_ms(), event.step, std::string(name(event.kind)), event.text);
    });
    m_step = event.step;
}

void TrainingFile::watch(const ProbeSet& set) {
    const bool same = translating(m_database->file, m_database->format.kind,
                                  [&] { return read_probe_set(m_database->sqlite) == set; });
    if (!same) m_database->write([&] { put_probe_set(m_database->sqlite, set); });
}

void TrainingFile::record(std::int64_t step, std::span<const ProbeRecord> probes) {
    m_database->write([&] { put_probes(m_database->sqlite, step, probes); });
    m_step = step;
}

std::vector<TrainingCommand> TrainingFile::pending() {
    std::vector<TrainingCommand> found;
    std::vector<TrainingCommand> unknown;
    translating(m_database->file, m_database->format.kind, [&] {
        SQLite::Statement select(
            m_database->sqlite,
            "SELECT id, kind, argument FROM commands WHERE answered_ms IS NULL ORDER BY id");
        while (select.executeStep()) {
            const auto kind = command_kind(text_of(select.getColumn(1)));
            TrainingCommand command{.id = select.getColumn(0).getInt64(),
                                    .argument = text_of(select.getColumn(2))};
            if (kind) command.kind = *kind;
            (kind ? found : unknown).push_back(std::move(command));
        }
    });
    for (const auto& command : unknown)
        answer(command, m_step, "this version of Cameo knows no such command");
    return found;
}

void TrainingFile::answer(const TrainingCommand& command, std::int64_t step, std::string_view refusal) {
    m_database->write([&] {
        SQLite::Statement put(m_database->sqlite,
                              "UPDATE commands SET answered_ms = ?, step = ?, refusal = nullif(?, '') "
                              "WHERE id = ? AND answered_ms IS NULL");
        run(put, now_ms(), step, std::string(refusal), command.id);
    });
}

} // namespace cameo
