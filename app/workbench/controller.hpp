#pragma once

#include "app/notice_board.hpp"
#include "app/workbench/importance_finder.hpp"
#include "app/workbench/index_desk.hpp"
#include "app/workbench/ledger_finder.hpp"
#include "app/workbench/map_maker.hpp"
#include "app/workbench/measurements.hpp"
#include "app/workbench/pinned.hpp"
#include "app/workbench/missing_finder.hpp"
#include "app/workbench/model_findings.hpp"
#include "app/workbench/run_files.hpp"
#include "app/workbench/sources.hpp"
#include "core/jobs/job_manager.hpp"
#include "core/search/query_words.hpp"
#include "views/snapshot.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace cameo {

/// What can be searched, what was asked, what was found: opens, queries and builds in jobs and keeps the answers for
/// the snapshot. Lives on the window's thread; answers arrive through JobManager::drain().
class WorkbenchController {
public:
    WorkbenchController(JobManager& jobs, NoticeBoard& notices, WorkbenchSources sources);

    /// Reads what models and collections there are, then opens the wanted ones, or the first of each. What is open
    /// already stays.
    void start(std::string model, std::string collection);
    /// Takes the query, its result and the chosen fusion away, as for another session.
    void reset();
    /// Reads again what models and collections there are: others may have made some.
    void look_again();
    void open_model(std::string name);
    void open_collection(std::string name);
    /// Builds the demo, or grows it to every package.
    void build_demo(bool all);
    void build_index(bool new_codecs = false);
    /// Both read the collection in use again afterwards; the index follows with build_index().
    void add_documents(const std::filesystem::path& path);
    void remove_document(const std::string& id);
    IndexDesk& index_desk() { return m_index_desk; }

    /// Makes a model that lies in a folder the one in use, once the collection in use is indexed for it: what was in use answers
    /// until then, and the two are held against each other on judged queries. @param swap what it is, for people
    void use_model(std::filesystem::path folder, ModelSwap swap);
    /// To what was in use before, at once.
    void go_back();
    /// What use_model() has begun is left.
    void drop_use();

    /// Runs it, or keeps it until there is something to search. A newer query replaces an older one.
    void run_query(std::string text);
    /// Runs the query on the screen with other weights of its terms, or shows it as it was where there are none. Where it
    /// cannot run, a notice says why.
    void try_terms(std::vector<TermEdit> edits, bool settled);
    /// Runs the query on the screen with some of its words masked or left out.
    void try_words(const std::vector<QueryWord>& words);
    /// Leaves out the words of the query on screen one by one, for the selected document.
    void weigh_words();
    /// One more of them, by its word.
    void add_term(const std::string& word, float weight);
    /// Runs the query on the screen with so many candidates of each expert, kMostCandidates at most; its terms keep their weights.
    void search_deeper(std::int32_t depth);
    /// Why a document is not among the first; runs the query that it is asked of where another one is on screen.
    void explain_missing(const ExplainMissing& question);
    /// Re-fuses the trace at once; later queries use it too. Empty: the model's own again.
    void set_fusion(std::optional<FusionSpec> fusion);
    /// Follows the selection with the ledgers of both documents.
    void select(const std::string& document, const std::string& reference);

    /// What is on screen is compared with what the model and the fusion in use make of it, or with the result on screen.
    void pin_setting();
    void pin_result();
    void pin_result(std::shared_ptr<const Trace> trace);
    Pinned::What pinned() const { return m_pinned.what(); }
    void pin(Pinned::What what);
    void unpin();

    /// The query that runs, or waits to, is left: something else is wanted on the screen.
    void drop_query();

    /// Puts a trace of an earlier session, or of the selection history, on the screen: under the fusion that was chosen,
    /// or else as it was.
    void show(std::shared_ptr<const Trace> trace, bool recorded);

    const std::shared_ptr<const Trace>& trace() const { return m_trace; }
    /// What the next query is fused by.
    FusionSpec fusion() const;
    /// What somebody has asked for; empty: the model's own.
    const std::optional<FusionSpec>& chosen_fusion() const { return m_fusion; }
    /// By which it is opened again: a name, or a folder.
    const std::string& model() const { return m_model_source.empty() ? m_bench.model : m_model_source; }
    const std::string& collection() const { return m_bench.collection; }
    const Workbench& bench() const { return m_bench; }
    bool is_building() const { return m_building; }

    Measurements& measurements() { return m_measurements; }
    RunFiles& run_files() { return m_run_files; }
    /// What could be searched; null: nothing.
    const SearchEnginePointer& engine() const { return m_engine; }
    /// Null: none is open.
    const std::shared_ptr<const Collection>& opened_collection() const { return m_collection; }
    MapMaker& map() { return m_map; }
    MissingFinder& missing() { return m_missing; }

