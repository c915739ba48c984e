#include "app/action_steps.hpp"

#include "app/app.hpp"
#include "app/table_text.hpp"
#include "app/typed_path.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/folders.hpp"
#include "core/data/process.hpp"
#include "views/format.hpp"

#include <cctype>
#include <filesystem>
#include <fmt/format.h>
#include <functional>

namespace cameo {

namespace {

/// A shell reads it back as one word.
std::string quoted(const std::string& text) {
    std::string result = "'";
    for (const char character : text) {
        if (character == '\'') result += "'\\''";
        else result += character;
    }
    result += "'";
    return result;
}

std::string without_control(std::string text) {
    for (char& character : text)
        if (static_cast<unsigned char>(character) < 0x20) character = ' ';
    return text;
}

/// "query-bench.svg"
std::string file_name_of(std::string title, std::string_view kind) {
    for (char& character : title) character = character == ' ' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
    return title.append(1, '.').append(kind);
}

} // namespace

void ask_for_session(App& app) {
    const auto open = [&app](const std::filesystem::path& file) { app.open_session(file); };
    if (app.ask_file({.title = "Open a session"}, open)) return;
    app.shell().prompt().ask("Open which session?", "~/finding.cameo", "",
                             [open](const std::string& path) { open(typed_path(path)); });
}

void ask_for_session_to_merge(App& app) {
    ask_what_to_read(app, "Merge which session?", "~/finding.cameo", [&app](const std::filesystem::path& file) { app.merge_session(file); }, "Sessions", "*.cameo");
}

void ask_for_report(App& app, const std::string& story) {
    const auto session = app.session_file();
    const auto write = [&app, session, story](const std::filesystem::path& file) {
        const auto make = [program = app.program(), session, story, file](JobContext& job) {
            // Its steps have to be gone through in another window.
            std::vector<std::string> words{program.string(), "report", session.string(), "-o", file.string(), "--replace"};
            if (!story.empty()) words.insert(words.end(), {"--story", story});
            job.begin("going through the steps", Unit::Steps);
            run_to_success(words, job);
        };
        app.jobs().submit({.name = "Write the report " + file.filename().string(), .lane = Lane::Outside}, make, [&app, file](JobOutcome<std::monostate> outcome) {
            if (outcome.state == JobState::Failed) app.notices().error(outcome.error);
            if (outcome.state == JobState::Done) app.notices().add(Notice::Level::Info, "The report is in " + file.string() + ".", "It opens in any browser, and is printed from there; a name that ends in .pdf makes a PDF at once.");
        });
    };
    ask_where_to_save(app, "the report", session.stem().string() + ".html", write, "Web pages and PDF", "*.html *.pdf");
}

void ask_for_session_copy(App& app) {
    std::error_code failed; // the folder may have been removed beneath us
    const auto first = std::filesystem::current_path(failed) / "session.cameo";
    const auto replace = [&app](const std::filesystem::path& file) { app.save_session_copy(file, true); };
    if (app.ask_file({.title = "Save a copy of the session", .first = first, .saves = true}, replace)) return;
    app.shell().prompt().ask("Write the copy where?", first.string(), first.string(),
                             [&app](const std::string& path) { app.save_session_copy(typed_path(path)); });
}

void copy_results(App& app) {
    const auto trace = app.now().trace;
    if (!trace) return;
    std::string table = "rank\tdocument\ttitle\tscore";
    for (const auto& expert : trace->experts) table += "\t" + expert.name;
    table += "\n";
    for (std::size_t rank = 1; rank <= trace->fused.size(); ++rank) {
        const auto& hit = trace->fused[rank - 1];
        const auto& document = trace->documents[static_cast<std::size_t>(hit.document)];
        table += fmt::format("{}\t{}\t{}\t{}", rank, without_control(document.id), without_control(document.title), hit.score);
        for (const double part : hit.used) table += fmt::format("\t{}", part);
        table += "\n";
    }
    app.act(CopyText{table});
}

void copy_command_line(App& app) {
    const auto trace = app.now().trace;
    if (!trace) return;
    app.act(CopyText{fmt::format("./cameo query --model {} --collection {} --fusion {} {}", quoted(trace->model),
                                 quoted(trace->collection), to_string(trace->fusion), quoted(trace->query))});
}

void export_table(App& app, const ExportTable& what) {
    const auto provenance = table_provenance(app.now(), *what.table);
    if (!what.to_file) return app.act(CopyText{table_text(*what.table, what.format, provenance)});
    const auto write = [&app, what, provenance](const std::filesystem::path& file) {
        const auto save = [what, provenance, file](JobContext&) {
            AtomicFile out(file);
            out.write(table_text(*what.table, what.format, provenance));
            out.commit();
        };
        app.jobs().submit({.name = "Save a table", .listing = Listing::Never}, save, [&app, file](JobOutcome<std::monostate> outcome) {
            if (outcome.state == JobState::Failed) app.notices().error(outcome.error);
            if (outcome.state == JobState::Done) app.notices().add(Notice::Level::Info, "Saved " + file.string() + ".");
        });
    };
    const std::string kind(extension(what.format));
    ask_where_to_save(app, what.table->title, file_name_of(what.table->title, kind), write, "Tables", "*." + kind);
}

void ask_where_to_save(App& app, const std::string& thing, const std::string& file_name, std::function<void(const std::filesystem::path&)> write, const std::string& kind,
                       const std::string& pattern) {
    std::error_code failed; // the folder may have been removed beneath us
    const auto first = std::filesystem::current_path(failed) / file_name;
    if (app.ask_file({.title = "Save " + thing, .first = first, .saves = true, .kind = kind, .pattern = pattern}, write)) return;
    app.shell().prompt().ask("Save " + thing + " where?", first.string(), first.string(), [&app, write = std::move(write)](const std::string& path) {
        const auto file = typed_path(path);
        std::error_code unreadable;
        if (!std::filesystem::exists(file, unreadable)) return write(file);
        app.shell().prompt().confirm(file.string() + ": there is such a file already.", "Replace it", [write, file] { write(file); });
    });
}

void ask_what_to_read(App& app, const std::string& question, const std::string& hint, std::function<void(const std::filesystem::path&)> read, const std::string& kind,
                      const std::string& pattern) {
    if (app.ask_file({.title = question, .first = {}, .kind = kind, .pattern = pattern}, read)) return;
    app.shell().prompt().ask(question, hint, "", [read = std::move(read)](const std::string& path) { read(typed_path(path)); });
}

void export_picture(App& app, const ExportPicture& what) {
    const std::string kind(extension(what.format));
    const bool is_page = what.format == PictureFormat::Page;
    ask_where_to_save(app, what.view, file_name_of(what.view, kind), [&app, what](const std::filesystem::path& file) { app.take_picture({what.view, what.format, file}); },
                      is_page ? "Web pages and PDF" : "Pictures", is_page ? "*.html *.pdf" : "*." + kind);
}

void tell_folders(App& app) {
    const auto here = folders();
    app.notices().add(Notice::Level::Info,
                      fmt::format("Models, collections and indexes are in {}; what set-up fetched is in {}.", here.data.string(),
                                  here.cache.string()));
}

} // namespace cameo
