#pragma once

#include "app/workbench/sources.hpp"
#include "core/jobs/job_manager.hpp"
#include "views/snapshot.hpp"

#include <string>

namespace cameo {

/// Lays out the documents of what is open when somebody asks, and follows the selection with their neighbours. Lives on the
/// window's thread.
class MapMaker {
public:
    explicit MapMaker(JobManager& jobs) : m_jobs(jobs) {}

    /// What can be searched now; null: nothing. A map of something else is forgotten.
    void follow(const SearchEnginePointer& engine);
    void lay_out(std::size_t expert, MapLayout layout);
    /// The selected document; its neighbours are looked for where there is a map.
    void select(const std::string& document);

    const DocumentMapState& state() const { return m_state; }

private:
    void find_neighbours();

    JobManager& m_jobs;
    SearchEnginePointer m_engine;
    DocumentMapState m_state;
    std::string m_document;
};

} // namespace cameo
