#pragma once

#include "app/workbench/ledger_finder.hpp"
#include "app/workbench/sources.hpp"
#include "core/jobs/job_manager.hpp"
#include "views/snapshot.hpp"

#include <memory>
#include <optional>
#include <string>

namespace cameo {

/// What was pinned to compare with, and what it makes of the query and document on screen. Lives on the window's thread.
class Pinned {
public:
    explicit Pinned(JobManager& jobs) : m_jobs(jobs), m_ledger(jobs, "pinned ledger") {}

    /// A model with its index, and a fusion: every query on screen is put to them too. The engine is held until it is let go.
    void pin_setting(SearchEnginePointer engine, const FusionSpec& fusion);
    /// One result as it stands.
    void pin_result(std::shared_ptr<const Trace> trace);
    void release();

    /// What somebody has pinned, to pin it again later.
    struct What {
        std::optional<Pin::Kind> kind; ///< empty: nothing
        SearchEnginePointer engine;
        FusionSpec fusion;
        std::shared_ptr<const Trace> result;
    };
    What what() const { return {m_kind, m_engine, m_fusion, m_result}; }
    void pin(What what);

    /// What is on screen now, and what it was made by. @param original the query before somebody changed it; null: it is as asked
    void follow(const std::shared_ptr<const Trace>& trace, const std::shared_ptr<const Trace>& original, const std::string& document,
                const SearchEnginePointer& engine);
    /// What is measured of the setting in use. It is kept while that setting is the pinned one.
    void keep(const Snapshot& measured, const SearchEnginePointer& engine, const FusionSpec& fusion);

    /// Whether it answers by another model than this one.
    bool is_another(const SearchEnginePointer& engine) const { return m_kind == Pin::Kind::Setting && m_engine != engine; }
    /// For the snapshot; empty where nothing is compared. @param selection what `then` says is selected
    std::optional<Pin> pin(const Selection& selection) const;

private:
    void ask(const Trace& trace);
    void set_reference(std::shared_ptr<const Trace> trace, const SearchEnginePointer& engine);

    JobManager& m_jobs;
    std::optional<Pin::Kind> m_kind;         ///< of what somebody has pinned
    SearchEnginePointer m_engine;            ///< of a pinned setting
    FusionSpec m_fusion;                     ///< of it
    std::shared_ptr<const Trace> m_result;   ///< that was pinned
    Snapshot m_measured;                     ///< figures of the pinned setting; nothing else of it is set

    std::shared_ptr<const Trace> m_answer;   ///< the last query that was put to the pinned model
    std::string m_asked;                     ///< query that was put to it last
    std::int32_t m_asked_depth = 0;          ///< with so many candidates of each expert
    bool m_asking = false;
    std::string m_error;                     ///< why it has no answer
    std::shared_ptr<const Trace> m_followed, m_followed_original; ///< what is on screen, to look again once an answer has come
    SearchEnginePointer m_open;
    std::string m_document;
    bool m_original = false;                 ///< the reference is the query as it was asked
    std::shared_ptr<const Trace> m_reference;
    LedgerFinder m_ledger;
};

} // namespace cameo
