#include "tests/fuzz/session_reading.hpp"

#include "app/session/kept_trace.hpp"
#include "core/base/error.hpp"
#include "core/search/leaves.hpp"
#include "tests/fuzz/attempt.hpp"
#include "tests/fuzz/session_bytes.hpp"
#include "tests/sessions/session_samples.hpp"
#include "tests/support/sample_trace.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <limits>

namespace cameo {

namespace {

/// What the window and the report do with it.
void use(const Trace& trace) {
    (void)to_json(trace, 10);
    (void)fused_ranks(trace);
    (void)fusion_lines(trace);
    (void)unweighted_parts(trace, {.method = FusionMethod::ZScore});
    (void)with_fusion(trace, {.method = FusionMethod::ReciprocalRank});
    for (const Ledger& ledger : trace.ledgers) {
        (void)to_json(ledger);
        for (const ExpertLedger& part : ledger.experts) (void)leaves(part);
    }
    if (to_bytes(trace_from_bytes(to_bytes(trace))) != to_bytes(trace)) throw Finding("a trace that does not come back as it was written");
}

class Reader {
public:
    Reader(const Session& session, Reached& reached) : m_session(session), m_reached(reached) {}

    void read() {
        call([&] { (void)m_session.state(); });
        call([&] { (void)m_session.notebook(); });
        call([&] { (void)m_session.judgments(); });
        call([&] { (void)m_session.history(0, 2000); });
        call([&] { (void)m_session.recent_queries(200); });
        call([&] { (void)m_session.trace_count(); });
        call([&] { (void)m_session.trace_count("music"); });
        call([&] { (void)m_session.traces(1, 5, "PLAY"); });
        std::vector<TraceEntry> traces;
        call([&] { traces = m_session.traces(0, 20); });
        for (const TraceEntry& entry : traces) {
            call([&] { (void)m_session.trace_entry(entry.id); });
            std::optional<Trace> trace;
            call([&] { trace = kept_trace(m_session, entry.id); }) ? ++m_reached.traces : ++m_reached.damaged_traces;
            if (trace) use(*trace);
        }
    }

    bool call(const std::function<void()>& work) {
        const bool well = attempt(m_session.path(), work);
        ++(well ? m_reached.answered : m_reached.failed);
        return well;
    }

private:
    const Session& m_session;
    Reached& m_reached;
};

void write(Session& session, Reader& reader) {
    reader.call([&] {
        SessionState state = session.state();
        state.query += "more";
        state.selection.document = "alpha";
        session.save_state(state);
    });
    reader.call([&] {
        SessionNotebook notebook = session.notebook();
        notebook.bookmarks.insert(notebook.bookmarks.begin(), a_bookmark("new"));
        notebook.notes.clear();
        session.save_notebook(notebook);
    });
    reader.call([&] { session.change_judgments(std::array{a_judgment("mpv", 3)}, std::array{a_judgment("moc", 0)}); });
    reader.call([&] { session.add_history({.at_ms = 5, .query = "q", .model = "m", .collection = "c", .trace_id = ""}); });
    reader.call([&] { session.add_trace(entry(7), to_bytes(sample_trace())); });
    reader.call([&] { session.remove_trace(sample_trace().id); });
    reader.call([&] { (void)session.traces(0, 20); });
    reader.call([&] { session.clear_history(std::numeric_limits<std::int64_t>::max()); });
}

} // namespace

Reached use_session(const std::filesystem::path& file, SessionAccess access, bool copies) {
    Reached reached;
    std::unique_ptr<Session> session;
    const bool opened = attempt(file, [&] { session = Session::open(file, access); });
    ++(opened ? reached.opened : reached.refused);
    if (!opened) return reached;
    Reader reader(*session, reached);
    reader.read();
    if (copies) {
        const auto copy = file.parent_path() / "copy.cameo";
        attempt(file.parent_path(), [&] { session->copy_to(copy); }); // it may be either's fault
        take_away(copy);
    }
    if (access == SessionAccess::ReadWrite) write(*session, reader);
    return reached;
}

} // namespace cameo
