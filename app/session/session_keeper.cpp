#include "app/session/session_keeper.hpp"

#include "app/session/kept_trace.hpp"
#include "app/session/merge_results.hpp"
#include "core/base/error.hpp"
#include "core/base/now_ms.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <limits>
#include <ranges>
#include <system_error>

namespace cameo {

namespace {

constexpr std::size_t kHistoryShown = 200;
constexpr int kFreshNames = 50;
constexpr const char* kNotKept = "The window works, and what you do in it will not be there after a restart.";
constexpr const char* kOnlyShown = "It is shown as it is, and what you do in this window is not kept. A copy of the session, or another session, keeps it.";
constexpr const char* kOnlyShownNewer = "It is shown as far as this version knows it, and what you do in this window is not kept. A newer Cameo goes on with it.";
constexpr const char* kNotShown = "This one result cannot be shown; the rest of the session is not touched by that.";

std::filesystem::path fresh_name(const std::filesystem::path& file, int number) {
    return file.parent_path() / (file.stem().string() + "-" + std::to_string(number) + file.extension().string());
}

/// For writing, or where that cannot be for reading. @param why set to the reason, where it is so
std::shared_ptr<Session> open_as_may_be(const std::filesystem::path& file, std::string& why) {
    try {
        return Session::open(file);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Unsupported && error.kind() != ErrorKind::Environment) throw;
        why = error.what();
    }
    return Session::open(file, SessionAccess::ReadOnly);
}

void keep(Session& session, const Trace& trace) {
    const bool fresh = session.add_trace({.id = trace.id,
                                          .created_ms = trace.created_ms,
                                          .query = trace.query,
                                          .model = trace.model,
                                          .collection = trace.collection},
                                         to_bytes(trace));
    // A change that somebody tried is kept; what was asked is its original.
    if (!fresh || !trace.parent.empty()) return;
    session.add_history({.at_ms = trace.created_ms,
                         .query = trace.query,
                         .model = trace.model,
                         .collection = trace.collection,
                         .trace_id = trace.id});
}

/// Newest first, each text once.
std::vector<PastQuery> past_queries(const Session& session) {
    std::vector<PastQuery> past;
    for (auto& entry : session.history(0, 10 * kHistoryShown)) {
        if (past.size() == kHistoryShown) break;
        if (std::ranges::find(past, entry.query, &PastQuery::text) != past.end()) continue;
        past.push_back({.text = std::move(entry.query),
                        .trace_id = std::move(entry.trace_id),
                        .at_ms = entry.at_ms,
                        .model = std::move(entry.model),
                        .collection = std::move(entry.collection)});
    }
    return past;
}

SessionKeeper::Restored restored_from(const Session& session) {
    return {.state = session.state(),
            .history = past_queries(session),
            .judgments = session.judgments(),
            .notebook = session.notebook(),
            .left_open = session.access() == SessionAccess::ReadWrite ? OpenMark::take_left(session.path()) : std::nullopt};
}

/// Where no window is left that could show a notice.
void write_or_say(const std::function<void()>& work) {
    try {
        work();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "cameo: %s\n", error.what());
    }
}

const char* remedy_of(const Session& session) { return session.is_newer() ? kOnlyShownNewer : kOnlyShown; }

} // namespace

SessionKeeper::Restored SessionKeeper::open(const std::filesystem::path& file, SessionAccess access) {
    m_session.reset();
    m_mark.reset();
    std::string why;
    if (access == SessionAccess::ReadOnly) {
        try {
            m_session = Session::open(file, access);
        } catch (const Error& error) {
            m_notices.error(error.what());
            return {};
        }
    }
    for (int number = 1; number <= kFreshNames && !m_session; ++number) {
        const auto name = number == 1 ? file : fresh_name(file, number);
        try {
            if (!name.parent_path().empty()) std::filesystem::create_directories(name.parent_path());
            m_session = Session::open_or_create(name);
            if (!why.empty())
                m_notices.add(Notice::Level::Warning, why,
                              "That file was left as it is. This session is kept in " + name.string() + " instead.");
        } catch (const Error& error) {
            if (why.empty()) why = error.what();
            if (number == 1) m_session = to_be_read(file, error);
            if (error.kind() == ErrorKind::Environment) break; // another name in the same folder would not help
        } catch (const std::filesystem::filesystem_error& error) {
            why = name.parent_path().string() + ": cannot be made: " + error.code().message();
            break;
        }
    }
    if (!m_session) {
        m_notices.error(why, kNotKept);
        return {};
    }
    Restored restored;
    try {
        restored = restored_from(*m_session);
    } catch (const Error& error) {
        m_notices.error(error.what());
    }
    m_mark = keeps() ? std::make_shared<OpenMark>(path()) : nullptr;
    return restored;
}

