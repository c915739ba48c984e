#pragma once

#include "core/search/fusion.hpp"
#include "core/search/trace.hpp"
#include "views/selection.hpp"
#include "views/snapshot.hpp"
#include "views/view_table.hpp"

#include <cstdint>
#include <string>
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
struct AddTerm { std::string word; float weight = 1; }; ///< one more of them, by its word
struct SetFusion { FusionSpec fusion; };
struct MeasureJudged { std::string split; }; ///< runs every judged query; minutes for thousands of them
struct JudgeBy { int measure = 0; };         ///< measure_name()
struct ReadGate {};                          ///< runs all queries and documents through the gate
struct StormGate {};                         ///< draws noise on the gate of the query on screen, many times
struct LayOutMap { std::size_t expert = 0; }; ///< the index's documents in two dimensions, as that expert sees them
struct Select { Selection selection; };
struct OpenModel { std::string name; };
struct OpenCollection { std::string name; };
struct BuildDemo { bool all = false; }; ///< all: grow to every package
struct BuildIndex {};                   ///< of the model and collection in use
struct CancelJob { std::uint64_t id = 0; };
struct ForgetJob { std::uint64_t id = 0; }; ///< takes an ended job off the list
struct DismissNotice { std::uint64_t id = 0; };
struct ChangeSettings { Settings settings; };
struct CopyText { std::string text; };
struct ExportTable { ViewTable table; TableFormat format = TableFormat::Csv; bool to_file = false; }; ///< else to the clipboard
struct ExportPicture { std::string view; PictureFormat format = PictureFormat::Png; }; ///< a picture of the view of that title, into a file that is asked for
struct ShowView { std::string title; }; ///< opens and focuses a view
struct OpenPalette {};                  ///< the command palette (Ctrl+P)
struct KeepDrawing {};                  ///< something on screen moves: draw the next frame without waiting for an event

/// What a view asks for. Views change nothing themselves; the program acts on these after the frame, and tests read them.
using Command = std::variant<RunQuery, OpenTrace, TryTerms, AddTerm, MeasureJudged, JudgeBy, ReadGate, StormGate, LayOutMap, SetFusion, Select, OpenModel, OpenCollection, BuildDemo, BuildIndex, CancelJob,
                             ForgetJob, DismissNotice, ChangeSettings, CopyText, ExportTable, ExportPicture, ShowView, OpenPalette, KeepDrawing>;
using Commands = std::vector<Command>;

} // namespace cameo
