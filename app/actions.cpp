#include "app/app.hpp"
#include "app/action_steps.hpp"
#include "app/exchange_steps.hpp"
#include "app/glossary_actions.hpp"
#include "app/index_actions.hpp"
#include "app/notebook_actions.hpp"
#include "app/session/saved_settings.hpp"
#include "app/shell/layouts.hpp"
#include "app/training_actions.hpp"
#include "core/search/fusion.hpp"
#include "views/fusion_chooser.hpp"
#include "views/evaluation_words.hpp"
#include "views/icons.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace cameo {

namespace {

constexpr ImGuiKeyChord kCtrl = ImGuiMod_Ctrl, kShift = ImGuiMod_Shift, kAlt = ImGuiMod_Alt;

/// Of the view that somebody works in.
void add_pictures(App& app, CommandTable& table) {
    const auto save = [&app, &table](const char* kind, PictureFormat format, const char* title, const char* help) {
        table.add({.id = std::string("picture.") + kind, .title = title, .menu = "File", .help = help,
                   .run = [&app, format] { app.act(ExportPicture{app.shell().view_in_use(), format}); },
                   .why_disabled = [&app]() -> std::string {
                       return app.shell().view_in_use().empty() ? "no view is in use: click into one" : "";
                   },
                   .separator_before = format == PictureFormat::Png});
    };
    save("png", PictureFormat::Png, "Save a picture of this view as PNG \u2026", "The view in use at twice its pixels, on light ground, with where its figures come from.");
    save("svg", PictureFormat::Svg, "Save a picture of this view as SVG \u2026", "The view in use as shapes and text for papers, on light ground, with where its figures come from.");
    save("page", PictureFormat::Page, "Save this view as a web page or PDF \u2026", "The view in use as one page that needs nothing else: its picture, its figures as a table that can be sorted, and where they come from.");
}

void add_file(App& app, CommandTable& table) {
    const auto building = [&app]() -> std::string {
        return app.workbench().is_building() ? "something is being built already" : "";
    };
    table.add({.id = "session.open", .title = "Open a session …", .menu = "File",
               .help = "Opens a .cameo file: its results, layout and settings, even where its model is missing.",
               .icon = icon::kFolder, .shortcuts = {kCtrl | ImGuiKey_O}, .run = [&app] { ask_for_session(app); }});
    table.add({.id = "session.copy", .title = "Save a copy of the session …", .menu = "File",
               .help = "Writes everything of this session into one file that opens elsewhere.",
               .shortcuts = {kCtrl | kShift | ImGuiKey_S}, .run = [&app] { ask_for_session_copy(app); }});
    table.add({.id = "session.merge", .title = "Merge another session \u2026", .menu = "File",
               .help = "Adds its results, judgments, notes, bookmarks, slices and layouts to this session; what is here stays.",
               .run = [&app] { ask_for_session_to_merge(app); },
               .why_disabled = [&app]() -> std::string { return app.now().session.file.empty() || app.now().session.read_only ? "this session is not kept" : ""; }});
    table.add({.id = "session.report", .title = "Save a report \u2026", .menu = "File",
               .help = "Writes the session's bookmarks, with their results taken apart, as one page for a browser.",
               .run = [&app] { ask_for_report(app); },
               .why_disabled = [&app]() -> std::string { return app.now().session.file.empty() ? "this session is not kept" : ""; }});
    add_exchange_actions(app, table);
    add_pictures(app, table);
    table.add({.id = "demo.build", .title = "Build the demo", .menu = "File",
               .help = "Makes the demo model and a collection of 3,000 Debian packages, with what is needed to search it.",
               .icon = icon::kDownload, .run = [&app] { app.act(BuildDemo{false}); },
               .why_disabled = building, .separator_before = true});
    table.add({.id = "demo.grow", .title = "Grow the demo to every package", .menu = "File",
               .help = "Takes every package of this machine's Debian index into the demo collection.",
               .icon = icon::kPlus, .run = [&app] { app.act(BuildDemo{true}); },
               .why_disabled = [&app, building]() -> std::string {
                   if (auto reason = building(); !reason.empty()) return reason;
                   return app.now().workbench.can_grow ? "" : "the Debian collection in use has all there is, or is not in use";
               }});
    add_index_actions(app, table);
    table.add({.id = "app.quit", .title = "Quit", .menu = "File", .help = "Everything is kept for the next start.",
               .shortcuts = {kCtrl | ImGuiKey_Q}, .run = [&app] { app.quit(); }, .separator_before = true});
}

void add_edit(App& app, CommandTable& table) {
    table.add({.id = "edit.undo", .title = "Undo", .menu = "Edit",
               .help = "Takes back the last change of layout, views, fusion, settings, grades, notes or bookmarks.", .icon = icon::kUndo,
               .shortcuts = {kCtrl | ImGuiKey_Z}, .run = [&app] { app.undo(); },
               .why_disabled = [&app] { return app.why_no_undo(); }});
    table.add({.id = "edit.redo", .title = "Redo", .menu = "Edit", .help = "Brings back what was taken back.",
               .icon = icon::kRedo, .shortcuts = {kCtrl | ImGuiKey_Y, kCtrl | kShift | ImGuiKey_Z},
               .run = [&app] { app.redo(); }, .why_disabled = [&app] { return app.why_no_redo(); }});
    const auto no_trace = [&app]() -> std::string { return app.now().trace ? "" : "there is no result yet"; };
    table.add({.id = "edit.copy_results", .title = "Copy the fused list as a table", .menu = "Edit",
               .help = "Copies rank, document, score and each expert's part, separated by tabs.", .icon = icon::kCopy,
               .shortcuts = {kCtrl | kShift | ImGuiKey_C}, .run = [&app] { copy_results(app); },
               .why_disabled = no_trace, .separator_before = true});
    table.add({.id = "edit.copy_command", .title = "Copy the query as a command line", .menu = "Edit",
               .help = "Copies the cameo query command that gives the same list without a window.",
               .run = [&app] { copy_command_line(app); }, .why_disabled = no_trace});
    table.add({.id = "history.clear", .title = "Forget past queries", .menu = "Edit",
               .help = "Empties the list of past queries; their results are kept. Undo brings it back.", .icon = icon::kHistory,
               .run = [&app] { app.clear_history(); },
               .why_disabled = [&app]() -> std::string { return app.now().history.empty() ? "there are none" : ""; }});
}

void add_go(App& app, CommandTable& table) {
    table.add({.id = "search.focus", .title = "Search", .menu = "Go", .help = "Puts the caret into the search box.",
               .icon = icon::kSearch, .shortcuts = {kCtrl | ImGuiKey_F, ImGuiKey_Slash},
               .run = [&app] { app.focus_search(); }});
    table.add({.id = "palette.open", .title = "Find a command", .menu = "Go",
               .help = "Everything the program can do, by typing a part of its name.", .icon = icon::kKeyboard,
               .shortcuts = {kCtrl | ImGuiKey_P, kCtrl | kShift | ImGuiKey_P}, .run = [&app] { app.open_palette(); }});
    table.add({.id = "query.again", .title = "Run the query again", .menu = "Go",
               .help = "Runs the query on the screen with the model and collection in use.", .icon = icon::kRefresh,
               .shortcuts = {kCtrl | ImGuiKey_R}, .run = [&app] { app.act(RunQuery{app.now().trace->query}); },
               .why_disabled = [&app]() -> std::string { return app.now().trace ? "" : "there is no query yet"; }});
    table.add({.id = "document.compare", .title = "Compare with the next document", .menu = "Go",
               .help = "Takes the score of the next document of the fused list from that of the selected one; again: of the one after it.",
               .shortcuts = {kCtrl | ImGuiKey_D}, .run = [&app] { app.compare_with_next(); },
               .why_disabled = [&app]() -> std::string {
                   return app.now().trace && app.now().trace->fused.size() > 1 ? "" : "there are no two documents on screen";
               }});
    table.add({.id = "pin.setting", .title = "Pin the model and fusion in use", .menu = "Go",
               .help = "Every view then compares what is on screen with what this model and fusion make of it, whatever is chosen next.",
               .icon = icon::kPin, .shortcuts = {kCtrl | kShift | ImGuiKey_D}, .run = [&app] { app.act(PinSetting{}); },
               .why_disabled = [&app]() -> std::string {
                   const Workbench& bench = app.now().workbench;
                   return bench.phase == Phase::Ready && bench.index ? "" : "nothing is open that could be searched";
               }});
    table.add({.id = "pin.result", .title = "Pin this result", .menu = "Go",
               .help = "Every view then compares what is on screen with the result that is there now.",
               .icon = icon::kPin, .run = [&app] { app.act(PinResult{}); },
               .why_disabled = [&app]() -> std::string { return app.now().trace ? "" : "there is no result yet"; }});
    table.add({.id = "pin.changes", .title = "Changes in every view", .menu = "Go",
               .help = "Every view shows what is pinned, what is there now and the difference, figure by figure; again: as it is.",
               .run = [&app] {
                   const bool shown = std::ranges::any_of(app.shell().views(), [](const auto& view) { return view->shows_changes(); });
                   for (const auto& view : app.shell().views()) view->show_changes(!shown);
               },
               .why_disabled = [&app]() -> std::string { return app.now().pin ? "" : "nothing is pinned"; },
               .checked = [&app] { return std::ranges::any_of(app.shell().views(), [](const auto& view) { return view->shows_changes(); }); }});
    table.add({.id = "pin.release", .title = "Unpin", .menu = "Go", .help = "Ends the comparison with what is pinned.",
               .run = [&app] { app.act(Unpin{}); },
               .why_disabled = [&app]() -> std::string {
                   const auto& pin = app.now().pin;
                   return pin && pin->kind != Pin::Kind::Original ? "" : "nothing is pinned";
               }});
    table.add({.id = "document.missing", .title = "Why is this document not higher?", .menu = "Go",
               .help = "Says which stage keeps the selected document from the first ten, and what would bring it there.",
               .run = [&app] { app.act(ExplainMissing{.document = app.now().selection.document, .within = app.now().missing.within, .query = {}}); },
               .why_disabled = [&app]() -> std::string {
                   if (!app.now().trace) return "there is no result yet";
                   return app.now().selection.document.empty() ? "no document is selected" : "";
               }});
    table.add({.id = "judged.measure", .title = "Measure the judged queries", .menu = "Go",
               .help = "Runs every judged query of the collection in use, for the views that show all of them.",
               .run = [&app] { app.act(MeasureJudged{app.now().judged.split}); },
               .why_disabled = [&app]() -> std::string {
                   const Snapshot& now = app.now();
                   if (now.workbench.phase != Phase::Ready || !now.workbench.index) return "nothing is open that could be searched";
                   if (now.judged.splits.empty()) return "the collection in use has no judgments";
                   if (now.workbench.building) return "something is being built: what was measured would not last";
                   return now.judged.phase == Phase::Loading ? "they are being measured" : "";
               }});
    table.add({.id = "map.lay_out", .title = "Lay out the documents", .menu = "Go",
               .help = "Puts the index's documents on a map, as one expert sees them.",
               .run = [&app] { app.act(LayOutMap{app.now().map.expert, app.now().map.layout}); },
               .why_disabled = [&app]() -> std::string {
                   const Snapshot& now = app.now();
                   if (now.workbench.phase != Phase::Ready || !now.workbench.index) return "nothing is open that could be laid out";
                   if (now.workbench.building) return "something is being built: a map of it would not last";
                   return now.map.phase == Phase::Loading ? "they are being laid out" : "";
               }});
    table.add({.id = "map.gather", .title = "Lay out the documents by their neighbours", .menu = "Go",
               .help = "Puts documents that an expert finds alike beside each other (UMAP), in a quarter of a minute for ten thousand.",
               .run = [&app] { app.act(LayOutMap{app.now().map.expert, MapLayout::Neighbours}); },
               .why_disabled = [&app] { return CommandTable::why_disabled(*app.table().find("map.lay_out")); }});
    table.add({.id = "gate.read", .title = "Read the gate on all queries", .menu = "Go",
               .help = "Runs all queries and documents through the gate of an SB-MoE model, for the Gate view.",
               .run = [&app] { app.act(ReadGate{}); },
               .why_disabled = [&app]() -> std::string {
                   const Snapshot& now = app.now();
                   if (now.workbench.phase != Phase::Ready || !now.workbench.index) return "nothing is open that could be read";
                   const bool gated = std::ranges::any_of(now.workbench.experts, [](const ExpertInfo& expert) { return expert.gate > 0; });
                   if (!gated) return "the model in use has no gate";
                   if (now.workbench.building) return "something is being built: what was read would not last";
                   return now.gate.phase == Phase::Loading ? "it is being read" : "";
               }});
    table.add({.id = "gate.storm", .title = "Noise storm on this query", .menu = "Go",
               .help = "Draws the noise of the gate a thousand times: is this routing a decision or a coin toss?",
               .run = [&app] { app.act(StormGate{}); },
               .why_disabled = [&app]() -> std::string {
                   const Snapshot& now = app.now();
                   if (!now.trace || now.trace->gate.logits.empty()) return "no result of a model with a gate is on screen";
                   if (now.workbench.phase != Phase::Ready || now.workbench.model != now.trace->model || now.workbench.collection != now.trace->collection)
                       return "the result's model and collection are not open";
                   return now.storm.phase == Phase::Loading && now.storm.of == now.trace->id ? "it is being drawn" : "";
               }});
    table.add({.id = "words.weigh", .title = "Leave out each word of the query", .menu = "Go",
               .help = "Runs the query without each of its words, to see what each does for the selected document.",
               .run = [&app] { app.act(WeighWords{}); },
               .why_disabled = [&app]() -> std::string {
                   return app.now().trace && !app.now().selection.document.empty() ? "" : "no document of a result is selected";
               }});
    table.add({.id = "go.back", .title = "Back", .menu = "Go", .help = "To the document and query selected before.",
               .icon = icon::kChevronLeft, .shortcuts = {kAlt | ImGuiKey_LeftArrow}, .run = [&app] { app.go_back(); },
               .why_disabled = [&app] { return app.why_no_back(); }, .separator_before = true});
    table.add({.id = "go.forward", .title = "Forward", .menu = "Go", .help = "To what was selected after this.",
               .icon = icon::kChevronRight, .shortcuts = {kAlt | ImGuiKey_RightArrow}, .run = [&app] { app.go_forward(); },
               .why_disabled = [&app] { return app.why_no_forward(); }});
}

void add_layouts(App& app, CommandTable& table) {
    constexpr std::array kKeys{ImGuiKey_1, ImGuiKey_2, ImGuiKey_3, ImGuiKey_4, ImGuiKey_5, ImGuiKey_6};
    std::size_t key_idx = 0;
    for (const auto& layout : named_layouts()) {
        const std::string name = layout.name;
        table.add({.id = "layout." + name, .title = "Layout: " + name, .menu = "View", .help = layout.help,
                   .icon = icon::kView, .shortcuts = {kCtrl | kKeys[key_idx++]},
                   .run = [&app, name] { app.apply_layout(name); },
                   .checked = [&app, name] { return app.layout_name() == name; }});
    }
    for (std::size_t own_idx = 0; key_idx < kKeys.size(); ++own_idx, ++key_idx) {
        const std::string place = own_idx == 0 ? "first" : "second";
        table.add({.id = "layout.own" + std::to_string(own_idx + 1), .title = "Layout: your " + place, .menu = "View",
                   .help = "A layout of your own, in the order of their names.",
                   .shortcuts = {kCtrl | kKeys[key_idx]},
                   .run = [&app, own_idx] { app.apply_layout(app.user_layouts().at(own_idx)); },
                   .why_disabled = [&app, own_idx]() -> std::string {
                       return own_idx < app.user_layouts().size() ? "" : "not saved yet";
                   }});
    }
    table.add({.id = "layout.save", .title = "Save the layout as …", .menu = "View",
               .help = "Keeps the arrangement of the views under a name.",
               .run = [&app] {
                   app.shell().prompt().ask("Name of this layout", "My layout", "",
                                            [&app](const std::string& name) { app.save_layout_as(name); });
               }});
    table.add({.id = "layout.reset", .title = "Reset the layout", .menu = "View",
               .help = "Puts the views back where the layout had them, and opens closed ones.", .icon = icon::kRefresh,
               .shortcuts = {kCtrl | kShift | ImGuiKey_R}, .run = [&app] { app.reset_layout(); }});
}

void add_view(App& app, CommandTable& table) {
    add_layouts(app, table);
    table.add({.id = "view.maximise", .title = "Maximise the view", .menu = "View",
               .help = "Gives the view in use all the room, and puts the others back; as a double click on its tab.",
               .shortcuts = {kCtrl | ImGuiKey_M}, .run = [&app] { app.maximise_or_restore(); },
               .checked = [&app] { return !app.shell().maximised().empty(); }});
    table.add({.id = "presentation.start", .title = "Present", .menu = "View",
               .help = "Full screen, large type, a caption in plain words: steps through the bookmarks. Esc brings everything back as it was.", .icon = icon::kPresentation,
               .shortcuts = {ImGuiKey_F5},
               .run = [&app] {
                   if (app.is_presenting()) app.end_presentation();
                   else app.act_later(Present{});
               },
               .checked = [&app] { return app.is_presenting(); }});
    table.add({.id = "presentation.notes", .title = "The presenter's notes", .menu = "View",
               .help = "A window with your notes, the next step and the time, on another monitor where there is one.",
               .shortcuts = {kShift | ImGuiKey_F5},
               .run = [&app] { app.show_notes(!app.has_notes()); },
               .why_disabled = [&app]() -> std::string { return app.is_presenting() ? "" : "nothing is presented"; },
               .checked = [&app] { return app.has_notes(); }});
    bool first = true;
    for (const auto& view : app.shell().views()) {
        View* shown = view.get();
        table.add({.id = "view." + shown->title(), .title = "Show " + shown->title(), .menu = "View",
                   .help = "Opens the view, or brings it to the front.",
                   .run = [&app, shown] { app.shell().show_view(shown->title()); },
                   .checked = [shown] { return shown->is_open(); }, .separator_before = first});
        first = false;
    }
    const auto scale = [&app](float by) {
        Settings settings = app.settings();
        // Steps of an eighth of the size, on round numbers.
        settings.ui_scale = by == 0 ? 1.0f : std::round((settings.ui_scale + by) * 8) / 8;
        app.change_settings(settings);
    };
    table.add({.id = "theme.switch", .title = "Dark or light", .menu = "View",
               .help = "Switches between the dark and the light appearance.", .icon = icon::kSun,
               .shortcuts = {kCtrl | kShift | ImGuiKey_L},
               .run = [&app] {
                   Settings settings = app.settings();
                   settings.appearance = settings.appearance == Appearance::Dark ? Appearance::Light : Appearance::Dark;
                   app.change_settings(settings);
               },
               .separator_before = true});
    table.add({.id = "scale.up", .title = "Larger", .menu = "View", .help = "Everything an eighth larger, up to 300 %.",
               .icon = icon::kZoomIn, .shortcuts = {kCtrl | ImGuiKey_Equal, kCtrl | kShift | ImGuiKey_Equal, kCtrl | ImGuiKey_KeypadAdd},
               .run = [scale] { scale(0.125f); },
               .why_disabled = [&app]() -> std::string {
                   return app.settings().ui_scale < kLargestScale ? "" : "this is the largest size, 300 %";
               }});
    table.add({.id = "scale.down", .title = "Smaller", .menu = "View", .help = "Everything an eighth smaller, down to 75 %.",
               .icon = icon::kZoomOut, .shortcuts = {kCtrl | ImGuiKey_Minus, kCtrl | ImGuiKey_KeypadSubtract},
               .run = [scale] { scale(-0.125f); },
               .why_disabled = [&app]() -> std::string {
                   return app.settings().ui_scale > kSmallestScale ? "" : "this is the smallest size, 75 %";
               }});
    table.add({.id = "scale.reset", .title = "Usual size", .menu = "View", .help = "Back to 100 % of the monitor's own size.",
               .shortcuts = {kCtrl | ImGuiKey_0, kCtrl | ImGuiKey_Keypad0}, .run = [scale] { scale(0); }});
    table.add({.id = "contrast.high", .title = "High contrast", .menu = "View", .help = "Darker grounds and brighter ink, or the other way round, as presentations have them.",
               .run = [&app] {
                   Settings settings = app.settings();
                   settings.high_contrast = !settings.high_contrast;
                   app.change_settings(settings);
               },
               .checked = [&app] { return app.settings().high_contrast; }});
    table.add({.id = "motion.reduce", .title = "Less motion", .menu = "View", .help = "Rows change places at once, without gliding.",
               .run = [&app] {
                   Settings settings = app.settings();
                   settings.reduce_motion = !settings.reduce_motion;
                   app.change_settings(settings);
               },
               .checked = [&app] { return app.settings().reduce_motion; }});
}

void add_fusions(App& app, CommandTable& table) {
    struct Entry {
        FusionMethod method;
        const char* title;
        const char* help;
    };
    constexpr std::array<Entry, 7> kEntries{{
        {FusionMethod::Sum, "Plain sum", "Adds the experts' scores as they are: an expert with larger numbers weighs more."},
        {FusionMethod::MinMax, "Min-max sum", "Stretches each expert's scores to 0 … 1 over the candidates, then adds."},
        {FusionMethod::ZScore, "Z-score sum", "Centres each expert's scores and divides by their spread, then adds."},
        {FusionMethod::Rrf, "Reciprocal-rank fusion", "Adds 1 / (60 + rank): only ranks count."},
        {FusionMethod::ReciprocalRank, "Reciprocal rank", "Adds 1 / rank: first places count most."},
        {FusionMethod::Weighted, "Weighted sum", "Adds the experts' scores, each with a weight of its own."},
        {FusionMethod::Adaptive, "Adaptive fusion", "Adds z-scores with the weights that the model has learned to choose for each query."},
    }};
    for (const auto& entry : kEntries) {
        const auto method = entry.method;
        table.add({.id = "fusion." + std::string(name(method)), .title = entry.title, .menu = "Fusion", .help = entry.help,
                   .run = [&app, method] {
                       const FusionSpec before = app.workbench().fusion();
                       FusionSpec spec{.method = method};
                       if (method == FusionMethod::Weighted) {
                           spec.weights = before.weights;
                           spec.weights.resize(shown_experts(app.now()).size(), 1.0);
                       }
                       app.act(SetFusion{spec});
                   },
                   .why_disabled = [&app, method]() -> std::string {
                       if (method != FusionMethod::Adaptive || offers_adaptive(app.now())) return {};
                       return "The model has no learned fusion: cameo fuse makes one.";
                   },
                   .checked = [&app, method] { return app.workbench().fusion().method == method; }});
    }
}

void add_help(App& app, CommandTable& table) {
    table.add({.id = "help.shortcuts", .title = "Keyboard shortcuts", .menu = "Help", .help = "All of them, searchable.",
               .icon = icon::kKeyboard, .shortcuts = {ImGuiKey_F1, kCtrl | ImGuiKey_Slash},
               .run = [&app] { app.shell().shortcuts().toggle(); }});
    add_glossary_action(app, table);
    const auto no_tour = [&app]() -> std::string { return app.tour().is_running() ? "" : "no tour is under way"; };
    table.add({.id = "help.about", .title = "About Cameo", .menu = "Help", .help = "Which version this is, its licence, and the parts that others wrote.", .icon = icon::kInfo,
               .run = [&app] { app.shell().about().toggle(); }});
    table.add({.id = "tour.take", .title = "Take the tour", .menu = "Help", .help = "Five minutes: why the first result is first, shown on the real thing.",
               .icon = icon::kPlay, .run = [&app] { app.take_tour(); }});
    table.add({.id = "tour.next", .title = "Tour: next step", .help = "As the key Right, while the tour is under way.",
               .run = [&app] { app.tour().next(); }, .why_disabled = no_tour});
    table.add({.id = "tour.back", .title = "Tour: one step back", .help = "As the key Left, while the tour is under way.",
               .run = [&app] { app.tour().back(); }, .why_disabled = no_tour});
    table.add({.id = "tour.end", .title = "Tour: end it", .help = "Puts views and selection back, as Esc does while the tour is under way.",
               .run = [&app] { app.end_tour(true); }, .why_disabled = no_tour});
    table.add({.id = "help.where", .title = "Where things are kept", .menu = "Help",
               .help = "Says in which folders models, collections and this session are.", .icon = icon::kInfo,
               .run = [&app] { tell_folders(app); }});
    table.add({.id = "go.leave", .title = "Leave the innermost", .help = "Closes what is open on top, dismisses the latest notice, then takes back the selection.",
               .shortcuts = {ImGuiKey_Escape}, .run = [&app] { app.leave_innermost(); }});
}

} // namespace

