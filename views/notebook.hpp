#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace cameo {

/// A thing that somebody can write a note about.
struct NoteSubject {
    enum class Kind { Document, Query, Result, Model, Collection, Session, Bookmark };
    Kind kind = Kind::Session;
    std::string collection; ///< that a document or a query is of; else empty
    std::string subject;    ///< an id, a text or a name; of the session: empty
    auto operator<=>(const NoteSubject&) const = default;
};

struct NoteLine {
    std::string text;
    std::int64_t at_ms = 0; ///< milliseconds since 1970, UTC
};

/// A place that somebody wants to come back to.
struct BookmarkLine {
    std::string id;
    std::string title, caption;
    std::string query, document, model, collection, layout; ///< what is on screen there; empty: nothing
    std::int64_t made_ms = 0;
    std::string story; ///< id of the story that it is a step of; empty: of none
    bool live = false; ///< its query is asked anew where that can be done
};

/// An investigation that is told step by step.
struct StoryLine {
    std::string id, title, about;
    std::size_t steps = 0;
};

/// What somebody has written and marked in a session.
struct Notebook {
    std::vector<StoryLine> stories;      ///< in their order
    std::vector<BookmarkLine> bookmarks; ///< in their order
    std::map<NoteSubject, NoteLine> notes;
};

/// A session that was open before.
struct RecentSession {
    std::string file, name;
};

/// The session that is open.
struct SessionFacts {
    std::string file;           ///< empty: nothing is kept
    bool read_only = false;     ///< what is done is not kept
    std::vector<RecentSession> recent; ///< others, the last one first
    std::string bookmark;       ///< id of the one that was gone to last
    std::string story;          ///< id of the one that is told or recorded; empty: none
    bool recording = false;
    std::vector<StoryLine> offered; ///< stories that ship and that the session does not have
};

} // namespace cameo
