#include "sessions/notebook_rows.hpp"

#include "sessions/read_limits.hpp"
#include "sessions/session_state.hpp"

#include <algorithm>
#include <cstddef>

namespace cameo {

namespace {

constexpr int kHasStories = 4; ///< the first schema version that does

/// Those that are there no more; what differs, or stands at another place, is put by `put(statement, place, row)`.
template <typename Row, typename Put>
void write_rows(SQLite::Database& database, const std::string& table, const char* insert, const std::vector<Row>& before, const std::vector<Row>& after, const Put& put) {
    SQLite::Statement drop(database, "DELETE FROM " + table + " WHERE id = ?");
    for (const Row& row : before)
        if (std::ranges::find(after, row.id, &Row::id) == after.end()) run(drop, row.id);
    SQLite::Statement statement(database, insert);
    for (std::size_t place = 0; place < after.size(); ++place)
        if (place >= before.size() || before[place] != after[place]) put(statement, static_cast<std::int64_t>(place), after[place]);
}

void write_stories(SQLite::Database& database, const std::vector<SessionStory>& before, const std::vector<SessionStory>& after) {
    write_rows(database, "stories", "INSERT OR REPLACE INTO stories(id, place, made_ms, title, about) VALUES (?, ?, ?, ?, ?)", before, after,
               [](SQLite::Statement& put, std::int64_t place, const SessionStory& story) { run(put, story.id, place, story.made_ms, story.title, story.about); });
}

void write_bookmarks(SQLite::Database& database, const std::vector<SessionBookmark>& before, const std::vector<SessionBookmark>& after) {
    write_rows(database, "bookmarks", "INSERT OR REPLACE INTO bookmarks(id, place, made_ms, title, caption, state, story, live) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", before, after,
               [](SQLite::Statement& put, std::int64_t place, const SessionBookmark& bookmark) {
                   run(put, bookmark.id, place, bookmark.made_ms, bookmark.title, bookmark.caption, to_json(bookmark.state), bookmark.story, bookmark.live ? 1 : 0);
               });
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

SessionNotebook read_notebook(SQLite::Database& database, int version) {
    SessionNotebook notebook;
    RowReader rows(database);
    if (version >= kHasStories) {
        SQLite::Statement stories(database, "SELECT id, made_ms, title, about FROM stories ORDER BY place, made_ms, id");
        while (rows.step(stories))
            notebook.stories.push_back({.id = text_of(stories.getColumn(0)),
                                        .made_ms = stories.getColumn(1).getInt64(),
                                        .title = text_of(stories.getColumn(2)),
                                        .about = text_of(stories.getColumn(3))});
    }
    SQLite::Statement bookmarks(database, std::string("SELECT id, made_ms, title, caption, state, ") + (version >= kHasStories ? "story, live" : "'', 0") +
                                              " FROM bookmarks ORDER BY place, made_ms, id");
    while (rows.step(bookmarks))
        notebook.bookmarks.push_back({.id = text_of(bookmarks.getColumn(0)),
                                      .made_ms = bookmarks.getColumn(1).getInt64(),
                                      .title = text_of(bookmarks.getColumn(2)),
                                      .caption = text_of(bookmarks.getColumn(3)),
                                      .state = state_from_json(text_of(bookmarks.getColumn(4))),
                                      .story = text_of(bookmarks.getColumn(5)),
                                      .live = bookmarks.getColumn(6).getInt() != 0});
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
    write_stories(database, before.stories, after.stories);
    write_bookmarks(database, before.bookmarks, after.bookmarks);
    write_notes(database, before.notes, after.notes);
}

} // namespace cameo
