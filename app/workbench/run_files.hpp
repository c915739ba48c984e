#pragma once

#include "app/notice_board.hpp"
#include "app/workbench/sources.hpp"
#include "core/data/run_file.hpp"
#include "core/eval/judged_scores.hpp"
#include "core/jobs/job_manager.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace cameo {

/// TREC run files of what is measured, and of other programs: written and read in jobs, what went wrong is a notice. Lives
/// on the window's thread.
class RunFiles {
public:
    RunFiles(JobManager& jobs, NoticeBoard& notices, std::shared_ptr<const WorkbenchSources> sources)
        : m_jobs(jobs), m_notices(notices), m_sources(std::move(sources)) {}

    /// The lists of one system, replacing what is there.
    void save(std::shared_ptr<const JudgedScores> scores, const SearchEnginePointer& engine, const std::string& system, const std::filesystem::path& file);
    /// @param take whether it is compared with the rest, which is then told; not called for a file that cannot be read, or that has none of the judged queries
    void load(std::shared_ptr<const JudgedScores> scores, const std::filesystem::path& file, std::function<bool(std::shared_ptr<const RunFile>)> take);

private:
    JobManager& m_jobs;
    NoticeBoard& m_notices;
    std::shared_ptr<const WorkbenchSources> m_sources;
};

} // namespace cameo
