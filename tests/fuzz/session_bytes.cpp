#include "tests/fuzz/session_bytes.hpp"

#include "core/search/trace.hpp"
#include "sessions/session.hpp"
#include "tests/sessions/session_samples.hpp"
#include "tests/support/said.hpp"
#include "tests/support/sample_trace.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <array>

namespace cameo {

namespace {

namespace fs = std::filesystem;

/// Every member that sample_trace() leaves empty has something in it.
Trace full_trace() {
    Trace trace = sample_trace();
    trace.id = "ffeeddccbbaa99887766554433221100";
    trace.parent = sample_trace().id;
    trace.term_edits = {{.term = 10, .weight = 0.5f, .word = "play"}};
    trace.query_weights = {0.5, 1.0, 1.5};
    trace.gate = {.logits = {1, 2}, .weights = {0, 1}};
    for (UnionDocument& document : trace.documents) document.gate = {.logits = {2, 1}, .weights = {1, 0}};
    return with_fusion(trace, {.method = FusionMethod::Adaptive});
}

void fill(Session& session) {
    session.save_state(some_state());
    session.save_notebook(some_notebook());
    session.change_judgments(std::array{a_judgment("mpv", 2), a_judgment("moc", 0)}, {});
    for (const Trace& trace : {sample_trace(), full_trace()}) {
        session.add_trace({.id = trace.id, .created_ms = trace.created_ms, .query = trace.query, .model = trace.model, .collection = trace.collection}, to_bytes(trace));
        session.add_history({.at_ms = trace.created_ms, .query = trace.query, .model = trace.model, .collection = trace.collection, .trace_id = trace.id});
    }
}

SessionBytes with_page_size(const fs::path& file, int bytes) {
    {
        SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
        database.exec("PRAGMA journal_mode = DELETE; PRAGMA page_size = " + std::to_string(bytes) + "; VACUUM; PRAGMA journal_mode = WAL");
    }
    return {.file = bytes_of(file)};
}

} // namespace

std::vector<SessionBytes> whole_sessions(const fs::path& folder) {
    std::vector<SessionBytes> sessions;
    for (const auto& entry : fs::directory_iterator(fs::path(CAMEO_TEST_DATA) / "sessions"))
        if (entry.path().extension() == ".cameo") sessions.push_back({.file = bytes_of(entry.path())});
    const auto file = folder / "whole.cameo";
    {
        const auto session = Session::open_or_create(file);
        fill(*session);
        sessions.push_back({.file = bytes_of(file), .log = bytes_of(file.string() + "-wal")});
    }
    sessions.push_back({.file = bytes_of(file)});
    for (const int page_size : {512, 1024}) sessions.push_back(with_page_size(file, page_size));
    take_away(file);
    return sessions;
}

void put(const SessionBytes& bytes, const fs::path& file) {
    take_away(file);
    std::ofstream(file, std::ios::binary) << bytes.file;
    if (!bytes.log.empty()) std::ofstream(file.string() + "-wal", std::ios::binary) << bytes.log;
    if (!bytes.journal.empty()) std::ofstream(file.string() + "-journal", std::ios::binary) << bytes.journal;
}

void take_away(const fs::path& file) {
    std::error_code ignored;
    for (const char* beside : {"", "-wal", "-shm", "-journal"}) fs::remove(file.string() + beside, ignored);
}

} // namespace cameo