    /// Its parts of the snapshot. What is pinned is told the selection that the snapshot has already.
    void fill(Snapshot& snapshot);

    /// Called when a query was answered.
    std::function<void(std::shared_ptr<const Trace>)> on_trace;
    /// Called when a change of the query on the screen was answered. @param settled it is worth keeping
    std::function<void(std::shared_ptr<const Trace>, bool settled)> on_trial;

private:
    static constexpr const char* kNothingYet = "There is nothing to search yet: build the demo first.";

    struct Opened {
        SearchEnginePointer engine; ///< null: there is no index of the two yet
        std::string unusable_index; ///< or why the one that is there does not serve
        std::string index_away;     ///< or why the server that has it cannot be asked
        std::shared_ptr<const Model> model;
        std::shared_ptr<const Collection> collection;
        std::vector<SampleQuery> samples;
        std::vector<std::string> judged_splits;
        std::map<std::string, std::string> provenance;
        std::vector<ExpertInfo> experts;
        DeviceInfo device;
        FusionSpec default_fusion;
        std::optional<IndexSettings> index_settings;
    };
    static Opened describe(const WorkbenchSources& sources, std::shared_ptr<const Model> model,
                           std::shared_ptr<const Collection> collection, SearchEnginePointer engine);

    /// What a swap took out of use.
    struct Back {
        SearchEnginePointer engine; ///< null: there was nothing to search with
        std::shared_ptr<const Model> model;
        std::string source;
    };
    void guard(const std::string& split);
    /// Whoever chooses a model, a collection or a session has left what a swap was about.
    void leave_swap();
    ModelSwap swap() const;

    void open();
    void take(Opened opened);
    /// What did not open has none of the figures of what was open before, and nothing is built or changed in its name.
    void let_go();
    /// Takes what a build has so far, unless somebody has turned to something else meanwhile.
    void take_built(Opened opened);
    void build_ended(JobState state, const std::string& error);
    void tell_drift(const IndexReport& report);
    void change_collection(std::string job, std::function<CollectionChange(const std::string& collection, Progress&)> change);
    void refresh_lists();
    void probe();
    void find_ledgers();
    void put(std::shared_ptr<const Trace> trace, bool recorded);
    void run_pending();
    void run(QueryRequest request, std::function<void()> answered);
    /// Runs a change of the query on screen.
    void try_out(QueryRequest request, bool settled);
    /// Those of the change that runs, or of the query on screen.
    std::vector<TermEdit> term_edits() const;
    /// Whether what is open can run the query on the screen again; a notice says why it cannot.
    bool can_try();
    /// Runs a change of the query on the screen, or shows the original where it is none.
    void try_change(std::string text, std::vector<TermEdit> edits, bool settled);
    void fail_query(std::string text, std::string reason);
    /// A query that waits for something to search will wait in vain.
    void fail_pending(const std::string& reason);
    void fuse_trace();

    JobManager& m_jobs;
    NoticeBoard& m_notices;
    std::shared_ptr<const WorkbenchSources> m_sources; ///< shared with jobs, which may outlive this object's calls

    Workbench m_bench;
    DeviceInfo m_device;
    SearchEnginePointer m_engine;
    std::shared_ptr<const Model> m_model;
    std::shared_ptr<const Collection> m_collection;
    std::string m_model_source; ///< the folder of a model that is not stored under its name; empty: it is
    ModelSwap m_swap;
    std::optional<ModelSwap> m_swap_in_hand; ///< that is being made ready
    std::optional<Back> m_back;
    bool m_building = false;
    bool m_follow_build = false;  ///< what is built is what somebody wants to see
    std::pair<std::string, std::string> m_built; ///< model and collection of the build that runs, once they are known
    bool m_open_listed = false;   ///< once the lists are read

    std::optional<FusionSpec> m_fusion;
    FusionSpec m_default_fusion;
    Phase m_query_phase = Phase::Empty;
    std::string m_query_error, m_failed_query, m_running_query, m_pending_query;
    bool m_nothing_to_search = false; ///< this is why the query failed
    std::shared_ptr<const Trace> m_trace;
    FusionSpec m_trace_fusion; ///< as the trace came
    bool m_recorded = false;
    std::optional<std::vector<TermEdit>> m_trying; ///< the change that runs
    std::vector<QueryWord> m_words; ///< as somebody has changed them last; they hold for a query that they stand for
    std::shared_ptr<const Trace> m_untried; ///< the query on the screen before anybody changed its terms

    std::string m_document, m_reference;
    LedgerFinder m_ledger, m_reference_ledger;
    Measurements m_measurements;
    ModelFindings m_findings;
    MapMaker m_map;
    Pinned m_pinned;
    ImportanceFinder m_importance;
    MissingFinder m_missing;
    RunFiles m_run_files;
    IndexDesk m_index_desk;
};

} // namespace cameo
