#pragma once

#include "app/notice_board.hpp"
#include "core/jobs/job_manager.hpp"
#include "core/search/trace.hpp"
#include "sessions/session.hpp"
#include "views/snapshot.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cameo {

/// The session that is open: reads it when the program starts and keeps it up to date, off the frame's thread.
/// A file that cannot be used is left as it is: a notice says why, and a fresh session beside it takes its place.
class SessionKeeper {
public:
    SessionKeeper(JobManager& jobs, NoticeBoard& notices) : m_jobs(jobs), m_notices(notices) {}

    struct Restored {
        SessionState state;
        std::vector<PastQuery> history; ///< newest first
    };
    /// Opens the file, or a fresh one beside it, and reads what the first frame needs: milliseconds.
    Restored open(const std::filesystem::path& file);
    bool is_open() const { return m_session != nullptr; }
    std::filesystem::path path() const { return m_session ? m_session->path() : std::filesystem::path(); }

    /// The trace of that id, or the newest one; `done` gets null when there is none.
    void load_trace(const std::string& id, std::function<void(std::shared_ptr<const Trace>)> done);

    /// Writes what differs, in a job.
    void save(SessionState state);
    void add_trace(std::shared_ptr<const Trace> trace);
    void clear_history();
    void copy_to(const std::filesystem::path& file);

    /// Writes here and now, with the traces whose jobs did not come to an end: the last thing before the program ends,
    /// after the workers are gone.
    void flush(const SessionState& state);

private:
    void report(const std::string& sentence);

    JobManager& m_jobs;
    NoticeBoard& m_notices;
    std::shared_ptr<Session> m_session;
    std::vector<std::shared_ptr<const Trace>> m_unkept;
};

} // namespace cameo
