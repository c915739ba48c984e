#pragma once

#include "app/workbench/sources.hpp"
#include "core/jobs/job_manager.hpp"
#include "views/snapshot.hpp"

#include <memory>
#include <string>

namespace cameo {

/// The ledger of one document under the trace on screen: from the trace where that has it, else by a job. Lives on the
/// window's thread.
class LedgerFinder {
public:
    /// @param tag of its jobs, one a finder: a newer one replaces an older one
    LedgerFinder(JobManager& jobs, std::string tag) : m_jobs(jobs), m_tag(std::move(tag)) {}

    /// What is being looked for already goes on. An empty document, or no trace, is nothing.
    void find(std::shared_ptr<const Trace> trace, const std::string& document, const SearchEnginePointer& engine);

    Phase phase() const { return m_phase; }
    const std::string& error() const { return m_error; }
    const std::shared_ptr<const Ledger>& ledger() const { return m_ledger; }

private:
    bool refuse();

    JobManager& m_jobs;
    std::string m_tag;
    std::shared_ptr<const Trace> m_trace; ///< what m_document is, or is being, explained under
    std::string m_document;
    Phase m_phase = Phase::Empty;
    std::string m_error;
    std::shared_ptr<const Ledger> m_ledger;
};

} // namespace cameo
