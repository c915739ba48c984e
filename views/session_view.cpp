#include "views/session_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <imgui_stdlib.h>
#include <optional>
#include <utility>

namespace cameo {
namespace {

constexpr const char* kDragged = "bookmark";

struct KindWords {
    NoteSubject::Kind kind;
    const char* title; ///< "Document": of a chip
    const char* hint;  ///< where nothing is written yet
    const char* icon;
};
constexpr std::array<KindWords, 7> kKinds{{
    {NoteSubject::Kind::Document, "Document", "A note about this document", icon::kDocument},
    {NoteSubject::Kind::Query, "Query", "A note about this query", icon::kSearch},
    {NoteSubject::Kind::Result, "Result", "A note about this one result of the query", icon::kEye},
    {NoteSubject::Kind::Model, "Model", "A note about this model", icon::kModel},
    {NoteSubject::Kind::Collection, "Collection", "A note about this collection", icon::kCollection},
    {NoteSubject::Kind::Session, "Session", "A note about the whole session", icon::kNote},
    {NoteSubject::Kind::Bookmark, "Step", "What you want to say at this bookmark: only you see it, in the presenter's notes", icon::kBookmark},
}};

const KindWords& words_of(NoteSubject::Kind kind) { return *std::ranges::find(kKinds, kind, &KindWords::kind); }

/// That thing of what is on screen; empty: nothing of that kind is.
std::optional<NoteSubject> on_screen(const Snapshot& now, NoteSubject::Kind kind) {
    const Trace* const trace = now.trace.get();
    switch (kind) {
    case NoteSubject::Kind::Document:
        if (trace && !now.selection.document.empty()) return NoteSubject{kind, trace->collection, now.selection.document};
        return {};
    case NoteSubject::Kind::Query:
        if (trace) return NoteSubject{kind, trace->collection, trace->query};
        return {};
    case NoteSubject::Kind::Result:
        if (trace) return NoteSubject{kind, {}, trace->id};
        return {};
    case NoteSubject::Kind::Model: {
        const std::string& name = trace ? trace->model : now.workbench.model;
        if (!name.empty()) return NoteSubject{kind, {}, name};
        return {};
    }
    case NoteSubject::Kind::Collection: {
        const std::string& name = trace ? trace->collection : now.workbench.collection;
        if (!name.empty()) return NoteSubject{kind, {}, name};
        return {};
    }
    case NoteSubject::Kind::Session: return NoteSubject{kind, {}, {}};
    case NoteSubject::Kind::Bookmark:
        if (!now.session.bookmark.empty()) return NoteSubject{kind, {}, now.session.bookmark};
        return {};
    }
    return {};
}

/// What a thing is called where notes are listed: a result by its query.
std::string title_of(const Snapshot& now, const NoteSubject& about) {
    if (about.kind == NoteSubject::Kind::Session) return "This session";
    if (about.kind == NoteSubject::Kind::Bookmark) {
        const auto found = std::ranges::find(now.notebook->bookmarks, about.subject, &BookmarkLine::id);
        return found == now.notebook->bookmarks.end() ? "A step that is gone" : "Step: " + found->title;
    }
    if (about.kind != NoteSubject::Kind::Result) return about.subject;
    if (now.trace && now.trace->id == about.subject) return "Result: " + now.trace->query;
    const auto past = std::ranges::find(now.history, about.subject, &PastQuery::trace_id);
    return past == now.history.end() ? "An earlier result" : "Result: " + past->text;
}

/// The kept result of a query that a note is about; null: none is kept.
const PastQuery* kept_result(const Snapshot& now, const NoteSubject& about) {
    const auto past = std::ranges::find_if(now.history, [&](const PastQuery& each) { return each.text == about.subject && each.collection == about.collection && !each.trace_id.empty(); });
    return past == now.history.end() ? nullptr : &*past;
}

/// Why the thing cannot be brought to the screen just now; empty: it can.
std::string why_not_shown(const Snapshot& now, const NoteSubject& about) {
    switch (about.kind) {
    case NoteSubject::Kind::Document:
        if (!now.trace || now.trace->collection != about.collection) return "It is of the collection " + about.collection + ": ask a query of that one first.";
        if (std::ranges::find(now.trace->documents, about.subject, &UnionDocument::id) == now.trace->documents.end()) return "It is not in the result on screen.";
        return {};
    case NoteSubject::Kind::Query:
        if (kept_result(now, about) || (now.workbench.phase == Phase::Ready && now.workbench.collection == about.collection)) return {};
        return "Its result is not kept, and " + about.collection + ", of which it was asked, is not open.";
    case NoteSubject::Kind::Bookmark:
        if (std::ranges::find(now.notebook->bookmarks, about.subject, &BookmarkLine::id) == now.notebook->bookmarks.end()) return "It was deleted.";
        return {};
    default: return {};
    }
}

/// Brings the thing to the screen, where that can be.
void go_to(const Snapshot& now, const NoteSubject& about, Commands& out) {
    switch (about.kind) {
    case NoteSubject::Kind::Document: {
        Selection selection = now.selection;
        selection.document = about.subject;
        out.emplace_back(Select{selection});
        return;
    }
    case NoteSubject::Kind::Query:
        if (const PastQuery* past = kept_result(now, about)) out.emplace_back(OpenTrace{past->trace_id});
        else out.emplace_back(RunQuery{about.subject});
        return;
    case NoteSubject::Kind::Result: out.emplace_back(OpenTrace{about.subject}); return;
    case NoteSubject::Kind::Model: out.emplace_back(OpenModel{about.subject}); return;
    case NoteSubject::Kind::Collection: out.emplace_back(OpenCollection{about.subject}); return;
    case NoteSubject::Kind::Session: return;
    case NoteSubject::Kind::Bookmark: out.emplace_back(OpenBookmark{about.subject}); return;
    }
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

} // namespace

SessionView::SessionView()
    : View("Session",
           {.what = "What you have found and want to come back to or tell others: bookmarks of what was on screen, stories made of them, and notes.",
            .formula = "All of it lies in one file, with every result that was on screen. It opens on a machine that has neither the model nor the collection.",
            .reading = "Press a bookmark to bring its place back: the result as it was recorded, the selection and the layout. Drag one to another place, or press Ctrl+Page Down and Ctrl+Page Up to "
                       "step through them. Everything can be undone.",
            .healthy = {},
            .sick = {}},
           true) {}

void SessionView::keep_words(Commands& out) {
    m_note.keep(out);
    keep_caption(out);
    keep_story_words(out);
}

void SessionView::draw_contents(const Snapshot& now, Commands& out) {
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##session", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    if (m_edited != now.session.bookmark) keep_caption(out); // somebody stepped on while writing
    if (visible) {
        draw_head(now, out);
        draw_stories(now, out);
        draw_bookmarks(now, out);
        draw_notes(now, out);
        draw_recent(now, out);
        ImGui::Dummy({0, dp(space::kUnit)});
    }
    ImGui::EndChild();
}

void SessionView::draw_head(const Snapshot& now, Commands& out) const {
    const SessionFacts& session = now.session;
    const std::filesystem::path file(session.file);
    label(session.file.empty() ? "A session that is not kept" : file.stem().string(), TextStyle::Title, colors().text);
    if (!session.file.empty()) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float width = ImGui::GetContentRegionAvail().x;
        bool cut = false;
        draw_text(*ImGui::GetWindowDrawList(), {at.x, at.y + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().dim), session.file, width, Align::Left, &cut);
        ImGui::InvisibleButton("File", {width, line_height(TextStyle::Small)});
        if (cut) hover_text(session.file);
        if (ImGui::BeginPopupContextItem()) {
            if (menu_item("Copy path")) out.emplace_back(CopyText{session.file});
            ImGui::EndPopup();
        }
    }
    if (session.read_only) strip(StripKind::Info, "This session is open for reading: what you do is not kept.");
    if (button("Open\u2026", ButtonKind::Plain, icon::kFolder)) out.emplace_back(OpenSession{});
    flow_next(button_width("Copy\u2026", true), dp(6));
    if (button("Copy\u2026", ButtonKind::Plain, icon::kDownload)) out.emplace_back(CopySession{});
    hover_text("One file that opens elsewhere, without the model and the collection");
    if (session.file.empty()) return;
    flow_next(button_width("Report\u2026", true), dp(6));
    if (button("Report\u2026", ButtonKind::Plain, icon::kDocument)) out.emplace_back(ReportSession{});
    hover_text("One page for a browser: the bookmarks with their results taken apart, captions and notes");
    if (session.read_only) return;
    flow_next(button_width("Merge\u2026", true), dp(6));
    if (button("Merge\u2026", ButtonKind::Plain, icon::kPlus)) out.emplace_back(MergeSession{});
    hover_text("Adds the results, judgments, notes and bookmarks of another session to this one");
}

void SessionView::draw_bookmarks(const Snapshot& now, Commands& out) {
    ImGui::Dummy({0, dp(2)});
    section("Bookmarks", "Places to come back to, as they were on screen.");
    const float width = std::min(ImGui::GetContentRegionAvail().x, dp(620));
    const std::size_t count = draw_bookmarks_of(now, {}, width, out);
    if (count == 0)
        paragraph("None yet. A bookmark keeps the query, its result, what is selected and how the views are arranged. Several in a row make a talk.", TextStyle::Small, colors().dim, width);
    if (button("Bookmark what is on screen", ButtonKind::Plain, icon::kBookmark)) out.emplace_back(AddBookmark{});
    hover_text("Ctrl+B");
    if (count == 0) return;
    flow_next(button_width("Present", true), dp(6));
    if (button("Present", ButtonKind::Plain, icon::kPresentation)) out.emplace_back(Present{});
    hover_text("Steps through the bookmarks for an audience, in full screen (F5). Esc brings everything back as it was.");
}

std::size_t SessionView::draw_bookmarks_of(const Snapshot& now, const std::string& story, float width, Commands& out) {
    if (!now.notebook) return 0;
    std::vector<const BookmarkLine*> lines;
    for (const BookmarkLine& line : now.notebook->bookmarks)
        if (line.story == story) lines.push_back(&line);
    for (std::size_t place = 0; place < lines.size(); ++place) draw_bookmark(*now.notebook, *lines[place], place, lines.size(), lines[place]->id == now.session.bookmark, width, out);
    return lines.size();
}

void SessionView::draw_bookmark(const Notebook& notebook, const BookmarkLine& bookmark, std::size_t place, std::size_t count, bool is_here, float width, Commands& out) {
    ImGui::PushID(bookmark.id.c_str());
    const std::string title = std::to_string(place + 1) + "  " + bookmark.title;
    if (sample_row("##bookmark", title, bookmark.live ? "asked anew" : bookmark.layout, width, icon::kBookmark)) out.emplace_back(OpenBookmark{bookmark.id});
    const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
    if (is_here) ImGui::GetWindowDrawList()->AddRect(min, max, ink(colors().accent), dp(6), dp(1.5f));
    hover_text([&] {
        std::string words = bookmark.title;
        if (!bookmark.caption.empty()) words += "\n" + bookmark.caption;
        if (!bookmark.query.empty()) words += "\nQuery: " + bookmark.query;
        if (!bookmark.document.empty()) words += "\nDocument: " + bookmark.document;
        if (!bookmark.model.empty()) words += "\n" + bookmark.model + " on " + bookmark.collection;
        return words;
    });
    if (ImGui::BeginPopupContextItem("##more")) {
        draw_place(notebook, bookmark, place, count, out);
        ImGui::EndPopup();
    }
    if (ImGui::BeginDragDropSource()) {
        ImGui::SetDragDropPayload(kDragged, bookmark.id.data(), bookmark.id.size());
        label(bookmark.title, TextStyle::Small, colors().text);
        ImGui::EndDragDropSource();
    }
    if (ImGui::BeginDragDropTarget()) {
        if (const ImGuiPayload* dropped = ImGui::AcceptDragDropPayload(kDragged)) {
            const std::string id(static_cast<const char*>(dropped->Data), static_cast<std::size_t>(dropped->DataSize));
            const auto moved = std::ranges::find(notebook.bookmarks, id, &BookmarkLine::id);
            if (moved != notebook.bookmarks.end() && moved->story != bookmark.story) out.emplace_back(PutInStory{id, bookmark.story});
            out.emplace_back(MoveBookmark{id, place});
        }
        ImGui::EndDragDropTarget();
    }
    if (is_here) draw_words_of(bookmark, width, out);
    ImGui::PopID();
}

void SessionView::keep_caption(Commands& out) {
    if (std::exchange(m_changed, false) && !m_title.empty()) out.emplace_back(EditBookmark{m_edited, m_title, m_caption});
}

void SessionView::draw_words_of(const BookmarkLine& bookmark, float width, Commands& out) {
    if (m_edited != bookmark.id || !m_writing) {
        m_edited = bookmark.id;
        m_title = bookmark.title;
        m_caption = bookmark.caption;
    }
    ImGui::Indent(dp(36));
    ImGui::SetNextItemWidth(width - dp(36));
    if (ImGui::InputTextWithHint("##title", "What this bookmark is called", &m_title)) m_changed = true;
    m_writing = ImGui::IsItemActive();
    {
        const FontScope small(TextStyle::Small);
        const ImVec2 at = ImGui::GetCursorScreenPos(), padding = ImGui::GetStyle().FramePadding;
        if (ImGui::InputTextMultiline("##caption", &m_caption, {width - dp(36), dp(58)}, ImGuiInputTextFlags_WordWrap)) m_changed = true;
        m_writing = m_writing || ImGui::IsItemActive();
        if (m_caption.empty() && !ImGui::IsItemActive())
            draw_text(*ImGui::GetWindowDrawList(), {at.x + padding.x, at.y + padding.y + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().dim), "A caption: what is to be seen here", width - dp(44));
    }
    hover_text("{first}, {document}, {rank}, {why} and others stand for what is on screen: docs/stories.md lists them.");
    if (!m_writing) keep_caption(out);
    ImGui::Unindent(dp(36));
}

/// What else can be done with a bookmark.
void SessionView::draw_place(const Notebook& notebook, const BookmarkLine& bookmark, std::size_t place, std::size_t count, Commands& out) {
    if (menu_item("Go there")) out.emplace_back(OpenBookmark{bookmark.id});
    if (menu_item("Make it one of what is on screen")) out.emplace_back(RetakeBookmark{bookmark.id});
    if (!bookmark.query.empty() && menu_item(bookmark.live ? "Show its result as recorded" : "Ask its query anew each time")) out.emplace_back(AskAnew{bookmark.id, !bookmark.live});
    if (menu_item("Move up", nullptr, place > 0)) out.emplace_back(MoveBookmark{bookmark.id, place - 1});
    if (menu_item("Move down", nullptr, place + 1 < count)) out.emplace_back(MoveBookmark{bookmark.id, place + 1});
    if (ImGui::BeginMenu("Put in a story", !notebook.stories.empty())) {
        for (const StoryLine& story : notebook.stories)
            if (menu_item(story.title, nullptr, story.id != bookmark.story)) out.emplace_back(PutInStory{bookmark.id, story.id});
        if (!bookmark.story.empty() && menu_item("None")) out.emplace_back(PutInStory{bookmark.id, {}});
        ImGui::EndMenu();
    }
    ImGui::Separator();
    if (menu_item("Delete")) out.emplace_back(RemoveBookmark{bookmark.id});
}

void SessionView::draw_notes(const Snapshot& now, Commands& out) {
    ImGui::Dummy({0, dp(space::kHalf)});
    section("Notes", "On anything that is on screen.");
    bool first = true;
    for (const KindWords& each : kKinds) {
        const auto about = on_screen(now, each.kind);
        if (!about) continue;
        const std::string words = std::string(each.title) + (note_about(now, *about) ? " \u2022" : "");
        if (!std::exchange(first, false)) flow_next(text_chip_width(words), dp(6));
        if (text_chip(each.title, words, m_about == each.kind)) m_about = each.kind, m_note.focus();
    }
    auto about = on_screen(now, m_about);
    if (!about) about = on_screen(now, NoteSubject::Kind::Session);
    label(title_of(now, *about), TextStyle::SmallStrong, colors().text);
    m_note.draw(now, *about, "##note", words_of(about->kind).hint, out);
    if (!now.notebook || now.notebook->notes.empty()) return;
    ImGui::Dummy({0, dp(2)});
    label("All notes", TextStyle::SmallStrong, colors().dim);
    const float width = std::min(ImGui::GetContentRegionAvail().x, dp(620));
    for (const auto& [subject, note] : now.notebook->notes) {
        ImGui::PushID(static_cast<int>(subject.kind));
        ImGui::PushID(subject.collection.c_str());
        ImGui::PushID(subject.subject.c_str());
        const std::string why_not = why_not_shown(now, subject);
        ImGui::BeginDisabled(!why_not.empty());
        if (sample_row("##noted", title_of(now, subject) + ": " + first_line(note.text), words_of(subject.kind).title, width, words_of(subject.kind).icon)) {
            m_about = subject.kind;
            go_to(now, subject, out);
        }
        ImGui::EndDisabled();
        hover_text([&] { return note.text + (subject.collection.empty() ? std::string() : "\n(" + subject.collection + ")") + (why_not.empty() ? "" : "\n" + why_not); });
        ImGui::PopID();
        ImGui::PopID();
        ImGui::PopID();
    }
}

void SessionView::draw_recent(const Snapshot& now, Commands& out) const {
    if (now.session.recent.empty()) return;
    ImGui::Dummy({0, dp(space::kHalf)});
    section("Sessions before", "Opening one keeps this one as it is.");
    const float width = std::min(ImGui::GetContentRegionAvail().x, dp(620));
    for (const RecentSession& session : now.session.recent) {
        ImGui::PushID(session.file.c_str());
        if (sample_row("##recent", session.name, std::filesystem::path(session.file).parent_path().string(), width, icon::kFolder)) out.emplace_back(OpenSession{session.file});
        hover_text(session.file);
        ImGui::PopID();
    }
}

std::optional<ViewTable> SessionView::table(const Snapshot& now) const {
    if (!now.notebook || (now.notebook->bookmarks.empty() && now.notebook->notes.empty())) return {};
    ViewTable made{.title = title(), .columns = {"kind", "title", "text", "query", "document", "model", "collection", "at_ms", "id"}, .keys = {0, 8}};
    made.about = {{"session", now.session.file}};
    made.ranked = true; // the order of bookmarks is somebody's
    for (const BookmarkLine& bookmark : now.notebook->bookmarks) {
        made.names.push_back(bookmark.title);
        const auto story = std::ranges::find(now.notebook->stories, bookmark.story, &StoryLine::id);
        made.rows.push_back({story == now.notebook->stories.end() ? std::string("bookmark") : "step of " + story->title, bookmark.title, bookmark.caption, bookmark.query, bookmark.document, bookmark.model, bookmark.collection, bookmark.made_ms, bookmark.id});
    }
    for (const auto& [about, note] : now.notebook->notes) {
        using enum NoteSubject::Kind;
        const auto where = [&](NoteSubject::Kind kind) { return about.kind == kind ? ViewCell(about.subject) : ViewCell(); };
        const std::string& collection = about.kind == Collection ? about.subject : about.collection;
        made.names.push_back(title_of(now, about));
        made.rows.push_back({"note: " + std::string(words_of(about.kind).title), title_of(now, about), note.text, where(Query), where(Document), where(Model), collection, note.at_ms,
                             about.collection + "/" + about.subject});
    }
    return made;
}

} // namespace cameo
