#pragma once

#include "core/data/run_file.hpp"
#include "core/eval/own_slices.hpp"
#include "core/search/fusion.hpp"
#include "core/search/query_words.hpp"
#include "core/search/trace.hpp"
#include "views/selection.hpp"
#include "views/snapshot.hpp"
#include "views/view_table.hpp"

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace cameo {

struct RunQuery { std::string text; };
struct OpenTrace { std::string id; }; ///< shows a kept result as it was recorded
/// Runs the query on the screen with other weights of its terms; empty: as it was.
struct TryTerms {
    std::vector<TermEdit> edits;
    bool settled = true; ///< false: somebody still drags; the result is not kept
};
/// Runs the query on the screen with some of its words masked or left out; all kept: as it was.
struct TryWords { std::vector<QueryWord> words; };
struct WeighWords {}; ///< leaves out the words of the query on screen one by one, for the selected document
struct AddTerm { std::string word; float weight = 1; }; ///< one more of them, by its word
struct SetFusion { FusionSpec fusion; };
struct MeasureJudged { std::string split; }; ///< runs every judged query; minutes for thousands of them
struct JudgeBy { int measure = 0; };         ///< measure_name()
struct SetSlices { std::vector<OwnSlice> slices; }; ///< of the judged queries, instead of those that there are
struct ReadGate {};                          ///< runs all queries and documents through the gate
struct StormGate {};                         ///< draws noise on the gate of the query on screen, many times
struct LayOutMap { std::size_t expert = 0; MapLayout layout = MapLayout::Directions; }; ///< the index's documents in two dimensions, as that expert sees them
struct PinSetting {}; ///< what is on screen from now on is compared with what the model and fusion in use make of it
struct PinResult {};  ///< … with the result on screen
struct Unpin {};
/// Why a document is not among the first of the list on screen, or of another query's, which runs first.
struct ExplainMissing {
    std::string document;
    std::int32_t within = 10;
    std::string query; ///< empty: the one on screen
};
struct SearchDeeper { std::int32_t depth = 0; };  ///< the query on screen again, with so many candidates of each expert
struct FindDocuments { std::string words; };      ///< of the collection in use, by a part of their id or title
struct GradeDocument { std::string document; std::optional<int> grade; }; ///< for the query on screen; no grade: takes it back
struct ExportJudgments { QrelsFormat format = QrelsFormat::Trec; };
struct ImportJudgments {};
struct ExportRun { std::string system; };         ///< SystemResult::name, as a TREC run file
struct ImportRun {};                              ///< a TREC run file as one more system of the comparison
struct DropSystem { std::string system; };        ///< takes an imported one out of it
struct Present {};                        ///< to an audience, from what is on screen or the bookmark that was gone to last
struct AddBookmark { std::string story; }; ///< of what is on screen; as a step of that story, behind the one that was gone to last, or of none
struct OpenBookmark { std::string id; };  ///< brings its place back
struct StepBookmark { int by = 1; };      ///< … of the one so many places behind it
struct EditBookmark { std::string id, title, caption; };
struct RetakeBookmark { std::string id; }; ///< makes it one of what is on screen
struct MoveBookmark { std::string id; std::size_t place = 0; }; ///< from 0
struct RemoveBookmark { std::string id; };
struct AskAnew { std::string id; bool on = true; };          ///< a bookmark's query is asked again wherever it is gone to
struct PutInStory { std::string id, story; };                ///< makes a bookmark the last step of a story, or of none
/// From its first step; one that ships is taken into the session.
struct TellStory {
    std::string id;
    bool anew = false; ///< every query is asked again; else those are that the story says so of
};
struct EndStory {};                                          ///< no story is told or recorded any more
struct RecordStory { std::string id; };                      ///< what is looked at becomes its steps; empty: of a new one
struct EditStory { std::string id, title, about; };
struct MoveStory { std::string id; std::size_t place = 0; }; ///< from 0
struct RemoveStory { std::string id; };                      ///< with its steps
struct WriteNote { NoteSubject about; std::string text; }; ///< blank: takes it out
struct OpenSession { std::filesystem::path file; };  ///< empty: asks which
struct MergeSession { std::filesystem::path file; }; ///< adds what another one has to this one; empty: asks which
struct ReportSession { std::string story; };         ///< into a page that is asked for; of one story, or of all
struct CopySession {};                               ///< into a file that is asked for
struct Select { Selection selection; };
struct OpenModel { std::string name; };
struct OpenCollection { std::string name; };
struct BuildDemo { bool all = false; }; ///< all: grow to every package
/// Of the model and collection in use, as it is wanted.
struct BuildIndex {
    bool new_codecs = false; ///< fits the compression of token vectors to all documents, and encodes these again
};
struct PlanIndex { IndexSettings wanted; std::uint64_t memory = 0; }; ///< changes nothing before it is built
struct HoldToken { std::string token; }; ///< for the Milvus server that is wanted, in memory only; empty: forgets it
struct AddDocuments {};                  ///< to the collection in use, from a file that is asked for
struct RemoveDocument { std::string id; }; ///< from the collection in use, once that is confirmed
struct ShowTraining { std::filesystem::path folder; };  ///< looks at it
struct OverlayTraining { std::filesystem::path folder; bool on = true; }; ///< draws it over the one that is looked at, or no more
struct OpenTraining {};                                ///< asks for a training's folder from elsewhere
struct CloseTraining { std::filesystem::path folder; }; ///< one from elsewhere is listed no more
struct SteerTraining { std::filesystem::path folder; CommandKind kind = CommandKind::Pause; std::string argument; };
struct ResumeTraining { std::filesystem::path folder; }; ///< starts its process again
struct WithdrawTraining { std::filesystem::path folder; }; ///< out of the queue
struct MarkTraining { std::filesystem::path folder; TrainingMarks marks; };
struct LookAtStep { std::int64_t step = -1; };          ///< of the training that is looked at; -1: as it is
/// What a draft begins with.
struct DraftTraining {
    std::string recipe;              ///< a recipe's file
    std::filesystem::path training;  ///< or a training's settings; both empty: the model and collection in use
    std::int64_t step = -1;          ///< begins with the training's checkpoint of that step; -1: as that training began
    std::vector<std::string> set;    ///< "gate.load=0.01": changed on top
};
struct DraftFromJudgments {}; ///< the model in use, to be trained on what somebody has judged in this session as well
/// Makes a checkpoint's model the one in use, once the collection is indexed for it; what is in use answers until then.
struct UseCheckpoint { std::filesystem::path folder; std::int64_t step = -1; }; ///< -1: the training's result
struct GoBack {};             ///< to the model that was in use before
struct DropUse {};            ///< a checkpoint that is being put to use is not
struct EditDraft { std::string assignment; }; ///< "optimizer.gate_rate=0.001"; "threads=2"
struct DropDraft {};
struct StartDraft {};
struct CancelJob { std::uint64_t id = 0; };
struct ForgetJob { std::uint64_t id = 0; }; ///< takes an ended job off the list
struct DismissNotice { std::uint64_t id = 0; };
struct ChangeSettings { Settings settings; };
struct CopyText { std::string text; };
struct ExportTable { std::shared_ptr<const ViewTable> table; TableFormat format = TableFormat::Csv; bool to_file = false; }; ///< else to the clipboard
struct ExportPicture { std::string view; PictureFormat format = PictureFormat::Png; }; ///< a picture of the view of that title, into a file that is asked for
struct ShowView { std::string title; }; ///< opens and focuses a view
struct TakeTour {};                     ///< from its first step
struct OpenPalette {};                  ///< the command palette (Ctrl+P)
struct KeepDrawing {};                  ///< something on screen moves: draw the next frame without waiting for an event

using AnyCommand = std::variant<RunQuery, OpenTrace, TryTerms, TryWords, WeighWords, AddTerm, MeasureJudged, JudgeBy, SetSlices, ReadGate, StormGate, LayOutMap, SetFusion, ExplainMissing, SearchDeeper, FindDocuments, GradeDocument, ExportJudgments, ImportJudgments, ExportRun, ImportRun, DropSystem, PinSetting, PinResult, Unpin, ShowTraining, OverlayTraining, OpenTraining, CloseTraining, SteerTraining, ResumeTraining, WithdrawTraining, MarkTraining, LookAtStep, DraftTraining, DraftFromJudgments, UseCheckpoint, GoBack, DropUse, EditDraft, DropDraft, StartDraft, Present, AddBookmark, OpenBookmark, StepBookmark, EditBookmark, RetakeBookmark, MoveBookmark, RemoveBookmark, AskAnew, PutInStory, TellStory, EndStory, RecordStory, EditStory, MoveStory, RemoveStory, WriteNote, OpenSession, MergeSession, ReportSession, CopySession, Select, OpenModel, OpenCollection, BuildDemo, BuildIndex, PlanIndex, HoldToken, AddDocuments, RemoveDocument, CancelJob,
                             ForgetJob, DismissNotice, ChangeSettings, CopyText, ExportTable, ExportPicture, ShowView, TakeTour, OpenPalette, KeepDrawing>;
/// What a view asks for. Views change nothing themselves; the program acts on these after the frame, and tests read them.
/// It is copied, moved and destroyed in one place for all who ask: for so many kinds every file would spend seconds on it.
struct Command : AnyCommand {
    template <class Kind>
        requires(!std::derived_from<std::remove_cvref_t<Kind>, AnyCommand>)
    Command(Kind&& kind) : AnyCommand(std::in_place_type<std::remove_cvref_t<Kind>>, std::forward<Kind>(kind)) {}
    Command(const Command&);
    Command(Command&&) noexcept;
    Command& operator=(const Command&);
    Command& operator=(Command&&) noexcept;
    ~Command();
};
using Commands = std::vector<Command>;

} // namespace cameo
