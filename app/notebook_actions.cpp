#include "app/notebook_actions.hpp"

#include "app/app.hpp"
#include "views/icons.hpp"

#include <imgui.h>
#include <string>

namespace cameo {

namespace {

/// In one line; the Session view has room for more, and takes notes out.
void ask_for_note(App& app, const NoteSubject& about, const std::string& question) {
    const auto& notes = app.now().notebook->notes;
    const auto found = notes.find(about);
    app.shell().prompt().ask(question, "A note", found == notes.end() ? std::string() : found->second.text,
                             [&app, about](const std::string& text) { app.act(WriteNote{about, text}); });
}

} // namespace

void add_notebook_actions(App& app, CommandTable& table) {
    table.add({.id = "bookmark.add", .title = "Bookmark what is on screen", .menu = "Go",
               .help = "Keeps query, result, selection and layout as a place to come back to, in the Session view.", .icon = icon::kBookmark,
               .shortcuts = {ImGuiMod_Ctrl | ImGuiKey_B}, .run = [&app] { app.act_later(AddBookmark{}); }, .separator_before = true});
    table.add({.id = "bookmark.next", .title = "Next bookmark or step", .menu = "Go", .help = "Brings back the place of the bookmark after this one, or of the next step of the story.",
               .shortcuts = {ImGuiMod_Ctrl | ImGuiKey_PageDown}, .run = [&app] { app.step_bookmark(1); }, .why_disabled = [&app] { return app.why_no_bookmark_step(1); }});
    table.add({.id = "bookmark.previous", .title = "Previous bookmark or step", .menu = "Go", .help = "Brings back the place of the bookmark before this one, or of the step before.",
               .shortcuts = {ImGuiMod_Ctrl | ImGuiKey_PageUp}, .run = [&app] { app.step_bookmark(-1); }, .why_disabled = [&app] { return app.why_no_bookmark_step(-1); }});
    const auto told = [&app] { return !app.now().session.story.empty(); };
    table.add({.id = "story.record", .title = "Record a story", .menu = "Go", .help = "What you look at for two seconds becomes a step of a story that can be told, changed and reported.", .icon = icon::kPlay,
               .run = [&app] { app.act_later(RecordStory{}); },
               .why_disabled = [&app]() -> std::string { return app.now().session.recording ? "one is being recorded" : ""; }, .separator_before = true});
    table.add({.id = "story.end", .title = "End the story", .menu = "Go", .help = "Ends what is told or recorded; what is on screen stays.", .run = [&app] { app.act_later(EndStory{}); },
               .why_disabled = [told]() -> std::string { return told() ? "" : "no story is told or recorded"; }});
    table.add({.id = "note.document", .title = "Note about this document \u2026", .menu = "Edit", .help = "Writes down something about the selected document; the Document view shows it.",
               .icon = icon::kNote,
               .run = [&app] {
                   const Snapshot& now = app.now();
                   ask_for_note(app, {NoteSubject::Kind::Document, now.trace->collection, now.selection.document}, "What is there to say about " + now.selection.document + "?");
               },
               .why_disabled = [&app]() -> std::string { return app.now().trace && !app.now().selection.document.empty() ? "" : "no document of a result is selected"; },
               .separator_before = true});
    table.add({.id = "note.query", .title = "Note about this query \u2026", .menu = "Edit", .help = "Writes down something about the query on screen; the Session view shows it.", .icon = icon::kNote,
               .run = [&app] {
                   const Snapshot& now = app.now();
                   ask_for_note(app, {NoteSubject::Kind::Query, now.trace->collection, now.trace->query}, "What is there to say about this query?");
               },
               .why_disabled = [&app]() -> std::string { return app.now().trace ? "" : "there is no query yet"; }});
}

void add_momentary_notebook_actions(App& app, std::vector<Action>& actions) {
    for (const BookmarkLine& bookmark : app.now().notebook->bookmarks)
        actions.push_back({.id = "bookmark." + bookmark.id, .title = (bookmark.story.empty() ? "Bookmark: " : "Step: ") + bookmark.title, .help = bookmark.caption.empty() ? "Brings its place back." : bookmark.caption,
                           .icon = icon::kBookmark, .run = [&app, id = bookmark.id] { app.act(OpenBookmark{id}); }});
    const auto offer = [&](const StoryLine& story) {
        if (story.steps == 0) return;
        actions.push_back({.id = "story." + story.id, .title = "Story: " + story.title, .help = story.about.empty() ? "Tells it step by step." : story.about, .icon = icon::kPlay,
                           .run = [&app, id = story.id] { app.act(TellStory{.id = id}); }});
    };
    for (const StoryLine& story : app.now().session.offered) offer(story);
    for (const StoryLine& story : app.now().notebook->stories) offer(story);
    for (const RecentSession& session : app.now().session.recent)
        actions.push_back({.id = "session." + session.file, .title = "Session: " + session.name, .help = "Opens " + session.file + ".", .icon = icon::kFolder,
                           .run = [&app, file = session.file] { app.act(OpenSession{file}); }});
}

} // namespace cameo
