#include "tests/fuzz/hostile_sql.hpp"

#include "core/search/trace.hpp"
#include "sessions/packing.hpp"
#include "tests/fuzz/byte_edits.hpp"
#include "tests/support/sample_trace.hpp"

#include <cstring>
#include <memory>
#include <sqlite3.h>
#include <zstd.h>

namespace cameo {

namespace {

constexpr std::size_t kFormatVersions = 18; ///< two bytes of the header: 1 rollback journal, 2 write-ahead log
struct Table {
    const char* name;
    std::vector<const char*> columns;
};
const std::vector<Table> kTables = {
    {"state", {"key", "value"}},
    {"traces", {"number", "id", "created_ms", "query", "model", "collection", "bytes"}},
    {"trace_contents", {"number", "zstd"}},
    {"history", {"number", "at_ms", "query", "model", "collection", "trace_id"}},
    {"judgments", {"collection", "query", "document", "query_id", "grade", "at_ms"}},
    {"bookmarks", {"id", "place", "made_ms", "title", "caption", "state"}},
    {"notes", {"kind", "collection", "subject", "text", "at_ms"}},
    {"sqlite_schema", {"type", "name", "tbl_name", "rootpage", "sql"}},
};
constexpr const char* kIndexes[] = {"traces_by_time", "history_by_time", "history_by_query"};
constexpr const char* kValues[] = {
    "NULL", "0", "-1", "9223372036854775807", "-9223372036854775808", "2147483648", "1073741824", "1e308", "-9e999", "0.5", "''", "'text'", "x'00ff00'", "CAST(x'fffe80' AS TEXT)",
    "char(0) || 'a'", "char(10, 13, 27, 127) || 'a'", "zeroblob(20000)", "hex(zeroblob(4000))", "printf('%.*c', 20000, '[')", "printf('%.*c', 5000, char(233))",
    R"('{"trace":1,"documents":"x","token":"1"}')", R"('{"trace":"t1","documents":[1,{"a":2}],"token":1e300}')", R"('{"token":99999999999999999999}')", R"('{"token":-9223372036854775808}')",
    R"('{"expert":{"a":[null,true]},"document":[]}')", R"('"\ud800"')", "'null'", "'[]'", R"('{"selection":"{\"trace\":5}","query":7,"setting:theme":[]}')", R"('{"a":')", R"('{"":""}')",
    "printf('%.*c', 20000, '{')", "'[Window][' || hex(zeroblob(3000)) || ']'", "'../../../etc/passwd'", "'%s%n%s'"};
/// {T}, {C}: a table and a column of it; {I}, {V}: an index, a value; ?1: a frame.
constexpr const char* kEdits[] = {
    "UPDATE {T} SET {C} = {V}",
    "UPDATE {T} SET {C} = {V}",
    "UPDATE {T} SET {C} = {V} WHERE rowid % 2",
    "UPDATE trace_contents SET zstd = ?1",
    "UPDATE trace_contents SET zstd = ?1",
    "UPDATE traces SET bytes = (SELECT length(zstd) FROM trace_contents)",
    "UPDATE traces SET bytes = {V}",
    "UPDATE state SET value = {V} WHERE key = 'selection'",
    "UPDATE state SET value = {V} WHERE key LIKE 'setting:%'",
    "INSERT INTO state VALUES ({V}, {V})",
    "INSERT OR IGNORE INTO state VALUES ('selection', {V})",
    "UPDATE bookmarks SET state = {V}",
    "UPDATE bookmarks SET state = {V}, title = {V}, place = {V}",
    "INSERT INTO history(at_ms, query, model, collection, trace_id) VALUES ({V}, {V}, {V}, {V}, {V})",
    "INSERT INTO judgments VALUES ({V}, {V}, {V}, {V}, {V}, {V})",
    "INSERT INTO notes VALUES ({V}, {V}, {V}, {V}, {V})",
    "UPDATE traces SET id = {V} WHERE number = 1",
    "DROP TABLE {T}",
    "DROP INDEX {I}",
    "DELETE FROM {T}",
    "CREATE TABLE loose AS SELECT * FROM {T}; DROP TABLE {T}; ALTER TABLE loose RENAME TO {T}; UPDATE {T} SET {C} = {V}",
    "CREATE TABLE loose AS SELECT * FROM {T}; DROP TABLE {T}; ALTER TABLE loose RENAME TO {T}; INSERT INTO {T} DEFAULT VALUES",
    "ALTER TABLE {T} RENAME TO kept; CREATE VIEW {T} AS SELECT * FROM kept",
    "ALTER TABLE {T} RENAME TO kept; CREATE VIEW {T} AS SELECT a.* FROM kept a, kept b, kept c, kept d, kept e, kept f, kept g, kept h, kept i, kept j, kept k, kept l, kept m, kept n",
    "DROP TABLE state; CREATE VIEW state(key, value) AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, {V} FROM n",
    "DROP TABLE state; CREATE VIEW state(key, value) AS SELECT hex(zeroblob(300000000)), hex(zeroblob(300000000))",
    "DROP TABLE state; CREATE VIEW state(key, value) AS SELECT key, value FROM state",
    "DROP TABLE history; CREATE VIEW history(number, at_ms, query, model, collection, trace_id) AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, i, i, i, i, i FROM n",
    "DROP TABLE trace_contents; CREATE VIEW trace_contents(number, zstd) AS SELECT number, zeroblob(900000000) FROM traces",
    "CREATE VIEW more AS SELECT * FROM more",
    "CREATE TRIGGER t AFTER INSERT ON {T} BEGIN DELETE FROM traces; INSERT INTO history SELECT NULL, a.at_ms, a.query, a.model, a.collection, a.trace_id FROM history a, history b, history c; END",
    "CREATE TRIGGER t AFTER DELETE ON {T} BEGIN SELECT RAISE(ABORT, 'says who'); END",
    "CREATE TRIGGER t BEFORE UPDATE ON {T} BEGIN INSERT INTO state VALUES (hex(zeroblob(90000000)), ''); END",
    "ALTER TABLE {T} ADD COLUMN computed AS (hex(zeroblob(400000000)))",
    "ALTER TABLE {T} ADD COLUMN more DEFAULT (hex(zeroblob(400000000)))",
    "ALTER TABLE {T} ADD COLUMN more TEXT",
    "ALTER TABLE {T} RENAME COLUMN {C} TO other",
    "ALTER TABLE {T} DROP COLUMN {C}",
    "DROP TABLE notes; CREATE TABLE notes(kind, collection, subject, text AS (hex(zeroblob(300000000))), at_ms)",
    "DROP TABLE state; CREATE TABLE state(key PRIMARY KEY, value CHECK (length(hex(zeroblob(400000000))) > 0))",
    "DROP TABLE state; CREATE TABLE state(key PRIMARY KEY, value CHECK (key LIKE '%a%a%a%a%a%a%a%a%a%a%a%a%b'))",
    "DROP TABLE state; CREATE TABLE state(key PRIMARY KEY COLLATE none_of_ours, value)",
    "CREATE INDEX e ON history(hex(zeroblob(at_ms % 10 * 30000000)))",
    "CREATE INDEX e ON history(query) WHERE length(hex(zeroblob(400000000))) > 0",
    "CREATE INDEX e ON state(value, key)",
    "DROP TABLE state; CREATE VIRTUAL TABLE state USING fts5(key, value)",
    "DROP TABLE notes; CREATE VIRTUAL TABLE notes USING rtree(kind, collection, subject, text, at_ms)",
    "CREATE VIRTUAL TABLE more USING fts5(words); DROP TABLE more_content",
    "PRAGMA user_version = {V}",
    "PRAGMA user_version = 1",
    "PRAGMA user_version = 2",
    "PRAGMA user_version = 1000",
    "PRAGMA user_version = 0",
    "PRAGMA application_id = 0",
    "PRAGMA auto_vacuum = FULL; VACUUM",
    "UPDATE sqlite_schema SET sql = replace(sql, 'TEXT', 'INTEGER')",
    "UPDATE sqlite_schema SET sql = replace(sql, 'WITHOUT ROWID', '') WHERE name = '{T}'",
    "UPDATE sqlite_schema SET sql = replace(sql, 'TEXT', 'COLLATE none_of_ours') WHERE name = '{T}'",
    "UPDATE sqlite_schema SET sql = {V} WHERE name = '{T}'",
    "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema ORDER BY length(sql) % 7 LIMIT 1) WHERE name = '{T}'",
    "UPDATE sqlite_schema SET rootpage = {V} WHERE name = '{T}'",
    "UPDATE sqlite_schema SET type = 'view' WHERE name = '{T}'",
    "UPDATE sqlite_schema SET name = {V}, tbl_name = {V} WHERE name = '{T}'",
    "INSERT INTO sqlite_schema VALUES ('table', {V}, {V}, 2, {V})",
    "INSERT INTO sqlite_schema VALUES ('index', 'more', '{T}', 3, 'CREATE INDEX more ON {T}({C})')",
};
constexpr const char* kGiant = "UPDATE {T} SET {C} = hex(zeroblob(1000000)) || printf('%.*c', 500000, '[') || {V}";
constexpr const char* kManyRows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO history(at_ms, query, model, collection, trace_id) SELECT i, 'query ' || i, {V}, 'c', '' FROM n";

/// Bytes that are all zero, in a frame: thousands of times smaller.
std::string frame_of_zeros(std::size_t size) {
    std::string frame;
    const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
    ZSTD_CCtx_setPledgedSrcSize(context.get(), size);
    const std::string zeros(1 << 20, '\0');
    std::string out(1 << 16, '\0');
    for (std::size_t done = 0; done < size;) {
        ZSTD_inBuffer in{zeros.data(), std::min(zeros.size(), size - done), 0};
        done += in.size;
        const auto mode = done == size ? ZSTD_e_end : ZSTD_e_continue;
        for (std::size_t left = 1; in.pos < in.size || (mode == ZSTD_e_end && left > 0);) {
            ZSTD_outBuffer piece{out.data(), out.size(), 0};
            left = ZSTD_compressStream2(context.get(), &piece, &in, mode);
            frame.append(out.data(), piece.pos);
        }
    }
    return frame;
}

const std::vector<std::string>& frames() {
    static const std::vector<std::string> all = [] {
        const std::string trace = packed(to_bytes(sample_trace()));
        std::string lies = trace;
        lies[5] = '\xff'; // of its content's size
        return std::vector<std::string>{frame_of_zeros(1 << 30), frame_of_zeros(200 << 20), frame_of_zeros(1 << 20), packed(""), trace, trace + trace, lies, trace.substr(0, trace.size() / 2),
                                        to_bytes(sample_trace()), std::string(100, '\0')};
    }();
    return all;
}

using Connection = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;

/// In memory, so that a case costs no more files than the one that is read. Null: SQLite does not take it.
Connection open_in_memory(std::string file) {
    sqlite3* opened = nullptr;
    sqlite3_open(":memory:", &opened);
    Connection database(opened, &sqlite3_close);
    file[kFormatVersions] = file[kFormatVersions + 1] = 1;
    auto* bytes = static_cast<unsigned char*>(sqlite3_malloc64(file.size()));
    std::memcpy(bytes, file.data(), file.size());
    const auto size = static_cast<sqlite3_int64>(file.size());
    if (sqlite3_deserialize(opened, "main", bytes, size, size, SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) != SQLITE_OK) return Connection(nullptr, &sqlite3_close);
    sqlite3_limit(opened, SQLITE_LIMIT_LENGTH, 1 << 23); // what is to fill the reader's memory must not fill this one
    int steps = 0; // what is damaged already may lead in circles
    sqlite3_progress_handler(opened, 100'000, [](void* all) { return ++*static_cast<int*>(all) > 20 ? 1 : 0; }, &steps);
    sqlite3_exec(opened, "PRAGMA writable_schema = ON; PRAGMA foreign_keys = OFF", nullptr, nullptr, nullptr);
    sqlite3_progress_handler(opened, 2'000'000, [](void*) { return 1; }, nullptr);
    return database;
}

std::string bytes_in(sqlite3* database, const std::string& before) {
    sqlite3_int64 size = 0;
    const std::unique_ptr<unsigned char, decltype(&sqlite3_free)> bytes(sqlite3_serialize(database, "main", &size, 0), &sqlite3_free);
    if (!bytes || size < 100) return before;
    std::string file(reinterpret_cast<const char*>(bytes.get()), static_cast<std::size_t>(size));
    file[kFormatVersions] = before[kFormatVersions];
    file[kFormatVersions + 1] = before[kFormatVersions + 1];
    return file;
}

std::string filled_in(std::string sql, Dice& dice) {
    const Table& table = dice.of(kTables); // one throughout
    for (std::size_t at = 0; (at = sql.find('{', at)) != std::string::npos;) {
        const std::string_view which = std::string_view(sql).substr(at, 3);
        const char* with = which == "{T}" ? table.name : which == "{C}" ? dice.of(table.columns) : which == "{I}" ? dice.of(kIndexes) : which == "{V}" ? dice.of(kValues) : nullptr;
        if (!with) {
            ++at;
            continue;
        }
        sql.replace(at, 3, with);
        at += std::strlen(with);
    }
    return sql;
}

void run_all(sqlite3* database, const std::string& sql, const std::string& frame) {
    for (const char* rest = sql.c_str(); *rest != 0;) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(database, rest, -1, &statement, &rest) != SQLITE_OK) return;
        if (!statement) continue;
        sqlite3_bind_blob(statement, 1, frame.data(), static_cast<int>(frame.size()), SQLITE_STATIC);
        while (sqlite3_step(statement) == SQLITE_ROW) {
        }
        sqlite3_finalize(statement);
    }
}

/// As core/search/trace_bytes.cpp makes it.
std::uint64_t checksum(std::string_view bytes) {
    std::uint64_t hash = 14695981039346656037ull;
    const auto mix = [&](std::uint64_t value) {
        hash = (hash ^ value) * 1099511628211ull;
        hash ^= hash >> 29;
    };
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) {
        std::uint64_t value = 0;
        std::memcpy(&value, bytes.data() + at, 8);
        mix(value);
    }
    for (; at < bytes.size(); ++at) mix(static_cast<unsigned char>(bytes[at]));
    return hash;
}

} // namespace

