#include "app/index_actions.hpp"

#include "app/action_steps.hpp"
#include "app/app.hpp"
#include "app/shell/layouts.hpp"
#include "views/command_table.hpp"
#include "views/icons.hpp"

#include <fmt/format.h>

namespace cameo {

void ask_for_documents(App& app) {
    ask_what_to_read(app, "Which documents?", "~/corpus.jsonl", [&app](const std::filesystem::path& file) { app.workbench().add_documents(file); }, "Documents",
                     "*.jsonl *.tsv *.trec *.txt *.gz *.zst");
}

void ask_to_remove(App& app, const std::string& document) {
    const std::string collection = app.workbench().collection();
    app.shell().prompt().confirm(fmt::format("Remove {} from {}? It can only be brought back from the file that it came from.", document, collection), "Remove it",
                                 [&app, document, collection] {
                                     if (app.workbench().collection() == collection) app.workbench().remove_document(document);
                                 });
}

void add_index_actions(App& app, CommandTable& table) {
    const auto why_not = [&app]() -> std::string {
        if (app.workbench().is_building()) return "something is being built already";
        return app.now().workbench.phase == Phase::Ready ? "" : "no model and collection are open";
    };
    table.add({.id = "index.build", .title = "Index the collection for the model", .menu = "File",
               .help = "Encodes what is missing of the collection in use; takes up again where an earlier build stopped.",
               .icon = icon::kCollection, .run = [&app] { app.act(BuildIndex{}); }, .why_disabled = why_not});
    table.add({.id = "index.settings", .title = "Index settings", .menu = "File",
               .help = "Where the index is, on this machine or in Milvus, what its experts find documents by, and what that costs.",
               .run = [&app] { app.act(ShowView{view_title::kIndex}); }});
    table.add({.id = "documents.add", .title = "Add documents \u2026", .menu = "File",
               .help = "Adds a file's documents to the collection in use; those whose id is there take its document's place.",
               .icon = icon::kPlus, .run = [&app] { app.act(AddDocuments{}); }, .why_disabled = why_not});
    table.add({.id = "documents.remove", .title = "Remove this document \u2026", .menu = "File",
               .help = "Takes the selected document out of the collection in use; it is found no more.",
               .run = [&app] { app.act(RemoveDocument{app.now().selection.document}); },
               .why_disabled = [&app, why_not]() -> std::string {
                   if (auto reason = why_not(); !reason.empty()) return reason;
                   if (app.now().selection.document.empty()) return "no document is selected";
                   return app.now().trace && app.now().trace->collection == app.workbench().collection() ? "" : "what is on screen is of another collection";
               }});
}

} // namespace cameo
