#include "app/session/notebook.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <utility>

namespace cameo {

namespace {

constexpr std::array<std::pair<NoteSubject::Kind, std::string_view>, 7> kKinds{{
    {NoteSubject::Kind::Document, "document"},
    {NoteSubject::Kind::Query, "query"},
    {NoteSubject::Kind::Result, "result"},
    {NoteSubject::Kind::Model, "model"},
    {NoteSubject::Kind::Collection, "collection"},
    {NoteSubject::Kind::Session, "session"},
    {NoteSubject::Kind::Bookmark, "bookmark"},
}};

auto thing(const SessionNote& note) { return std::tie(note.kind, note.collection, note.subject); }

std::vector<SessionNote>::iterator place_of(std::vector<SessionNote>& notes, const SessionNote& wanted) {
    return std::ranges::lower_bound(notes, thing(wanted), {}, thing);
}

/// In place of the one of that id, else behind all.
template <typename Row>
void put(std::vector<Row>& rows, Row row) {
    const auto found = std::ranges::find(rows, row.id, &Row::id);
    if (found == rows.end()) rows.push_back(std::move(row));
    else *found = std::move(row);
}

bool is_blank(const std::string& text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

} // namespace

std::string_view name(NoteSubject::Kind kind) { return std::ranges::find(kKinds, kind, [](const auto& each) { return each.first; })->second; }

std::shared_ptr<const Notebook> shown(const SessionNotebook& notebook) {
    auto lines = std::make_shared<Notebook>();
    for (const SessionBookmark& bookmark : notebook.bookmarks)
        lines->bookmarks.push_back({.id = bookmark.id,
                                    .title = bookmark.title,
                                    .caption = bookmark.caption,
                                    .query = bookmark.live || !bookmark.state.selection.trace_id.empty() ? bookmark.state.query : std::string(),
                                    .document = bookmark.state.selection.document,
                                    .model = bookmark.state.model,
                                    .collection = bookmark.state.collection,
                                    .layout = bookmark.state.layout_name,
                                    .made_ms = bookmark.made_ms,
                                    .story = bookmark.story,
                                    .live = bookmark.live});
    for (const SessionStory& story : notebook.stories)
        lines->stories.push_back({.id = story.id, .title = story.title, .about = story.about, .steps = steps_of(notebook, story.id).size()});
    for (const SessionNote& note : notebook.notes) {
        const auto kind = std::ranges::find(kKinds, std::string_view(note.kind), [](const auto& each) { return each.second; });
        if (kind != kKinds.end()) lines->notes[{kind->first, note.collection, note.subject}] = {note.text, note.at_ms};
    }
    return lines;
}

const SessionBookmark* bookmark_of(const SessionNotebook& notebook, std::string_view id) {
    const auto found = std::ranges::find(notebook.bookmarks, id, &SessionBookmark::id);
    return found == notebook.bookmarks.end() ? nullptr : &*found;
}

const SessionStory* story_of(const SessionNotebook& notebook, std::string_view id) {
    const auto found = std::ranges::find(notebook.stories, id, &SessionStory::id);
    return found == notebook.stories.end() ? nullptr : &*found;
}

std::vector<const SessionBookmark*> steps_of(const SessionNotebook& notebook, std::string_view story) {
    std::vector<const SessionBookmark*> steps;
    for (const SessionBookmark& bookmark : notebook.bookmarks)
        if (bookmark.story == story) steps.push_back(&bookmark);
    return steps;
}

SessionNotebook with_note(SessionNotebook notebook, const NoteSubject& about, std::string text, std::int64_t at_ms) {
    SessionNote note{.kind = std::string(name(about.kind)), .collection = about.collection, .subject = about.subject, .text = std::move(text), .at_ms = at_ms};
    const auto place = place_of(notebook.notes, note);
    const bool is_there = place != notebook.notes.end() && thing(*place) == thing(note);
    if (is_blank(note.text)) {
        if (is_there) notebook.notes.erase(place);
    } else if (!is_there) {
        notebook.notes.insert(place, std::move(note));
    } else if (place->text != note.text) {
        *place = std::move(note);
    }
    return notebook;
}

SessionNotebook with_bookmark(SessionNotebook notebook, SessionBookmark bookmark) {
    put(notebook.bookmarks, std::move(bookmark));
    return notebook;
}

SessionNotebook without_bookmark(SessionNotebook notebook, std::string_view id) {
    std::erase_if(notebook.bookmarks, [&](const SessionBookmark& bookmark) { return bookmark.id == id; });
    return notebook;
}

SessionNotebook with_bookmark_at(SessionNotebook notebook, std::string_view id, std::size_t place) {
    auto& all = notebook.bookmarks;
    const auto found = std::ranges::find(all, id, &SessionBookmark::id);
    if (found == all.end()) return notebook;
    SessionBookmark moved = std::move(*found);
    all.erase(found);
    std::vector<std::ptrdiff_t> others; // of its story
    for (std::ptrdiff_t at = 0; at < std::ssize(all); ++at)
        if (all[static_cast<std::size_t>(at)].story == moved.story) others.push_back(at);
    const auto at = place < others.size() ? others[place] : others.empty() ? std::ssize(all) : others.back() + 1;
    all.insert(all.begin() + at, std::move(moved));
    return notebook;
}

SessionNotebook with_story(SessionNotebook notebook, SessionStory story) {
    put(notebook.stories, std::move(story));
    return notebook;
}

SessionNotebook without_story(SessionNotebook notebook, std::string_view id) {
    std::erase_if(notebook.stories, [&](const SessionStory& story) { return story.id == id; });
    std::erase_if(notebook.bookmarks, [&](const SessionBookmark& bookmark) { return bookmark.story == id; });
    return notebook;
}

SessionNotebook with_story_at(SessionNotebook notebook, std::string_view id, std::size_t place) {
    auto& all = notebook.stories;
    const auto found = std::ranges::find(all, id, &SessionStory::id);
    if (found == all.end()) return notebook;
    SessionStory moved = std::move(*found);
    all.erase(found);
    all.insert(all.begin() + static_cast<std::ptrdiff_t>(std::min(place, all.size())), std::move(moved));
    return notebook;
}

SessionNotebook merged(SessionNotebook ours, const SessionNotebook& theirs) {
    for (const SessionBookmark& bookmark : theirs.bookmarks)
        if (!bookmark_of(ours, bookmark.id)) ours.bookmarks.push_back(bookmark);
    for (const SessionStory& story : theirs.stories)
        if (!story_of(ours, story.id)) ours.stories.push_back(story);
    for (const SessionNote& note : theirs.notes) {
        const auto place = place_of(ours.notes, note);
        if (place == ours.notes.end() || thing(*place) != thing(note)) {
            ours.notes.insert(place, note);
        } else if (place->text.find(note.text) == std::string::npos) { // merging twice adds nothing
            place->text.append("\n\n").append(note.text);
            place->at_ms = std::max(place->at_ms, note.at_ms);
        }
    }
    return ours;
}

} // namespace cameo
