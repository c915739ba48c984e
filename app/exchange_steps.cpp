#include "app/exchange_steps.hpp"

#include "app/action_steps.hpp"
#include "app/app.hpp"
#include "app/session/judgment_exchange.hpp"
#include "core/data/run_file.hpp"
#include "views/command_table.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <utility>

namespace cameo {

namespace {

/// Whose judgments are meant: those of the result on screen, or else of what is open.
std::string judged_collection(const App& app) { return app.now().trace ? app.now().trace->collection : app.now().workbench.collection; }

/// A file's name without what shells and file systems dislike.
std::string file_name(std::string text) {
    std::ranges::replace_if(text, [](unsigned char letter) { return letter < 0x80 && !std::isalnum(letter) && letter != '.' && letter != '-'; }, '-');
    return text;
}

} // namespace

void ask_for_judgments_export(App& app, QrelsFormat format) {
    const std::string collection = judged_collection(app);
    const auto& queries = app.judgments().queries();
    if (std::ranges::none_of(queries, [&](const auto& each) { return each.first.first == collection; })) {
        app.notices().add(Notice::Level::Info, "Nothing of " + collection + " has been judged in this session.", "Select a document in the Query bench and press 0 to 9.");
        return;
    }
    const bool trec = format == QrelsFormat::Trec;
    ask_where_to_save(app, "the judgments", file_name(collection) + (trec ? ".qrels" : "-qrels.tsv"),
                      [&app, collection, format](const std::filesystem::path& file) { export_judgments(app, collection, format, file); }, "Judgments", trec ? "*.qrels" : "*.tsv");
}

void export_judgments(App& app, const std::string& collection, QrelsFormat format, const std::filesystem::path& file) {
    const QueryIds ids = exchange_ids(app.judgments(), collection);
    Qrels qrels = exported(app.judgments(), collection, ids);
    std::size_t documents = 0, own = 0;
    std::string an_own;
    for (const auto& [id, grades] : qrels) {
        documents += grades.size();
        const bool of_collection = app.judgments().queries().at({collection, ids.at(id)}).id == id;
        own += !of_collection;
        if (!of_collection && an_own.empty()) an_own = id;
    }
    std::string words = fmt::format("Saved {} {} of {} {} in {}.", documents, documents == 1 ? "judgment" : "judgments", qrels.size(), qrels.size() == 1 ? "query" : "queries", file.string());
    if (own > 0) words += fmt::format(" {} of the queries are none of the collection's: their ids are made of their words, such as {}.", own, an_own);
    app.jobs().submit({.name = "Write judgments", .listing = Listing::Never},
                      [qrels = std::move(qrels), format, file](JobContext&) { write_qrels(qrels, format, file); },
                      [&app, words](JobOutcome<std::monostate> outcome) {
                          if (outcome.state == JobState::Failed) app.notices().error(outcome.error);
                          if (outcome.state == JobState::Done) app.notices().add(Notice::Level::Info, words);
                      });
}

void ask_for_judgments(App& app) {
    ask_what_to_read(app, "Which judgments?", "~/judgments.qrels", [&app](const std::filesystem::path& file) { import_judgments(app, file); }, "Judgments", "*.qrels *.tsv *.txt");
}

void import_judgments(App& app, const std::filesystem::path& file) {
    const auto collection = app.workbench().opened_collection();
    if (!collection) {
        app.notices().add(Notice::Level::Warning, "No collection is open that these could be judgments of.", "Open it first, then import them.");
        return;
    }
    std::vector<std::string> texts;
    for (const PastQuery& past : app.now().history) texts.push_back(past.text);
    const auto read = [file, collection, own = exchange_ids(app.judgments(), collection->name(), texts)](JobContext& job) { return matched(read_qrels(file), *collection, own, job); };
    app.jobs().submit({.name = "Read " + file.filename().string(), .listing = Listing::Active}, read,
                      [&app, collection, file, session = app.session_file()](JobOutcome<ImportedJudgments> outcome) {
                          if (outcome.state == JobState::Failed) app.notices().error(outcome.error, "Nothing of it was taken.");
                          if (!outcome.value) return;
                          if (app.session_file() != session)
                              return app.notices().add(Notice::Level::Warning, file.string() + " was not taken: another session was opened while it was read.", "Import it once more.");
                          ImportedJudgments& imported = *outcome.value;
                          const std::size_t changed = static_cast<std::size_t>(std::ranges::count_if(imported.changes, [&](const JudgmentChange& change) {
                              return app.judgments().grade(change.collection, change.query, change.document) != change.after;
                          }));
                          app.judge(std::move(imported.changes), "Import of judgments");
                          app.notices().add(Notice::Level::Info, import_words(imported, changed, file.string(), collection->name()), changed > 0 ? "Undo takes all of them back." : "");
                      });
}

void ask_for_run_export(App& app, const std::string& system) {
    ask_where_to_save(app, "the run of " + system_title(system), file_name(system) + ".run",
                      [&app, system](const std::filesystem::path& file) {
                          app.workbench().run_files().save(app.now().judged.scores, app.workbench().engine(), system, file);
                      },
                      "Run files", "*.run");
}

void ask_for_run(App& app) {
    if (!app.now().judged.scores) {
        app.notices().add(Notice::Level::Info, "A run file is compared with what was measured, and nothing is yet.", "Measure the judged queries first.");
        return;
    }
    ask_what_to_read(app, "Which run file?", "~/other-system.run", [&app](const std::filesystem::path& file) { import_run(app, file); }, "Run files", "*.run *.trec *.txt");
}

void import_run(App& app, const std::filesystem::path& file) {
    app.workbench().run_files().load(app.now().judged.scores, file, [&app, scores = app.now().judged.scores](std::shared_ptr<const RunFile> run) {
        if (app.now().judged.scores != scores) return false; // not what was measured when somebody asked
        app.workbench().measurements().add_run(std::move(run));
        return true;
    });
}

void add_exchange_actions(App& app, CommandTable& table) {
    table.add({.id = "judgments.import", .title = "Import judgments \u2026", .menu = "File",
               .help = "Takes the grades of a qrels file (TREC or BEIR) into this session. Undo takes them out again.",
               .run = [&app] { app.act(ImportJudgments{}); },
               .why_disabled = [&app]() -> std::string { return app.workbench().opened_collection() ? "" : "no collection is open that they could be of"; },
               .separator_before = true});
    const auto unjudged = [&app]() -> std::string { return app.now().own.documents > 0 ? "" : "nothing has been judged in this session"; };
    table.add({.id = "judgments.export", .title = "Export judgments as TREC qrels \u2026", .menu = "File",
               .help = "Writes the grades given in this session: query, 0, document, grade.",
               .run = [&app] { app.act(ExportJudgments{QrelsFormat::Trec}); }, .why_disabled = unjudged});
    table.add({.id = "judgments.export_beir", .title = "Export judgments as a BEIR table \u2026", .menu = "File",
               .help = "The same as BEIR has them: query-id, corpus-id and score, between tabs.",
               .run = [&app] { app.act(ExportJudgments{QrelsFormat::Beir}); }, .why_disabled = unjudged});
    table.add({.id = "run.import", .title = "Compare a run file \u2026", .menu = "File",
               .help = "Takes a TREC run file of another system into the Evaluation view, with the same measures and tests.",
               .run = [&app] { app.act(ImportRun{}); },
               .why_disabled = [&app]() -> std::string { return app.now().judged.scores ? "" : "measure the judged queries first"; }});
}

} // namespace cameo
