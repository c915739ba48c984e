#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// What is selected: a primary item inside a set. Strings are the ids that people see, so that a selection
/// outlives indexes and ordinals.
struct SessionSelection {
    std::string trace_id;
    std::string document; ///< the primary document
    std::vector<std::string>
        documents; ///< the set, in the order of selection; the primary need not be among them
    std::string expert;
    std::int32_t token = -1; ///< query token; -1: none

    bool operator==(const SessionSelection&) const = default;
};

/// What a restart brings back. Every part may be empty: a session opens without its model and its collection.
struct SessionState {
    std::string layout_name; ///< "Inspect", …
    std::string layout;      ///< Dear ImGui's ini text
    std::string model, collection;
    std::string query;  ///< as it stands in the search box
    std::string fusion; ///< to_string(FusionSpec)
    SessionSelection selection;
    std::map<std::string, std::string>
        settings; ///< anything else: "ui_scale", "theme", what a view remembers, …

    bool operator==(const SessionState&) const = default;
};

/// A trace as a list shows it; its bytes stay in the file until Session::trace asks for them.
struct TraceEntry {
    std::string id;
    std::int64_t created_ms = 0; ///< milliseconds since 1970, UTC
    std::string query, model, collection;
    std::int64_t bytes = 0; ///< of to_bytes(Trace), before compression

    bool operator==(const TraceEntry&) const = default;
};

struct HistoryEntry {
    std::int64_t at_ms = 0;
    std::string query, model, collection;
    std::string trace_id; ///< empty, or a trace that may have been removed since

    bool operator==(const HistoryEntry&) const = default;
};

/// A grade that somebody has given a document for a query; 0 and below: not relevant.
struct SessionJudgment {
    std::string collection, query; ///< the query by its text
    std::string query_id;          ///< empty: none of the collection's own queries
    std::string document;
    int grade = 0;
    std::int64_t at_ms = 0; ///< milliseconds since 1970, UTC

    bool operator==(const SessionJudgment&) const = default;
};

/// An investigation that is told step by step: bookmarks in their order.
struct SessionStory {
    std::string id;           ///< 128 random bits in hex, or the name of one that ships
    std::int64_t made_ms = 0; ///< milliseconds since 1970, UTC
    std::string title, about;

    bool operator==(const SessionStory&) const = default;
};

/// A place that somebody wants to come back to.
struct SessionBookmark {
    std::string id; ///< 128 random bits in hex, or the name of one that ships
    std::int64_t made_ms = 0; ///< milliseconds since 1970, UTC
    std::string title, caption;
    SessionState state; ///< what the window shows there
    std::string story;  ///< id of the story that it is a step of; empty: of none
    bool live = false;  ///< its query is asked anew where that can be done; what was recorded stands for it elsewhere

    bool operator==(const SessionBookmark&) const = default;
};

/// What somebody has written about a thing; a thing has one note.
struct SessionNote {
    std::string kind;       ///< "session", "query", "document", "result", "model", "collection", "bookmark"; later versions may have others
    std::string collection; ///< that a query or a document is of; else empty
    std::string subject;    ///< a query's text, an id or a name; of the session: empty
    std::string text;
    std::int64_t at_ms = 0; ///< milliseconds since 1970, UTC

    bool operator==(const SessionNote&) const = default;
};

struct SessionNotebook {
    std::vector<SessionStory> stories;      ///< in their order
    std::vector<SessionBookmark> bookmarks; ///< in their order, those of all stories and of none
    std::vector<SessionNote> notes;         ///< by kind, collection, subject: none twice

    bool operator==(const SessionNotebook&) const = default;
};

enum class SessionAccess {
    ReadWrite,
    ReadOnly, ///< works in a folder without write permission and writes nothing
};

/// One session file (`*.cameo`, docs/session-format.md): SQLite in WAL mode. Each call is a transaction of
/// its own, so a killed process loses nothing that a call has returned from; after a power cut the file is
/// whole and misses at most the last calls. Calls take milliseconds but touch the disk: make them from a job,
/// not from the frame's thread. Thread-safe. All functions throw Error(Environment) naming the file on a full
/// disk, a lost permission or when another program holds it for more than two seconds, and
/// Error(InvalidInput) when it is damaged.
class Session {
public:
    /// Opens the session, or makes a new one where there is no file (or an empty one). An older schema is
    /// migrated first. A file from a newer Cameo is refused with Error(Unsupported), "session from a newer
    /// version …", and not touched; so is a file that is no session (Error(InvalidInput)).
    static std::unique_ptr<Session> open_or_create(const std::filesystem::path& file);
    /// @throws Error(NotFound) when there is no such file; else as above. ReadOnly opens every version, newer ones as far as
    /// this program knows them, and refuses every writing call as Error(Environment).
    static std::unique_ptr<Session> open(const std::filesystem::path& file,
                                         SessionAccess access = SessionAccess::ReadWrite);

    virtual ~Session() = default;

    virtual const std::filesystem::path& path() const = 0;
    virtual SessionAccess access() const = 0;
    virtual bool is_newer() const = 0; ///< than this program: there may be more in it

    /// The state of the last save_state(); of a new session, all empty.
    virtual SessionState state() const = 0;
    /// Writes the parts that differ from what the file has. @return whether anything was written: an
    /// unchanged state costs no disk access, so it may be called as often as one likes.
    virtual bool save_state(const SessionState& state) = 0;

    /// Keeps a trace. A trace is immutable: an id that is there already is left as it is (@return false
    /// then). `bytes` is to_bytes(Trace) and is not looked into. `entry.bytes` is ignored.
    virtual bool add_trace(const TraceEntry& entry, std::string_view bytes) = 0;
    /// Newest first, then id ascending. `contains`: only traces whose query has that text, ASCII letters of
    /// either case.
    virtual std::vector<TraceEntry> traces(std::size_t offset, std::size_t limit,
                                           std::string_view contains = {}) const = 0;
    virtual std::size_t trace_count(std::string_view contains = {}) const = 0;
    virtual std::optional<TraceEntry> trace_entry(std::string_view id) const = 0;
    /// What add_trace was given. Empty optional: no such trace. @throws Error(InvalidInput) when it is
    /// damaged.
    virtual std::optional<std::string> trace(std::string_view id) const = 0;
    /// @return whether it was there. To undo, add_trace() with what trace_entry() and trace() gave before.
    virtual bool remove_trace(std::string_view id) = 0;

    virtual void add_history(const HistoryEntry& entry) = 0;
    /// Newest first.
    virtual std::vector<HistoryEntry> history(std::size_t offset, std::size_t limit) const = 0;
    /// Distinct query texts, latest use first: for the search box.
    virtual std::vector<std::string> recent_queries(std::size_t limit) const = 0;
    /// Takes out what is not newer than that.
    virtual void clear_history(std::int64_t until_ms) = 0;

    /// By collection, query and document.
    virtual std::vector<SessionJudgment> judgments() const = 0;
    /// Sets some, in place of what those documents had for those queries, and takes others out; all or none.
    virtual void change_judgments(std::span<const SessionJudgment> set, std::span<const SessionJudgment> removed) = 0;

    virtual SessionNotebook notebook() const = 0;
    /// Writes what differs from what the last call, or the file at its opening, had; all or nothing.
    virtual void save_notebook(const SessionNotebook& notebook) = 0;

    /// Writes a compact copy under another name, whole or not at all, replacing what is there; this session
    /// stays open under its own name.
    virtual void copy_to(const std::filesystem::path& file) const = 0;
};

} // namespace cameo
