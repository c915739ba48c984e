#include "app/report/report.hpp"

#include "app/about/linked_parts.hpp"
#include "app/report/html.hpp"
#include "app/report/result_part.hpp"
#include "app/session/kept_trace.hpp"
#include "core/base/error.hpp"
#include "core/search/trace.hpp"
#include "views/format.hpp"
#include "views/plain_caption.hpp"

#include <algorithm>
#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <vector>

namespace cameo {

namespace {

constexpr std::size_t kResultsWithoutBookmarks = 10;

/// One part of the page.
struct Part {
    std::string title, caption, trace, document;
    std::string fusion; ///< that the result was looked at under; empty: its own
};

std::vector<Part> parts_of(const Session& session, const SessionNotebook& notebook) {
    std::vector<Part> parts;
    for (const SessionBookmark& bookmark : notebook.bookmarks)
        parts.push_back({.title = bookmark.title, .caption = bookmark.caption, .trace = bookmark.state.selection.trace_id, .document = bookmark.state.selection.document, .fusion = bookmark.state.fusion});
    if (!parts.empty()) return parts;
    std::set<std::string> queries;
    for (const TraceEntry& entry : session.traces(0, 10 * kResultsWithoutBookmarks))
        if (parts.size() < kResultsWithoutBookmarks && queries.insert(entry.query).second) parts.push_back({.title = entry.query, .caption = {}, .trace = entry.id, .document = {}, .fusion = {}});
    return parts;
}

std::optional<Trace> result_of(const Session& session, const Part& part) {
    const auto kept = part.trace.empty() ? std::nullopt : kept_trace(session, part.trace);
    if (!kept) return {};
    const Trace& trace = *kept;
    if (part.fusion.empty() || part.fusion == to_string(trace.fusion)) return trace;
    try {
        return with_fusion(trace, parse_fusion(part.fusion));
    } catch (const Error&) {
        return trace; // chosen for another model
    }
}

std::string notes_about(const SessionNotebook& notebook, const Trace& trace, const std::string& document) {
    std::string html;
    for (const SessionNote& note : notebook.notes) {
        const bool is_about = (note.kind == "query" && note.collection == trace.collection && note.subject == trace.query) ||
                              (note.kind == "document" && note.collection == trace.collection && note.subject == document) || (note.kind == "result" && note.subject == trace.id);
        if (is_about) html += fmt::format("<p class=\"note\">{}</p>\n", escaped(note.text));
    }
    return html;
}

std::string all_notes(const SessionNotebook& notebook) {
    if (notebook.notes.empty()) return {};
    std::string html = "<section id=\"notes\">\n<h2>Notes</h2>\n";
    for (const SessionNote& note : notebook.notes) {
        const std::string about = note.kind == "session" ? "The session" : note.kind == "result" ? "A result" : heading(note.kind) + " " + note.subject;
        html += fmt::format("<h3>{}</h3>\n<p class=\"note\">{}</p>\n", escaped(about), escaped(note.text));
    }
    return html + "</section>\n";
}

std::string judged_words(const Session& session) {
    const auto judgments = session.judgments();
    if (judgments.empty()) return {};
    std::set<std::pair<std::string, std::string>> queries;
    for (const SessionJudgment& one : judgments) queries.emplace(one.collection, one.query);
    return fmt::format(" {} documents of {} {} were judged.", format_count(std::ssize(judgments)), format_count(std::ssize(queries)), queries.size() == 1 ? "query" : "queries");
}

std::string section(const Session& session, const SessionNotebook& notebook, const Part& part, const std::string& id, std::size_t number) {
    const auto trace = result_of(session, part);
    std::string caption = part.caption;
    const bool says_why = caption.empty() && trace && !part.document.empty();
    if (caption.empty() && trace) {
        const auto ledger = std::ranges::find(trace->ledgers, part.document, &Ledger::id);
        caption = plain_caption(*trace, ledger == trace->ledgers.end() ? nullptr : &*ledger, part.document);
    }
    std::string html = fmt::format("<section id=\"{}\">\n<h2>{} {}</h2>\n", id, number, escaped(part.title));
    if (!caption.empty()) html += fmt::format("<p class=\"caption\">{}</p>\n", escaped(caption));
    if (trace) html += notes_about(notebook, *trace, part.document) + result_part(*trace, part.document, id, says_why);
    else html += "<p class=\"quiet\">No result was on screen here.</p>\n";
    return html + "</section>\n";
}

} // namespace

std::string session_report(const Session& session, Progress& progress) {
    const SessionNotebook notebook = session.notebook();
    const auto parts = parts_of(session, notebook);
    if (parts.empty() && notebook.notes.empty())
        throw Error(ErrorKind::InvalidInput, session.path().string() + ": has nothing to report; ask something, or bookmark what is on screen");
    progress.begin("writing the report", Unit::Queries, std::ssize(parts));
    const std::string title = session.path().stem().string();
    std::string contents, sections;
    for (std::size_t at = 0; at < parts.size(); ++at) {
        progress.advance();
        const std::string id = "part-" + std::to_string(at + 1);
        contents += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", id, escaped(parts[at].title));
        sections += section(session, notebook, parts[at], id, at + 1);
    }
    const std::string body =
        fmt::format("<header>\n<h1>{}</h1>\n<p class=\"quiet\">{} of {}.{}</p>\n<nav aria-label=\"Contents\"><ol>\n{}</ol></nav>\n</header>\n<main>\n{}{}</main>\n<footer class=\"quiet\"><p>Made by Cameo {} on {:%F}, from what the "
                    "session recorded: nothing was run anew.</p></footer>\n",
                    escaped(title), notebook.bookmarks.empty() ? "The latest results" : "The bookmarks", format_amount(static_cast<std::int64_t>(session.trace_count()), Unit::Queries) + " that were recorded",
                    judged_words(session), contents, sections, all_notes(notebook), own_version(), fmt::gmtime(std::time(nullptr)));
    return page(title, body);
}

} // namespace cameo
