#include "app/session/session_keeper.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <cstdio>
#include <system_error>

namespace cameo {

namespace {

constexpr std::size_t kHistoryShown = 200;
constexpr int kFreshNames = 50;
constexpr const char* kSessionTag = "session";
constexpr const char* kNotKept = "The window works, and what you do in it will not be there after a restart.";

std::filesystem::path fresh_name(const std::filesystem::path& file, int number) {
    return file.parent_path() / (file.stem().string() + "-" + std::to_string(number) + file.extension().string());
}

void keep(Session& session, const Trace& trace) {
    const bool fresh = session.add_trace({.id = trace.id,
                                          .created_ms = trace.created_ms,
                                          .query = trace.query,
                                          .model = trace.model,
                                          .collection = trace.collection},
                                         to_bytes(trace));
    if (!fresh) return;
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

} // namespace

SessionKeeper::Restored SessionKeeper::open(const std::filesystem::path& file) {
    m_session.reset();
    std::string why;
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
    try {
        return {m_session->state(), past_queries(*m_session)};
    } catch (const Error& error) {
        m_notices.error(error.what());
        return {};
    }
}

void SessionKeeper::load_trace(const std::string& id, std::function<void(std::shared_ptr<const Trace>)> done) {
    if (!m_session) return;
    const auto load = [session = m_session, id](JobContext&) -> std::shared_ptr<const Trace> {
        auto bytes = id.empty() ? std::nullopt : session->trace(id);
        if (!bytes) {
            const auto newest = session->traces(0, 1);
            if (!newest.empty()) bytes = session->trace(newest.front().id);
        }
        return bytes ? std::make_shared<const Trace>(trace_from_bytes(*bytes)) : nullptr;
    };
    m_jobs.submit({.name = "Read the last result", .listing = Listing::Never}, load,
                  [this, done = std::move(done)](JobOutcome<std::shared_ptr<const Trace>> outcome) {
                      if (outcome.value) done(std::move(*outcome.value));
                      else if (outcome.state == JobState::Failed) report(outcome.error);
                  });
}

void SessionKeeper::report(const std::string& sentence) { m_notices.error(sentence, kNotKept); }

void SessionKeeper::save(SessionState state) {
    if (!m_session) return;
    m_jobs.submit({.name = "Keep the session", .tag = kSessionTag, .listing = Listing::Never},
                  [session = m_session, state = std::move(state)](JobContext&) { session->save_state(state); },
                  [this](const JobOutcome<std::monostate>& outcome) {
                      if (outcome.state == JobState::Failed) report(outcome.error);
                  });
}

void SessionKeeper::add_trace(std::shared_ptr<const Trace> trace) {
    if (!m_session) return;
    m_unkept.push_back(trace);
    m_jobs.submit({.name = "Keep the result", .listing = Listing::Never},
                  [session = m_session, trace](JobContext&) { keep(*session, *trace); },
                  [this, trace](const JobOutcome<std::monostate>& outcome) {
                      std::erase(m_unkept, trace);
                      if (outcome.state == JobState::Failed) report(outcome.error);
                  });
}

void SessionKeeper::clear_history() {
    if (!m_session) return;
    m_jobs.submit({.name = "Forget the history", .listing = Listing::Never},
                  [session = m_session](JobContext&) { session->clear_history(); },
                  [this](const JobOutcome<std::monostate>& outcome) {
                      if (outcome.state == JobState::Failed) report(outcome.error);
                  });
}

void SessionKeeper::copy_to(const std::filesystem::path& file) {
    if (!m_session) return;
    m_jobs.submit({.name = "Save a copy of the session"}, [session = m_session, file](JobContext&) { session->copy_to(file); },
                  [this, file](const JobOutcome<std::monostate>& outcome) {
                      if (outcome.state == JobState::Failed) m_notices.error(outcome.error);
                      else m_notices.add(Notice::Level::Info, "A copy of this session is in " + file.string() + ".");
                  });
}

void SessionKeeper::flush(const SessionState& state) {
    if (!m_session) return;
    try {
        for (const auto& trace : m_unkept) keep(*m_session, *trace);
        m_unkept.clear();
        m_session->save_state(state);
    } catch (const Error& error) {
        std::fprintf(stderr, "cameo: %s\n", error.what());
    }
}

} // namespace cameo
