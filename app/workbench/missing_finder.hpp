#pragma once

#include "app/workbench/sources.hpp"
#include "core/jobs/job_manager.hpp"
#include "views/commands.hpp"
#include "views/snapshot.hpp"

#include <memory>
#include <string>

namespace cameo {

/// Why a document is not among the first of the list on screen: asked for, made by a job, and kept right while the fusion
/// changes. Also finds documents by their titles, to ask about. Lives on the window's thread.
class MissingFinder {
public:
    explicit MissingFinder(JobManager& jobs) : m_jobs(jobs) {}

    /// Where it names a query, the question waits for that query's result.
    void ask(const ExplainMissing& question);
    /// What is on screen, and what could answer; null: nothing.
    void follow(std::shared_ptr<const Trace> trace, const SearchEnginePointer& engine);
    /// A query that was waited for will not come: it failed, or another one took its place.
    void query_failed(const std::string& text, const std::string& reason);
    void query_asked(const std::string& text);
    void find_documents(const std::string& words);
    /// As for another session.
    void reset();

    const MissingReading& state() const { return m_state; }
    const DocumentSearch& documents() const { return m_documents; }

private:
    void look();
    void follow_fusion();

    JobManager& m_jobs;
    std::shared_ptr<const Trace> m_trace;
    SearchEnginePointer m_engine;
    std::shared_ptr<const Trace> m_found_under; ///< what `found` is worked out for
    MissingReading m_state;
    DocumentSearch m_documents;
};

} // namespace cameo
