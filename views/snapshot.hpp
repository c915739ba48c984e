#pragma once

#include "core/data/collection.hpp"
#include "core/eval/document_map.hpp"
#include "core/eval/fusion_field.hpp"
#include "core/eval/gate_report.hpp"
#include "core/eval/noise_storm.hpp"
#include "core/eval/own_slices.hpp"
#include "core/eval/judged_scores.hpp"
#include "core/eval/specialisation.hpp"
#include "core/index/index.hpp"
#include "core/jobs/job_snapshot.hpp"
#include "core/model/model.hpp"
#include "core/search/missing.hpp"
#include "core/search/query_words.hpp"
#include "core/search/trace.hpp"
#include "core/search/word_importance.hpp"
#include "core/train/competition/replay.hpp"
#include "views/diagnosis.hpp"
#include "views/index_state.hpp"
#include "views/notebook.hpp"
#include "views/phase.hpp"
#include "views/selection.hpp"
#include "views/swap_state.hpp"
#include "views/training_state.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cameo {

/// A message that stays until it is dismissed.
struct Notice {
    enum class Level { Info, Warning, Error };
    std::uint64_t id = 0;
    Level level = Level::Error;
    std::string sentence;
    std::string remedy; ///< what to do next; may be empty
};

/// A query that was run before. Its trace can be shown as long as the session has it.
struct PastQuery {
    std::string text;
    std::string trace_id; ///< empty: not kept
    std::int64_t at_ms = 0;
    std::string model, collection;
    bool operator==(const PastQuery&) const = default;
};

struct SampleQuery {
    std::string text;
    std::string category;
    std::string id;
};

/// What building the demo will fetch and cost, said before anybody presses the button.
struct DemoOffer {
    std::int64_t documents = 3000;     ///< packages of the quick start
    std::int64_t all_documents = 0;    ///< packages that growing takes; 0: not known before the first build
    std::uint64_t download_bytes = 0;  ///< 0: everything is here already
    std::uint64_t disk_bytes = 0;      ///< what lies on the disk afterwards; 0: not known
    double low_s = 0, high_s = 0;      ///< how long on this machine; 0: not known
    std::string folder;                ///< where it will lie
};

/// What there is to search with.
struct Workbench {
    Phase phase = Phase::Empty; ///< Empty: no model or no collection is set up: Welcome
    std::string error;
    std::vector<ModelSummary> models;
    std::vector<CollectionSummary> collections;
    std::string model, collection; ///< in use, or asked for
    std::vector<ExpertInfo> experts;
    bool learned_fusion = false; ///< the model has one, so queries can be fused by it
    std::optional<IndexInfo> index; ///< partial while documents < expected
    std::string unusable_index;     ///< why the index that is there does not serve: damaged, or of another version
    std::string index_away;         ///< why the server that has the index cannot be asked
    std::vector<SampleQuery> samples; ///< judged test queries and a few hand-picked ones
    std::map<std::string, std::string> provenance;
    DemoOffer demo;
    bool building = false; ///< the demo or an index is being built
    bool can_grow = false; ///< the Debian collection holds fewer packages than the machine's index
};

struct StatusLine {
    DeviceInfo device;
    std::uint64_t resident_bytes = 0;
};

enum class Appearance { Dark, Light };

struct Settings {
    Appearance appearance = Appearance::Dark;
    float ui_scale = 1.0f; ///< 0.75 … 3.0, on top of the monitor's own scale
    bool reduce_motion = false;
    bool high_contrast = false; ///< for projectors, and for whoever reads it better so
};

/// What was measured on the judged queries of the model and collection in use. Nothing of it is made before somebody asks;
/// then the rest follows by itself, and follows the fusion.
struct Judged {
    std::vector<std::string> splits; ///< of the collection that have judgments
    std::string split;               ///< the one that is, or would be, measured
    Phase phase = Phase::Empty;      ///< of `scores`. Empty: nobody has asked
    std::string error;
    std::shared_ptr<const JudgedScores> scores;
    std::shared_ptr<const std::vector<CompetitionInstance>> instances; ///< of all of them
    int measure = 0;                 ///< what is judged by (measure_name())
    bool following = false;          ///< `specialisation` and `fusion` are being made again
    std::string evaluation_trouble, field_trouble, specialisation_trouble; ///< why one of these could not be made; empty: nothing went wrong
    std::shared_ptr<const Evaluation> evaluation;         ///< experts, the usual fusions, BM25, the oracle
    std::shared_ptr<const std::vector<std::vector<MeanInterval>>> intervals; ///< of its systems' means, by measure
    std::shared_ptr<const FusionField> field;             ///< null where there are not two or three experts
    std::shared_ptr<const Specialisation> specialisation; ///< under the fusion in use and `measure`
    std::optional<Measures> fusion;  ///< means of the fusion in use
};

/// What the gate of the model in use makes of all queries and documents. Made when somebody asks.
struct GateReading {
    Phase phase = Phase::Empty;
    std::string error;
    std::shared_ptr<const GateReport> report;
};

