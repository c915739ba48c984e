#include "sessions/training_watch.hpp"

#include "core/base/error.hpp"
#include "core/base/now_ms.hpp"
#include "sessions/probe_rows.hpp"
#include "sessions/training_schema.hpp"

#include <algorithm>
#include <limits>

namespace cameo {

namespace {

namespace fs = std::filesystem;

constexpr int kWatchBusyMilliseconds = 10'000;
constexpr std::size_t kLongestArgument = 1 << 16;
constexpr int kAttempts = 10; ///< each needs a trainer that opens or closes the file at that moment

/// Calls `work` with a connection. While there is no log the file is read as one that nobody changes, and a
/// trainer that comes in between makes a log before it changes anything: then, and when one goes in between,
/// it is read again.
template <typename Work>
auto read(const fs::path& file, Work&& work) {
    const auto format = training_format();
    for (int attempt = 1;; ++attempt) {
        const bool through_log = has_log(file);
        const auto stands = [&] { return has_log(file) == through_log || attempt == kAttempts; };
        try {
            auto database = open_for_reading(file, format, kWatchBusyMilliseconds, through_log);
            limit_lengths(database);
            auto found = translating(file, format.kind, [&] { return work(database); });
            if (through_log || stands()) return found;
        } catch (const Error&) {
            if (stands()) throw;
        }
    }
}

std::vector<RecordedEvent> events_in(SQLite::Database& database, std::int64_t after_id) {
    SQLite::Statement select(database, "SELECT id, at_ms, step, kind, text FROM events WHERE id > ? ORDER BY id");
    select.bind(1, after_id);
    std::vector<RecordedEvent> found;
    while (select.executeStep())
        found.push_back({select.getColumn(0).getInt64(), select.getColumn(1).getInt64(), select.getColumn(2).getInt64(),
                         text_of(select.getColumn(3)), text_of(select.getColumn(4))});
    return found;
}

std::vector<LeftCommand> commands_in(SQLite::Database& database, std::int64_t after_id) {
    SQLite::Statement select(database, "SELECT id, left_ms, kind, argument, answered_ms, step, refusal "
                                       "FROM commands WHERE id > ? ORDER BY id");
    select.bind(1, after_id);
    std::vector<LeftCommand> found;
    while (select.executeStep()) {
        const auto answered = select.getColumn(4), refusal = select.getColumn(6);
        const auto state = answered.isNull()  ? CommandState::Pending
                           : refusal.isNull() ? CommandState::Done
                                              : CommandState::Refused;
        found.push_back({select.getColumn(0).getInt64(), select.getColumn(1).getInt64(), text_of(select.getColumn(2)),
                         text_of(select.getColumn(3)), state, answered.getInt64(), select.getColumn(5).getInt64(),
                         text_of(refusal)});
    }
    return found;
}

/// @param select gives step and value   @param value its column
MetricPoint point_of(SQLite::Statement& select, int step, int value) {
    const auto number = select.getColumn(value);
    return {select.getColumn(step).getInt64(),
            number.isNull() ? std::numeric_limits<double>::quiet_NaN() : number.getDouble()};
}

std::vector<RecordedMetric> metrics_in(SQLite::Database& database, std::int64_t from_step) {
    SQLite::Statement select(database, "SELECT name, step, value FROM metric_names JOIN metrics ON name_id = id "
                                       "WHERE step >= ? ORDER BY id, step");
    select.bind(1, from_step);
    std::vector<RecordedMetric> found;
    while (select.executeStep()) {
        auto name = text_of(select.getColumn(0));
        if (found.empty() || found.back().name != name) found.push_back({std::move(name), {}});
        found.back().points.push_back(point_of(select, 1, 2));
    }
    return found;
}

bool goes_back(const RecordedEvent& event) {
    return event.kind == name(EventKind::Resumed) || event.kind == name(EventKind::StepBack);
}

} // namespace

TrainingWatch::TrainingWatch(fs::path file) : m_file(std::move(file)) {
    read(m_file, [](auto&) { return true; });
}

std::vector<std::string> TrainingWatch::metric_names() const {
    return read(m_file, [](SQLite::Database& database) {
        SQLite::Statement select(database,
                                 "SELECT name FROM metric_names "
                                 "WHERE EXISTS (SELECT 1 FROM metrics WHERE name_id = id) ORDER BY id");
        std::vector<std::string> names;
        while (select.executeStep())
            names.push_back(text_of(select.getColumn(0)));
        return names;
    });
}

std::vector<MetricPoint> TrainingWatch::metric(std::string_view name, std::int64_t from_step) const {
    return read(m_file, [&](SQLite::Database& database) {
        SQLite::Statement select(database,
                                 "SELECT step, value FROM metrics WHERE name_id = "
                                 "(SELECT id FROM metric_names WHERE name = ?) AND step >= ? ORDER BY step");
        select.bind(1, std::string(name));
        select.bind(2, from_step);
        std::vector<MetricPoint> points;
        while (select.executeStep())
            points.push_back(point_of(select, 0, 1));
        return points;
    });
}

std::vector<RecordedCompetition> TrainingWatch::competition(std::int64_t first_step,
                                                            std::int64_t last_step) const {
    return read(m_file, [&](SQLite::Database& database) {
        SQLite::Statement select(database, "SELECT step, query, ranks, weights FROM competition "
                                           "WHERE step BETWEEN ? AND ? ORDER BY step, instance");
        select.bind(1, first_step);
        select.bind(2, last_step);
        std::vector<RecordedCompetition> found;
        while (select.executeStep()) {
            const auto ranks = select.getColumn(2), weights = select.getColumn(3);
            const auto step = select.getColumn(0).getInt64();
            if (ranks.getBytes() != weights.getBytes() || ranks.getBytes() % sizeof(float) != 0)
                throw Error(ErrorKind::InvalidInput,
                            m_file.string() + ": the competition of step " + std::to_string(step) +
                                " is damaged: it has " + std::to_string(ranks.getBytes()) +
                                " bytes of ranks and " + std::to_string(weights.getBytes()) +
                                " of weights, expected 4 of each per expert");
            const auto floats = values_of<float>(ranks);
            found.push_back({step,
                             {.query = text_of(select.getColumn(1)),
                              .ranks = {floats.begin(), floats.end()},
                              .weights = values_of<float>(weights)}});
        }
        return found;
    });
}

std::vector<RecordedEvent> TrainingWatch::events(std::int64_t after_id) const {
    return read(m_file, [&](SQLite::Database& database) { return events_in(database, after_id); });
}

std::vector<LeftCommand> TrainingWatch::commands(std::int64_t after_id) const {
    return read(m_file, [&](SQLite::Database& database) { return commands_in(database, after_id); });
}

TrainingNews TrainingWatch::news(std::int64_t after_event, std::int64_t from_step) const {
    return read(m_file, [&](SQLite::Database& database) {
        SQLite::Transaction moment(database); // goes back to nothing at the end: it has only read
        TrainingNews news;
        news.events = events_in(database, after_event);
        news.anew = std::ranges::any_of(news.events, goes_back);
        news.metrics = metrics_in(database, news.anew ? -1 : from_step);
        news.commands = commands_in(database, 0);
        news.probe_steps = probe_steps_in(database);
        return news;
    });
}

ProbeSet TrainingWatch::probe_set() const {
    return read(m_file, [](SQLite::Database& database) { return read_probe_set(database); });
}

std::vector<ProbeRecord> TrainingWatch::probes(std::int64_t step) const {
    return read(m_file, [&](SQLite::Database& database) { return read_probes(database, step, m_file); });
}

std::int64_t TrainingWatch::leave(CommandKind kind, std::string_view argument) const {
    if (argument.size() > kLongestArgument)
        throw Error(ErrorKind::InvalidInput, m_file.string() + ": the command's argument has " +
                                                 std::to_string(argument.size()) + " bytes, expected at most " +
                                                 std::to_string(kLongestArgument));
    const auto format = training_format();
    auto database = open_for_writing(m_file, format, kWatchBusyMilliseconds, OlderVersion::Keep);
    return translating(m_file, format.kind, [&] {
        SQLite::Statement put(database, "INSERT INTO commands(left_ms, kind, argument) VALUES (?, ?, ?)");
        run(put, now_ms(), std::string(name(kind)), std::string(argument));
        return static_cast<std::int64_t>(database.getLastInsertRowid());
    });
}

} // namespace cameo
