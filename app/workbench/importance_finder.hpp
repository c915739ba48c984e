#pragma once

#include "app/workbench/sources.hpp"
#include "core/jobs/job_manager.hpp"
#include "views/snapshot.hpp"

#include <memory>
#include <string>

namespace cameo {

/// Leaves out the words of the query on screen when somebody asks. Lives on the window's thread.
class ImportanceFinder {
public:
    explicit ImportanceFinder(JobManager& jobs) : m_jobs(jobs) {}

    /// A newer one replaces an older one. Where the result is not of what is open the state says so.
    void find(std::shared_ptr<const Trace> trace, const std::string& document, const SearchEnginePointer& engine);
    void forget();

    const ImportanceState& state() const { return m_state; }

private:
    JobManager& m_jobs;
    ImportanceState m_state;
};

} // namespace cameo