/// A session that cannot be written is still shown. Null: nor can it be read.
std::shared_ptr<Session> SessionKeeper::to_be_read(const std::filesystem::path& file, const Error& error) {
    if (error.kind() != ErrorKind::Unsupported && error.kind() != ErrorKind::Environment) return nullptr;
    try {
        const std::shared_ptr<Session> session = Session::open(file, SessionAccess::ReadOnly);
        m_notices.add(Notice::Level::Warning, error.what(), remedy_of(*session));
        return session;
    } catch (const Error&) {
        return nullptr; // what keeps it from being written is said already
    }
}

void SessionKeeper::turn_to(const std::filesystem::path& file, std::function<SessionState()> farewell,
                            std::function<void(Restored)> done) {
    struct Other {
        std::shared_ptr<Session> session;
        std::string why_only_read;
        Restored restored;
    };
    const auto open = [file, here = path()](JobContext&) {
        std::error_code failed;
        if (std::filesystem::equivalent(file, here, failed))
            throw Error(ErrorKind::InvalidInput, file.string() + ": is the session that is open already");
        Other other;
        other.session = open_as_may_be(file, other.why_only_read);
        other.restored = restored_from(*other.session);
        return other;
    };
    m_jobs.submit({.name = "Open the session " + file.filename().string(), .tag = "session", .listing = Listing::Active}, open,
                  [this, farewell = std::move(farewell), done = std::move(done)](JobOutcome<Other> outcome) {
                      if (outcome.state == JobState::Failed)
                          m_notices.error(outcome.error, "The session that was open goes on.");
                      if (!outcome.value) return;
                      leave(farewell());
                      m_session = std::move(outcome.value->session);
                      m_mark = keeps() ? std::make_shared<OpenMark>(path()) : nullptr;
                      if (!keeps()) m_notices.add(Notice::Level::Warning, outcome.value->why_only_read, remedy_of(*m_session));
                      done(std::move(outcome.value->restored));
                  });
}

void SessionKeeper::merge(const std::filesystem::path& file, std::function<void(Merged)> done) {
    if (!keeps()) {
        m_notices.add(Notice::Level::Warning, "The session that is open is not kept, so that nothing can be added to it.", "Open one that can be written first.");
        return;
    }
    const auto read = [file, session = m_session](JobContext& job) {
        std::error_code failed;
        if (std::filesystem::equivalent(file, session->path(), failed)) throw Error(ErrorKind::InvalidInput, file.string() + ": is the session that is open; expected another one");
        const auto other = Session::open(file, SessionAccess::ReadOnly);
        Merged merged;
        merged.results = merge_results(*session, *other, job);
        merged.history = past_queries(*session);
        merged.state = other->state();
        merged.judgments = other->judgments();
        merged.notebook = other->notebook();
        return merged;
    };
    m_jobs.submit({.name = "Merge " + file.filename().string()}, read, [this, session = m_session, done = std::move(done)](JobOutcome<Merged> outcome) {
        if (outcome.state == JobState::Failed) m_notices.error(outcome.error, "What was taken over before that stays; merging again goes on from there.");
        if (!outcome.value) return;
        if (session != m_session) m_notices.add(Notice::Level::Info, "Results were merged into " + session->path().string() + ", which is not open any more.", "Merge again there for its judgments, notes and bookmarks.");
        else done(std::move(*outcome.value));
    });
}

void SessionKeeper::load_trace(const std::string& id, TraceTaker done) {
    load(
        [session = m_session, id]() -> std::shared_ptr<const Trace> {
            auto trace = session ? kept_trace(*session, id) : std::nullopt;
            if (!trace)
                throw Error(ErrorKind::NotFound, "This result is not kept in the session: run the query again to have it anew.");
            return std::make_shared<const Trace>(std::move(*trace));
        },
        std::move(done));
}

void SessionKeeper::load_last_trace(const std::string& id, TraceTaker done) {
    load(
        [session = m_session, id]() -> std::shared_ptr<const Trace> {
            if (!session) return nullptr;
            auto trace = id.empty() ? std::nullopt : kept_trace(*session, id);
            if (!trace) {
                const auto newest = session->traces(0, 1);
                if (!newest.empty()) trace = kept_trace(*session, newest.front().id);
            }
            return trace ? std::make_shared<const Trace>(std::move(*trace)) : nullptr;
        },
        std::move(done));
}

void SessionKeeper::load(std::function<std::shared_ptr<const Trace>()> read, TraceTaker done) {
    const auto found = std::make_shared<std::shared_ptr<const Trace>>();
    Write reading{.spec = {.name = "Read a result", .listing = Listing::Never},
                  .work = [read = std::move(read), found] { *found = read(); },
                  .done = [this, found, done = std::move(done)](const JobOutcome<std::monostate>& outcome) {
                      if (outcome.state == JobState::Failed) m_notices.error(outcome.error, kNotShown);
                      done(std::move(*found));
                  },
                  .reads = true};
    write(std::move(reading)); // behind what waits to be written, which may be what is to be read
}