void edit_by_sql(SessionBytes& session, Dice& dice) {
    if (session.file.size() < 512) return;
    const auto database = open_in_memory(session.file);
    if (!database) return;
    for (std::size_t times = 1 + dice.below(4); times > 0; --times) {
        const char* edit = dice.one_in(300) ? kManyRows : dice.one_in(300) ? kGiant : dice.of(kEdits);
        const std::size_t large = 3; // of the frames: they take their time
        run_all(database.get(), filled_in(edit, dice), frames()[dice.one_in(40) ? dice.below(large) : large + dice.below(frames().size() - large)]);
    }
    if (dice.one_in(10)) run_all(database.get(), "UPDATE traces SET bytes = " + std::to_string(dice.one_in(2) ? 1 << 30 : 200 << 20), {});
    session.file = bytes_in(database.get(), session.file);
}

void edit_trace(SessionBytes& session, Dice& dice) {
    constexpr std::size_t kVersion = 8, kChecksum = 12, kPayload = 20; // places in the bytes of a trace
    static const std::string whole[] = {to_bytes(sample_trace()), to_bytes(with_fusion(sample_trace(), {.method = FusionMethod::ReciprocalRank}))};
    std::string payload = dice.of(whole).substr(kPayload), header = whole[0].substr(0, kPayload);
    edit_bytes(payload, dice);
    if (dice.one_in(8)) header[kVersion] = static_cast<char>(dice.below(6));
    const std::uint64_t sum = checksum(payload);
    if (!dice.one_in(50)) std::memcpy(header.data() + kChecksum, &sum, sizeof sum);
    const std::string bytes = header + payload;
    const auto database = open_in_memory(session.file);
    if (!database) return;
    run_all(database.get(), "UPDATE traces SET bytes = " + std::to_string(bytes.size()), {});
    run_all(database.get(), "UPDATE trace_contents SET zstd = ?1", packed(bytes));
    session.file = bytes_in(database.get(), session.file);
}

} // namespace cameo
