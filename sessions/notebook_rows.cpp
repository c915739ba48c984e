#include "sessions/notebook_rows.hpp"

#include "sessions/read_limits.hpp"
#include "sessions/session_state.hpp"

#include <algorithm>
#include <cstddef>

namespace cameo {

namespace {

void write_bookmarks(SQLite::Database& database, const std::vector<SessionBookmark>& before, const std::vector<SessionBookmark>& after) {
    SQLite::Statement drop(database, "DELETE FROM bookmarks WHERE id = ?");
    for (const SessionBookmark& bookmark : before)
        if (std::ranges::find(after, bookmark.id, &SessionBookmark::id) == after.end()) run(drop, bookmark.id);
    SQLite::Statement put(database, "INSERT OR REPLACE INTO bookmarks(id, place, made_ms, title, caption, state) VALUES (?, ?, ?, ?, ?, ?)");
    for (std::size_t place = 0; place < after.size(); ++place) {
        const SessionBookmark& bookmark = after[place];
        if (place < before.size() && before[place] == bookmark) continue;
        run(put, bookmark.id, static_cast<std::int64_t>(place), bookmark.made_ms, bookmark.title, bookmark.caption, to_json(bookmark.state));
    }
}

bool of_one_thing(const SessionNote& one, const SessionNote& other) {
    return one.kind == other.kind && one.collection == other.collection && one.subject == other.subject;
}

void write_notes(SQLite::Database& database, const std::vector<SessionNote>& before, const std::vector<SessionNote>& after) {
    SQLite::Statement drop(database, "DELETE FROM notes WHERE kind = ? AND collection = ? AND subject = ?");
    for (const SessionNote& note : before)
        if (std::ranges::none_of(after, [&](const SessionNote& other) { return of_one_thing(note, other); })) run(drop, note.kind, note.collection, note.subject);
    SQLite::Statement put(database, "INSERT OR REPLACE INTO notes(kind, collection, subject, text, at_ms) VALUES (?, ?, ?, ?, ?)");
    for (const SessionNote& note : after)
        if (std::ranges::find(before, note) == before.end()) run(put, note.kind, note.collection, note.subject, note.text, note.at_ms);
}

} // namespace

SessionNotebook read_notebook(SQLite::Database& database) {
    SessionNotebook notebook;
    RowReader rows(database);
    SQLite::Statement bookmarks(database, "SELECT id, made_ms, title, caption, state FROM bookmarks ORDER BY place, made_ms, id");
    while (rows.step(bookmarks))
        notebook.bookmarks.push_back({.id = text_of(bookmarks.getColumn(0)),
                                      .made_ms = bookmarks.getColumn(1).getInt64(),
                                      .title = text_of(bookmarks.getColumn(2)),
                                      .caption = text_of(bookmarks.getColumn(3)),
                                      .state = state_from_json(text_of(bookmarks.getColumn(4)))});
    SQLite::Statement notes(database, "SELECT kind, collection, subject, text, at_ms FROM notes ORDER BY kind, collection, subject");
    while (rows.step(notes))
        notebook.notes.push_back({.kind = text_of(notes.getColumn(0)),
                                  .collection = text_of(notes.getColumn(1)),
                                  .subject = text_of(notes.getColumn(2)),
                                  .text = text_of(notes.getColumn(3)),
                                  .at_ms = notes.getColumn(4).getInt64()});
    return notebook;
}

void write_notebook(SQLite::Database& database, const SessionNotebook& before, const SessionNotebook& after) {
    write_bookmarks(database, before.bookmarks, after.bookmarks);
    write_notes(database, before.notes, after.notes);
}

} // namespace cameo
