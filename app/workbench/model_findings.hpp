#pragma once

#include "app/workbench/sources.hpp"
#include "core/jobs/job_manager.hpp"
#include "views/snapshot.hpp"

#include <memory>

namespace cameo {

/// What is wrong with the model in use, from what somebody has had measured: nothing is measured for it. Follows the scores of
/// the judged queries, the gate's report and the fusion. Lives on the window's thread.
class ModelFindings {
public:
    explicit ModelFindings(JobManager& jobs) : m_jobs(jobs) {}

    void follow(const Judged& judged, const GateReading& gate, const SearchEnginePointer& engine, const FusionSpec& fusion);
    const Diagnosis& diagnosis() const { return m_diagnosis; }

private:
    JobManager& m_jobs;
    std::shared_ptr<const JudgedScores> m_scores;
    std::shared_ptr<const GateReport> m_report;
    FusionSpec m_fusion;
    Diagnosis m_diagnosis;
};

} // namespace cameo
