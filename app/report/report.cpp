#include "app/report/report.hpp"

#include "app/about/linked_parts.hpp"
#include "app/report/figure_part.hpp"
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
    std::string title, chapter; ///< chapter: HTML that goes before it
    SeenStep seen;
    bool has_own_words = false; ///< the caption was written by somebody, or says all that there is to say
};

std::optional<Trace> result_of(const Session& session, const std::string& id, const std::string& fusion) {
    const auto kept = id.empty() ? std::nullopt : kept_trace(session, id);
    if (!kept) return {};
    const Trace& trace = *kept;
    if (fusion.empty() || fusion == to_string(trace.fusion)) return trace;
    try {
        return with_fusion(trace, parse_fusion(fusion));
    } catch (const Error&) {
        return trace; // chosen for another model
    }
}

SeenStep as_recorded(const Session& session, const std::string& trace, const std::string& document, const std::string& fusion, const std::string& caption) {
    SeenStep seen{.caption = caption, .trace = nullptr, .document = document, .figures = {}};
    auto result = result_of(session, trace, fusion);
    if (!result) return seen;
    seen.trace = std::make_shared<const Trace>(std::move(*result));
    if (!caption.empty()) return seen;
    const auto ledger = std::ranges::find(seen.trace->ledgers, document, &Ledger::id);
    seen.caption = plain_caption(*seen.trace, ledger == seen.trace->ledgers.end() ? nullptr : &*ledger, document);
    return seen;
}

Part part_of(const Session& session, const ReportWish& wish, const SessionBookmark& bookmark) {
    const SessionSelection& selection = bookmark.state.selection;
    return {.title = bookmark.title, .chapter = {},
            .seen = wish.look ? wish.look(bookmark) : as_recorded(session, selection.trace_id, selection.document, bookmark.state.fusion, bookmark.caption),
            .has_own_words = !bookmark.caption.empty() || selection.document.empty()};
}

/// Its steps, the first one with the story's own words before it.
void add_story(const Session& session, const ReportWish& wish, const SessionNotebook& notebook, const SessionStory& story, bool is_all, std::vector<Part>& parts, Progress& progress) {
    const std::size_t first = parts.size();
    for (const SessionBookmark& bookmark : notebook.bookmarks)
        if (bookmark.story == story.id) {
            progress.advance();
            parts.push_back(part_of(session, wish, bookmark));
        }
    if (first == parts.size() || is_all) return;
    parts[first].chapter = fmt::format("<section class=\"chapter\">\n<h2>{}</h2>\n<p>{}</p>\n</section>\n", escaped(story.title), escaped(story.about));
}

void add_latest_results(const Session& session, std::vector<Part>& parts) {
    std::set<std::string> queries;
    for (const TraceEntry& entry : session.traces(0, 10 * kResultsWithoutBookmarks))
        if (parts.size() < kResultsWithoutBookmarks && queries.insert(entry.query).second)
            parts.push_back({.title = entry.query, .chapter = {}, .seen = as_recorded(session, entry.id, {}, {}, {}), .has_own_words = true});
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
    const auto is_told = [](const SessionNote& note) { return note.kind != "bookmark"; }; // which are the presenter's own
    if (std::ranges::none_of(notebook.notes, is_told)) return {};
    std::string html = "<section id=\"notes\">\n<h2>Notes</h2>\n";
    for (const SessionNote& note : notebook.notes) {
        if (!is_told(note)) continue;
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

std::string section(const SessionNotebook& notebook, const Part& part, const std::string& id, std::size_t number) {
    const SeenStep& seen = part.seen;
    std::string html = part.chapter + fmt::format("<section id=\"{}\">\n<h2>{} {}</h2>\n", id, number, escaped(part.title));
    if (!seen.caption.empty()) html += fmt::format("<p class=\"caption\">{}</p>\n", escaped(seen.caption));
    for (const Figure& figure : seen.figures) html += figure_part(figure);
    if (seen.trace) html += notes_about(notebook, *seen.trace, seen.document) + result_part(*seen.trace, seen.document, id, !part.has_own_words);
    else if (seen.figures.empty()) html += "<p class=\"quiet\">There is no result here.</p>\n";
    return html + "</section>\n";
}

} // namespace

std::string session_report(const Session& session, const ReportWish& wish, Progress& progress) {
    const SessionNotebook notebook = session.notebook();
    const auto told = std::ranges::find_if(notebook.stories, [&](const SessionStory& story) { return !wish.story.empty() && (story.id == wish.story || story.title == wish.story); });
    if (!wish.story.empty() && told == notebook.stories.end()) throw Error(ErrorKind::NotFound, session.path().string() + ": has no story '" + wish.story + "'");
    progress.begin("writing the report", Unit::Steps, std::ssize(notebook.bookmarks));
    std::vector<Part> parts;
    std::string of = "The latest results";
    if (!wish.story.empty()) {
        add_story(session, wish, notebook, *told, true, parts, progress);
        of = "A story";
    } else {
        for (const SessionBookmark& bookmark : notebook.bookmarks)
            if (bookmark.story.empty()) {
                progress.advance();
                parts.push_back(part_of(session, wish, bookmark));
            }
        for (const SessionStory& story : notebook.stories) add_story(session, wish, notebook, story, false, parts, progress);
        if (!parts.empty()) of = "The bookmarks and stories";
        else add_latest_results(session, parts);
    }
    if (parts.empty() && notebook.notes.empty())
        throw Error(ErrorKind::InvalidInput, session.path().string() + ": has nothing to report; ask something, or bookmark what is on screen");
    const std::string title = wish.story.empty() ? session.path().stem().string() : told->title, about = wish.story.empty() ? std::string() : told->about;
    std::string contents, sections;
    for (std::size_t at = 0; at < parts.size(); ++at) {
        const std::string id = "part-" + std::to_string(at + 1);
        contents += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", id, escaped(parts[at].title));
        sections += section(notebook, parts[at], id, at + 1);
    }
    const std::string body =
        fmt::format("<header>\n<h1>{}</h1>\n{}<p class=\"quiet\">{} of {}.{}</p>\n<nav aria-label=\"Contents\"><ol>\n{}</ol></nav>\n</header>\n<main>\n{}{}</main>\n<footer class=\"quiet\"><p>Made by Cameo {} on {:%F}.</p></footer>\n",
                    escaped(title), about.empty() ? std::string() : fmt::format("<p>{}</p>\n", escaped(about)), of,
                    wish.story.empty() ? format_amount(static_cast<std::int64_t>(session.trace_count()), Unit::Queries) + " that were recorded" : "the session " + escaped(session.path().stem().string()),
                    wish.story.empty() ? judged_words(session) : std::string(), contents, sections, wish.story.empty() ? all_notes(notebook) : std::string(), own_version(), fmt::gmtime(std::time(nullptr)));
    return page(title, body);
}

} // namespace cameo
