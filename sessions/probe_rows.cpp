#include "sessions/probe_rows.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace cameo {

namespace {

constexpr int kFirstVersion = 2; ///< of the schema with probes

bool has_probes(SQLite::Database& database) {
    return database.execAndGet("PRAGMA user_version").getInt() >= kFirstVersion;
}

std::int64_t rows_of(SQLite::Database& database, const char* table) {
    return database.execAndGet(std::string("SELECT count(*) FROM ") + table).getInt64();
}

/// All queries' numbers of one kind, one after the other.
template <typename Value>
std::vector<Value> gathered(std::span<const ProbeRecord> probes, std::vector<Value> ProbeRecord::* member) {
    std::vector<Value> all;
    for (const auto& probe : probes)
        all.insert(all.end(), (probe.*member).begin(), (probe.*member).end());
    return all;
}

/// The other way round. @param expected how many each query has; nothing: any number, the same for all   @return whether that is so
template <typename Value>
bool share_out(const std::vector<Value>& all, std::vector<Value> ProbeRecord::* member, std::vector<ProbeRecord>& probes,
               std::optional<std::size_t> expected) {
    const std::size_t each = probes.empty() ? 0 : all.size() / probes.size();
    if (each * probes.size() != all.size() || each != expected.value_or(each)) return false;
    for (std::size_t query = 0; query < probes.size(); ++query)
        (probes[query].*member).assign(all.begin() + std::ptrdiff_t(query * each), all.begin() + std::ptrdiff_t((query + 1) * each));
    return true;
}

} // namespace

void put_probe_set(SQLite::Database& database, const ProbeSet& set) {
    database.exec("DELETE FROM probes; DELETE FROM probe_systems; DELETE FROM probe_queries; DELETE FROM probe_documents");
    SQLite::Statement system(database, "INSERT INTO probe_systems VALUES (?, ?)");
    std::int64_t id = 0;
    for (const auto& name : set.systems)
        run(system, id++, name);
    SQLite::Statement query(database, "INSERT INTO probe_queries VALUES (?, ?, ?, ?, ?)");
    id = 0;
    for (const auto& each : set.queries)
        run(query, id++, each.id, each.text, each.category, each.right);
    SQLite::Statement document(database, "INSERT INTO probe_documents VALUES (?, ?, ?)");
    id = 0;
    for (const auto& each : set.documents)
        run(document, id++, each.id, each.title);
}

ProbeSet read_probe_set(SQLite::Database& database) {
    ProbeSet set;
    if (!has_probes(database)) return set;
    SQLite::Statement systems(database, "SELECT name FROM probe_systems ORDER BY id");
    while (systems.executeStep())
        set.systems.push_back(text_of(systems.getColumn(0)));
    SQLite::Statement queries(database, "SELECT query, text, category, right_one FROM probe_queries ORDER BY id");
    while (queries.executeStep())
        set.queries.push_back({text_of(queries.getColumn(0)), text_of(queries.getColumn(1)), text_of(queries.getColumn(2)),
                               queries.getColumn(3).getInt()});
    SQLite::Statement documents(database, "SELECT document, title FROM probe_documents ORDER BY id");
    while (documents.executeStep())
        set.documents.push_back({text_of(documents.getColumn(0)), text_of(documents.getColumn(1))});
    return set;
}

void put_probes(SQLite::Database& database, std::int64_t step, std::span<const ProbeRecord> probes) {
    SQLite::Statement put(database, "INSERT OR REPLACE INTO probes VALUES (?, ?, ?, ?, ?, ?)");
    put.bind(1, step);
    const auto ranks = gathered(probes, &ProbeRecord::ranks), top = gathered(probes, &ProbeRecord::top);
    const auto probabilities = gathered(probes, &ProbeRecord::probabilities), weights = gathered(probes, &ProbeRecord::weights),
               document_weights = gathered(probes, &ProbeRecord::document_weights);
    bind_values(put, 2, ranks);
    bind_values(put, 3, top);
    bind_values(put, 4, probabilities);
    bind_values(put, 5, weights);
    bind_values(put, 6, document_weights);
    put.exec();
}

std::vector<ProbeRecord> read_probes(SQLite::Database& database, std::int64_t step, const std::filesystem::path& file) {
    if (!has_probes(database)) return {};
    SQLite::Statement select(database, "SELECT ranks, top, probabilities, weights, document_weights FROM probes WHERE step = ?");
    select.bind(1, step);
    if (!select.executeStep()) return {};
    const auto systems = std::size_t(rows_of(database, "probe_systems")), documents = std::size_t(rows_of(database, "probe_documents"));
    std::vector<ProbeRecord> probes(std::size_t(rows_of(database, "probe_queries")));
    const auto top = values_of<std::int32_t>(select.getColumn(1));
    const bool fits =
        share_out(values_of<std::int32_t>(select.getColumn(0)), &ProbeRecord::ranks, probes, systems) &&
        share_out(top, &ProbeRecord::top, probes, systems * std::min(kProbeDepth, documents)) &&
        share_out(values_of<float>(select.getColumn(2)), &ProbeRecord::probabilities, probes, {}) &&
        share_out(values_of<float>(select.getColumn(3)), &ProbeRecord::weights, probes, probes.empty() ? 0 : probes[0].probabilities.size()) &&
        share_out(values_of<float>(select.getColumn(4)), &ProbeRecord::document_weights, probes, probes.empty() ? 0 : probes[0].probabilities.size()) &&
        std::ranges::all_of(top, [&](std::int32_t at) { return at >= 0 && std::size_t(at) < documents; });
    if (!fits)
        throw Error(ErrorKind::InvalidInput, file.string() + ": the probes of step " + std::to_string(step) +
                                                 " are damaged: they do not fit " + std::to_string(probes.size()) + " queries, " +
                                                 std::to_string(systems) + " systems and " + std::to_string(documents) + " documents");
    return probes;
}

std::vector<std::int64_t> probe_steps_in(SQLite::Database& database) {
    std::vector<std::int64_t> steps;
    if (!has_probes(database)) return steps;
    SQLite::Statement select(database, "SELECT step FROM probes ORDER BY step");
    while (select.executeStep())
        steps.push_back(select.getColumn(0).getInt64());
    return steps;
}

} // namespace cameo