/// A query's gate under noise. Made when somebody asks.
struct GateStorm {
    Phase phase = Phase::Empty;
    std::string error;
    std::string of; ///< Trace::id of the result that all of this is about, perhaps not the one on screen any more
    std::shared_ptr<const NoiseStorm> storm;
};

/// What each word of a query does for a document. Made when somebody asks.
struct ImportanceState {
    Phase phase = Phase::Empty;
    std::string error;
    std::string of;       ///< Trace::id of the result that it is about, perhaps not the one on screen any more
    FusionSpec fusion;    ///< that its ranks are under
    std::string document; ///< id
    std::shared_ptr<const QueryImportance> importance;
};

/// A document near another one, in an expert's space.
struct MapNeighbour {
    std::string id, title;
    float score = 0;
};

/// The documents in two dimensions. Made when somebody asks.
struct DocumentMapState {
    Phase phase = Phase::Empty;
    std::string error;
    std::size_t expert = 0; ///< whose space is, or would be, laid out
    MapLayout layout = MapLayout::Directions;
    std::shared_ptr<const DocumentMap> map;
    std::string neighbours_of; ///< id of the document that `neighbours` are near to
    std::vector<MapNeighbour> neighbours;
    std::string neighbours_error;
};

struct Snapshot;

/// What everything on screen is compared with.
struct Pin {
    enum class Kind {
        Setting,  ///< a model with a fusion: it answers every query that is on screen
        Result,   ///< one result, whatever is on screen
        Original, ///< the query on screen before somebody changed it: nobody has pinned that
    };
    Kind kind = Kind::Result;
    std::string label; ///< "came, z-score sum"; "came, sum: play music in the terminal"
    std::string brief; ///< "came, z-score sum", without weights: where there is little room
    std::shared_ptr<const Snapshot> then; ///< of its parts those that views show: result, ledger of the selected document, figures
};

struct NamedDocument {
    std::string id, title;
    bool operator==(const NamedDocument&) const = default;
};

/// Why a document is not among the first of the list on screen. Made when somebody asks; follows the fusion.
struct MissingReading {
    Phase phase = Phase::Empty;
    std::string error;
    std::string document;    ///< asked about
    std::int32_t within = 10;
    std::string waits_for;   ///< text of the query that has to be answered first; empty: none
    std::string of;          ///< Trace::id of the result that `found` is about, perhaps not the one on screen any more
    std::shared_ptr<const MissingDocument> found;
};

/// Documents of the collection in use by a part of their id or title.
struct DocumentSearch {
    Phase phase = Phase::Empty;
    std::string error;
    std::string words;
    std::vector<NamedDocument> found;
    bool more = false; ///< than are listed
};

/// Judgments that somebody has made here, or brought along: of this session, not the collection's own.
struct OwnJudgments {
    std::shared_ptr<const Grades> grades; ///< of the query on screen; null: none
    std::size_t queries = 0, documents = 0; ///< judged in the whole session: queries, and documents over all of them
};

/// All that a frame is drawn from: made on the window's thread before any view draws, immutable, cheap to copy.
struct Snapshot {
    Workbench workbench;
    IndexPlan index_plan;
    FusionSpec fusion; ///< what the next query is fused by; the trace on screen says its own

    Phase query_phase = Phase::Empty; ///< Loading: a query runs; `trace` is still the one before it
    std::string query_error;
    std::string failed_query; ///< what `query_error` is about, to try again
    std::shared_ptr<const Trace> trace; ///< null: no query yet
    bool trace_recorded = false; ///< the trace comes from a session and nothing is loaded to run it again yet
    std::string running_query;   ///< text of the query that runs
    std::shared_ptr<const Trace> original; ///< the query on screen before somebody changed it; null where nobody has, or it is not there
    std::vector<QueryWord> words; ///< of the original, or of the query on screen, and what somebody has done to them
    std::vector<TermEdit> term_edits; ///< of the query on screen, or of the change of it that runs

    Phase ledger_phase = Phase::Empty;
    std::string ledger_error;
    std::shared_ptr<const Ledger> ledger; ///< of selection.document under `trace`; null while it is made
    Phase reference_phase = Phase::Empty;
    std::string reference_error;
    std::shared_ptr<const Ledger> reference; ///< the same of selection.reference

    Judged judged;
    GateReading gate;
    GateStorm storm;
    ImportanceState importance;
    DocumentMapState map;
    std::optional<Pin> pin;
    MissingReading missing;
    DocumentSearch documents;
    OwnJudgments own;
    Trainings trainings;
    ModelSwap swap;
    Diagnosis diagnosis; ///< of the model in use, from what was measured
    std::vector<OwnSlice> slices; ///< of judged queries, as somebody has made them
    std::shared_ptr<const Notebook> notebook; ///< null: nothing was written or marked
    SessionFacts session;
    Selection selection;
    std::vector<PastQuery> history;   ///< newest first, no text twice
    std::vector<JobSnapshot> jobs;    ///< running and queued first, then ended ones, newest first
    std::vector<Notice> notices;
    StatusLine status;
    Settings settings;
    bool offers_tour = false; ///< something can be searched, and nobody has ended the tour in this session yet
};

} // namespace cameo