void add_actions(App& app) {
    CommandTable& table = app.table();
    add_file(app, table);
    add_edit(app, table);
    add_go(app, table);
    add_notebook_actions(app, table);
    add_view(app, table);
    add_fusions(app, table);
    add_training_actions(app, table);
    add_help(app, table);
}

std::vector<Action> momentary_actions(App& app) {
    std::vector<Action> actions;
    const auto& bench = app.now().workbench;
    for (const auto& model : bench.models)
        actions.push_back({.id = "open.model." + model.name, .title = "Model: " + model.name, .help = "Opens this model.",
                           .icon = icon::kModel, .run = [&app, name = model.name] { app.act(OpenModel{name}); },
                           .checked = [&app, name = model.name] { return app.now().workbench.model == name; }});
    for (const auto& collection : bench.collections)
        actions.push_back({.id = "open.collection." + collection.name, .title = "Collection: " + collection.name,
                           .help = "Opens this collection.", .icon = icon::kCollection,
                           .run = [&app, name = collection.name] { app.act(OpenCollection{name}); },
                           .checked = [&app, name = collection.name] { return app.now().workbench.collection == name; }});
    add_momentary_training_actions(app, actions);
    add_momentary_notebook_actions(app, actions);
    for (const auto& name : app.user_layouts()) {
        actions.push_back({.id = "layout.use." + name, .title = "Layout: " + name, .help = "A layout of your own.",
                           .icon = icon::kView, .run = [&app, name] { app.apply_layout(name); }});
        actions.push_back({.id = "layout.delete." + name, .title = "Delete the layout " + name,
                           .help = "Undo brings it back.", .run = [&app, name] { app.delete_layout(name); }});
    }
    if (const auto& evaluation = app.now().judged.evaluation; evaluation && app.workbench().engine())
        for (const SystemResult& system : evaluation->systems) {
            if (!has_run(system)) continue;
            actions.push_back({.id = "run.export." + system.name, .title = "Export the run of " + system_title(system.name) + " \u2026",
                               .help = "Writes its ranked lists of all judged queries as a TREC run file.", .icon = icon::kDownload,
                               .run = [&app, name = system.name] { app.act(ExportRun{name}); }});
        }
    for (const auto& past : app.now().history) {
        const bool runs = std::holds_alternative<RunQuery>(again(app.now(), past));
        actions.push_back({.id = "query." + past.text, .title = "Query: " + past.text,
                           .help = runs ? "Runs it again." : "Shows its recorded result: what it was asked of is not in use.",
                           .icon = icon::kHistory, .run = [&app, past] { app.act(again(app.now(), past)); }});
        if (past.trace_id.empty()) continue;
        actions.push_back({.id = "result." + past.text, .title = "Recorded result: " + past.text,
                           .help = "Shows the result as the session has it, without running the query again.",
                           .icon = icon::kEye, .run = [&app, id = past.trace_id] { app.act(OpenTrace{id}); }});
    }
    add_momentary_glossary_actions(app, actions);
    return actions;
}

} // namespace cameo
