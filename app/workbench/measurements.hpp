#pragma once

#include "app/workbench/sources.hpp"
#include "core/jobs/job_manager.hpp"
#include "views/snapshot.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cameo {

/// Measures the judged queries of what is open when somebody asks, and everything that follows from their scores. Lives on
/// the window's thread.
class Measurements {
public:
    Measurements(JobManager& jobs, std::shared_ptr<const WorkbenchSources> sources) : m_jobs(jobs), m_sources(std::move(sources)) {}

    /// What can be searched now; null: nothing. Scores of another model, collection or index are forgotten.
    void follow(const SearchEnginePointer& engine, std::vector<std::string> splits);
    /// What queries are fused by.
    void use(const FusionSpec& fusion);
    void measure(const std::string& split);
    void judge_by(int measure);
    /// Slices of the judged queries that somebody has made.
    void use_slices(std::vector<OwnSlice> slices);
    const std::vector<OwnSlice>& slices() const { return m_slices; }
    /// Compares a run file with the rest, under a name of its own; or takes one, or another model's system, out again.
    void add_run(std::shared_ptr<const RunFile> run);
    void drop_system(const std::string& name);
    /// Runs all queries and documents through the model's gate.
    void read_gate();

    /// Draws noise on the gate of a result of what is open.
    void storm_gate(std::shared_ptr<const Trace> trace);

    const Judged& judged() const { return m_judged; }
    const GateReading& gate() const { return m_gate; }
    const GateStorm& storm() const { return m_storm; }

private:
    /// What figures are about: they hold for nothing else.
    struct Of {
        std::string model_version, collection_version;
        std::int64_t documents = 0; ///< of the index
        bool operator==(const Of&) const = default;
    };
    static std::optional<Of> of(const SearchEnginePointer& engine);

    /// Systems that were measured on the same queries as what is measured now: run files, other models'.
    struct Guest {
        std::string name;
        std::shared_ptr<const RunFile> run;  ///< of a file; null: `measured` is all there is
        SystemResult measured;
        std::string model_version;           ///< of another model's
        std::string collection_version, split;
        std::int64_t documents = 0;          ///< of the index that it was measured on
    };

    void forget();
    /// What has been measured stays for comparison when another model is opened.
    void keep_as_guests();
    /// Those of the same queries, as systems. In a job: run files are measured here.
    static std::vector<SystemResult> as_systems(const std::vector<Guest>& guests, const JudgedScores& scores);
    void evaluate();
    void lay_out_mixes();
    void specialise_again();

    JobManager& m_jobs;
    std::shared_ptr<const WorkbenchSources> m_sources;
    SearchEnginePointer m_engine;
    FusionSpec m_fusion;
    std::vector<OwnSlice> m_slices;
    Judged m_judged;
    GateReading m_gate;
    GateStorm m_storm;
    std::optional<Of> m_judged_of, m_gate_of;
    std::vector<Guest> m_guests;
    std::optional<FusionFieldOptions> m_laying_out; ///< mixes that are being tried
};

} // namespace cameo
