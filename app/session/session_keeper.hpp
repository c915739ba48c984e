#pragma once

#include "app/notice_board.hpp"
#include "app/session/judgment_book.hpp"
#include "app/session/open_mark.hpp"
#include "core/base/error.hpp"
#include "core/jobs/job_manager.hpp"
#include "core/search/trace.hpp"
#include "sessions/session.hpp"
#include "views/snapshot.hpp"

#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cameo {

/// The session that is open: reads it when the program starts and keeps it up to date, off the frame's thread.
class SessionKeeper {
public:
    SessionKeeper(JobManager& jobs, NoticeBoard& notices) : m_jobs(jobs), m_notices(notices) {}

    struct Restored {
        SessionState state;
        std::vector<PastQuery> history; ///< newest first
        std::vector<SessionJudgment> judgments;
        SessionNotebook notebook;
        std::optional<LeftOpen> left_open; ///< by a window with this session that did not end properly
    };
    /// For the start, before the first frame: opens the file and reads what that frame needs, in milliseconds. A file
    /// that cannot be used is left as it is: a notice says why, and a fresh session beside it takes its place.
    /// @param access ReadOnly: nothing is kept, and no other file takes the place of one that cannot be used
    Restored open(const std::filesystem::path& file, SessionAccess access = SessionAccess::ReadWrite);
    /// Opens another session, in a job. Only when it could be read the one that is open gets its last `farewell` and
    /// gives way, and `done` is called; else a notice says why and nothing changes.
    void turn_to(const std::filesystem::path& file, std::function<SessionState()> farewell,
                 std::function<void(Restored)> done);
    /// What an other session has beside results and past queries, which merge() has taken over.
    struct Merged {
        std::size_t results = 0;        ///< how many were new
        std::vector<PastQuery> history; ///< of the session that is open now, newest first
        SessionState state;
        std::vector<SessionJudgment> judgments;
        SessionNotebook notebook;
    };
    /// Reads another session in a job, which shows how far it is. `done` is called when it has come to its end.
    void merge(const std::filesystem::path& file, std::function<void(Merged)> done);
    bool is_open() const { return m_session != nullptr; }
    /// Whether what is done is kept.
    bool keeps() const { return m_session && m_session->access() == SessionAccess::ReadWrite; }
    std::filesystem::path path() const { return m_session ? m_session->path() : std::filesystem::path(); }

    using TraceTaker = std::function<void(std::shared_ptr<const Trace>)>;
    /// The trace of that id. `done` is always called: with null when it is not there or cannot be read, which a notice
    /// says.
    void load_trace(const std::string& id, TraceTaker done);
    /// That, or the newest one; null without a word when there is none.
    void load_last_trace(const std::string& id, TraceTaker done);

    // Writing, in jobs, one after the other.
    void save(SessionState state);
    /// What is lost when the window does not come to its end; the session is not touched.
    void note(Unfinished unfinished);
    void add_trace(std::shared_ptr<const Trace> trace);
    /// What was taken out of the history: there once that is written, and before anything that is written after it.
    using Cleared = std::shared_ptr<const std::vector<HistoryEntry>>;
    /// @param until_ms what is newer stays. @returns null: nothing is kept
    Cleared clear_history(std::int64_t until_ms);
    /// Puts all of it back.
    void add_history(Cleared cleared);
    void change_judgments(JudgmentBook::Writes writes);
    void save_notebook(std::shared_ptr<const SessionNotebook> notebook);
    /// @param exists called instead when there is such a file already and it must not be replaced.
    void copy_to(const std::filesystem::path& file, bool replace, std::function<void()> exists);

    /// Writes here and now, with what jobs did not come to write: the last thing before the program ends, after the
    /// workers are gone. What cannot be written is said on the standard error.
    void flush(const SessionState& state);

private:
    struct Write {
        JobSpec spec;
        std::function<void()> work;
        std::function<void(const JobOutcome<std::monostate>&)> done = {}; ///< empty: failures are reported
        bool reads = false; ///< it changes nothing
    };
    void write(Write next);
    void leave(SessionState farewell);
    void write_first();
    std::shared_ptr<Session> to_be_read(const std::filesystem::path& file, const Error& error);
    void load(std::function<std::shared_ptr<const Trace>()> read, TraceTaker done);

    JobManager& m_jobs;
    NoticeBoard& m_notices;
    std::shared_ptr<Session> m_session;
    std::shared_ptr<OpenMark> m_mark; ///< null: nothing is kept
    std::deque<Write> m_unwritten; ///< the first one is in a job
};

} // namespace cameo
