#include "app/action_steps.hpp"

#include "app/app.hpp"
#include "app/table_text.hpp"
#include "app/typed_path.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
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

/// Into which file of that kind? Nothing is replaced unasked.
void ask_where(App& app, const std::string& title, const std::string& kind, const std::function<void(const std::filesystem::path&)>& write) {
    std::string name = title;
    for (char& character : name) character = character == ' ' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
    std::error_code failed; // the folder may have been removed beneath us
    const auto first = std::filesystem::current_path(failed) / (name + "." + kind);
    if (app.ask_file({.title = "Save " + title, .first = first, .saves = true}, write)) return;
    app.shell().prompt().ask("Save " + title + " where?", first.string(), first.string(), [&app, write](const std::string& path) {
        const auto file = typed_path(path);
        std::error_code unreadable;
        if (!std::filesystem::exists(file, unreadable)) return write(file);
        app.shell().prompt().confirm(file.string() + ": there is such a file already.", "Replace it", [write, file] { write(file); });
    });
}

} // namespace

void ask_for_session(App& app) {
    const auto open = [&app](const std::filesystem::path& file) { app.open_session(file); };
    if (app.ask_file({.title = "Open a session"}, open)) return;
    app.shell().prompt().ask("Open which session?", "~/finding.cameo", "",
                             [open](const std::string& path) { open(typed_path(path)); });
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
    std::string text = table_text(what.table, what.format, table_provenance(app.now()));
    if (!what.to_file) return app.act(CopyText{std::move(text)});
    ask_where(app, what.table.title, extension(what.format), [&app, text = std::move(text)](const std::filesystem::path& file) {
        try {
            AtomicFile out(file);
            out.write(text);
            out.commit();
            app.notices().add(Notice::Level::Info, "Saved " + file.string() + ".");
        } catch (const Error& error) {
            app.notices().error(error.what());
        }
    });
}

void export_picture(App& app, const ExportPicture& what) {
    ask_where(app, what.view, extension(what.format),
              [&app, what](const std::filesystem::path& file) { app.take_picture({what.view, what.format, file}); });
}

void tell_folders(App& app) {
    const auto here = folders();
    app.notices().add(Notice::Level::Info,
                      fmt::format("Models, collections and indexes are in {}; what set-up fetched is in {}.", here.data.string(),
                                  here.cache.string()));
}

} // namespace cameo