/// One after the other: two of them on two threads would be in no order.
void SessionKeeper::write(Write next) {
    m_unwritten.push_back(std::move(next));
    if (m_unwritten.size() == 1) write_first();
}

void SessionKeeper::write_first() {
    m_jobs.submit(m_unwritten.front().spec, [work = m_unwritten.front().work](JobContext&) { work(); },
                  [this](const JobOutcome<std::monostate>& outcome) {
                      const auto done = std::move(m_unwritten.front().done);
                      m_unwritten.pop_front();
                      if (!m_unwritten.empty()) write_first();
                      if (done) done(outcome);
                      else if (outcome.state == JobState::Failed) m_notices.error(outcome.error, kNotKept);
                  });
}

void SessionKeeper::save(SessionState state) {
    if (!keeps()) return;
    write({.spec = {.name = "Keep the session", .listing = Listing::Never},
           .work = [session = m_session, mark = m_mark, at_ms = now_ms(), state = std::move(state)] {
               session->save_state(state);
               if (mark) mark->kept(at_ms);
           }});
}

void SessionKeeper::leave(SessionState farewell) {
    if (!keeps()) return;
    write({.spec = {.name = "Keep the session", .listing = Listing::Never},
           .work = [session = m_session, mark = m_mark, state = std::move(farewell)] {
               session->save_state(state);
               if (mark) mark->end();
           }});
}

void SessionKeeper::note(Unfinished unfinished) {
    if (!m_mark) return;
    write({.spec = {.name = "Note what is going on", .listing = Listing::Never}, .work = [mark = m_mark, unfinished = std::move(unfinished)] { mark->note(unfinished); }});
}

void SessionKeeper::add_trace(std::shared_ptr<const Trace> trace) {
    if (!keeps()) return;
    write({.spec = {.name = "Keep the result", .listing = Listing::Never},
           .work = [session = m_session, trace = std::move(trace)] { keep(*session, *trace); }});
}

SessionKeeper::Cleared SessionKeeper::clear_history(std::int64_t until_ms) {
    if (!keeps()) return nullptr;
    const auto cleared = std::make_shared<std::vector<HistoryEntry>>();
    write({.spec = {.name = "Forget the history", .listing = Listing::Never},
           .work = [session = m_session, until_ms, cleared] {
               // All of it, and not only what the window lists: undo puts it back.
               auto entries = session->history(0, std::numeric_limits<std::int64_t>::max());
               std::erase_if(entries, [&](const HistoryEntry& entry) { return entry.at_ms > until_ms; });
               session->clear_history(until_ms);
               *cleared = std::move(entries);
           }});
    return cleared;
}

void SessionKeeper::add_history(Cleared cleared) {
    if (!keeps() || !cleared) return;
    write({.spec = {.name = "Put the history back", .listing = Listing::Never}, .work = [session = m_session, cleared = std::move(cleared)] {
               for (const HistoryEntry& entry : *cleared | std::views::reverse) // the oldest first, as they were added
                   session->add_history(entry);
           }});
}

void SessionKeeper::change_judgments(JudgmentBook::Writes writes) {
    if (!keeps() || writes.empty()) return;
    write({.spec = {.name = "Keep the judgments", .listing = Listing::Never},
           .work = [session = m_session, writes = std::move(writes)] { session->change_judgments(writes.set, writes.removed); }});
}

void SessionKeeper::save_notebook(std::shared_ptr<const SessionNotebook> notebook) {
    if (!keeps()) return;
    write({.spec = {.name = "Keep the notebook", .listing = Listing::Never},
           .work = [session = m_session, notebook = std::move(notebook)] { session->save_notebook(*notebook); }});
}

void SessionKeeper::copy_to(const std::filesystem::path& file, bool replace, std::function<void()> exists) {
    if (!m_session) return;
    auto was_there = std::make_shared<bool>(false);
    const auto copy = [session = m_session, file, replace, was_there] {
        std::error_code failed;
        *was_there = !replace && std::filesystem::exists(file, failed);
        if (!*was_there) session->copy_to(file);
    };
    write({.spec = {.name = "Save a copy of the session"},
           .work = copy,
           .done = [this, file, was_there, exists = std::move(exists)](const JobOutcome<std::monostate>& outcome) {
               if (outcome.state == JobState::Failed) m_notices.error(outcome.error);
               else if (outcome.state == JobState::Done && *was_there) exists();
               else if (outcome.state == JobState::Done)
                   m_notices.add(Notice::Level::Info, "A copy of this session is in " + file.string() + ".");
           }});
}

void SessionKeeper::flush(const SessionState& state) {
    if (!keeps()) return;
    // Each by itself: a copy onto a disk that is gone takes nothing else with it.
    for (const auto& write : m_unwritten)
        if (!write.reads) write_or_say(write.work);
    m_unwritten.clear();
    write_or_say([&] {
        m_session->save_state(state);
        if (m_mark) m_mark->end();
    });
}

} // namespace cameo
