// cameo collection import | add | remove | list | info

#include "app/cli/json_line.hpp"
#include "app/cli/verbs.hpp"
#include "core/base/error.hpp"
#include "core/data/change_collection.hpp"
#include "core/data/import.hpp"
#include "core/data/line_reader.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <ostream>

namespace cameo {

namespace {

using Json = nlohmann::ordered_json;

struct CollectionOptions {
    std::string path, name, ids_file;
    std::vector<std::string> ids;
    std::int64_t documents = DebianOptions{}.documents;
    bool all = false, json = false;
};

/// Not a path, but this machine's package index.
bool is_debian(std::string_view path) {
    return path == "debian" || path == "debian-training";
}

void import(const CollectionOptions& options, Console& console, ConsoleProgress& progress) {
    const bool training = options.path == "debian-training";
    const ImportReport report = is_debian(options.path)
                                    ? import_debian({.documents = options.all ? 0 : options.documents, .training = training}, progress)
                                    : import_collection(options.path, options.name, progress);
    progress.clear_line();
    if (options.json) {
        console.out << json_line({{"name", report.name},
                             {"documents", report.documents},
                             {"queries", report.queries},
                             {"judgments", report.judgments},
                             {"remarks", report.remarks}});
        return;
    }
    for (const std::string& remark : report.remarks)
        console.err << remark << '\n';
    console.out << fmt::format("{}: {} documents, {} queries, {} judgments\n", report.name,
                               grouped(report.documents), grouped(report.queries), grouped(report.judgments));
}

void print(const CollectionChange& change, const CollectionOptions& options, Console& console) {
    if (options.json) {
        console.out << json_line({{"name", options.name}, {"documents", change.documents}, {"added", change.added}, {"replaced", change.replaced},
                             {"unchanged", change.unchanged}, {"removed", change.removed}, {"unknown", change.unknown}});
        return;
    }
    if (!change.unknown.empty())
        console.err << fmt::format("no document has {} {}\n", change.unknown.size() == 1 ? "the id" : "the ids", fmt::join(change.unknown, ", "));
    std::vector<std::string> words;
    const auto count = [&](std::int64_t documents, const char* what) {
        if (documents > 0) words.push_back(fmt::format("{} {}", grouped(documents), what));
    };
    count(change.added, "added");
    count(change.replaced, "replaced");
    count(change.removed, "removed");
    count(change.unchanged, "there already");
    console.out << fmt::format("{}: {}; {} documents\n", options.name, words.empty() ? "nothing changed" : fmt::format("{}", fmt::join(words, ", ")), grouped(change.documents));
    if (change.added + change.replaced > 0) console.out << fmt::format("`cameo index --collection {}` encodes what is new\n", options.name);
}

/// The ids that were named and those of the file, one a line.
std::vector<std::string> ids_of(const CollectionOptions& options) {
    std::vector<std::string> ids = options.ids;
    if (options.ids_file.empty()) return ids;
    LineReader reader(options.ids_file);
    for (std::string_view line; reader.next(line);)
        if (!line.empty()) ids.emplace_back(line);
    return ids;
}

Json describe(const Collection& collection) {
    Json splits = Json::array();
    for (const std::string& split : collection.splits()) {
        std::int64_t judgments = 0;
        const Qrels qrels = collection.qrels(split);
        for (const auto& [query, grades] : qrels)
            judgments += static_cast<std::int64_t>(grades.size());
        splits.push_back({{"name", split}, {"queries", qrels.size()}, {"judgments", judgments}});
    }
    return {{"name", collection.name()},
            {"documents", collection.documents()},
            {"queries", collection.queries("").size()},
            {"splits", std::move(splits)},
            {"version", collection.version()},
            {"file", collection.path().string()},
            {"provenance", collection.provenance()}};
}

void print(std::ostream& out, const Json& collection) {
    out << fmt::format("{}: {} documents, {} queries\n", collection["name"].get<std::string>(),
                       grouped(collection["documents"].get<std::int64_t>()),
                       grouped(collection["queries"].get<std::int64_t>()));
    for (const auto& split : collection["splits"])
        out << fmt::format("  {}: {} judged queries, {} judgments\n", split["name"].get<std::string>(),
                           grouped(split["queries"].get<std::int64_t>()),
                           grouped(split["judgments"].get<std::int64_t>()));
    out << "version " << collection["version"].get<std::string>() << '\n'
        << collection["file"].get<std::string>() << '\n';
    for (const auto& [key, value] : collection["provenance"].items())
        out << fmt::format("{}: {}\n", key, value.get<std::string>());
}

} // namespace

void add_collection(VerbContext context) {
    auto* verb = context.program.add_subcommand("collection", "import, change, list and describe collections");
    verb->require_subcommand(1);
    auto options = std::make_shared<CollectionOptions>();

    auto* take = verb->add_subcommand("import", "store a collection's documents, queries and judgments");
    take->add_option(
            "PATH", options->path,
            "a BEIR folder, a folder of TREC or MS MARCO files, or `debian`: this machine's package index; "
            "`debian-training`: with nearly twice the train queries, of libraries and the like")
        ->required();
    auto* named = take->add_option("--name", options->name, "its name; without: the folder's");
    auto* all = take->add_flag("--all", options->all, "debian: every package, about 10,900");
    auto* count = take->add_option("--documents", options->documents, "debian: how many packages")
                      ->check(CLI::PositiveNumber)
                      ->capture_default_str()
                      ->excludes(all);
    take->add_flag("--json", options->json, "as JSON");
    take->callback([=] {
        const bool debian = is_debian(options->path);
        if (options->path != "debian" && (all->count() > 0 || count->count() > 0))
            throw CLI::ValidationError("--all and --documents are for `debian` only" + std::string(debian ? "; `debian-training` always has all" : ""));
        if (debian && named->count() > 0)
            throw CLI::ValidationError("this collection is always named " + options->path);
        context.action = [options](Console& console, ConsoleProgress& progress) {
            import(*options, console, progress);
        };
    });

    auto* add = verb->add_subcommand("add", "add documents to a collection, or put new ones in the place of those with the same id");
    add->add_option("NAME", options->name, "a stored collection")->required();
    add->add_option("PATH", options->path, "a file or folder of documents: BEIR, TREC or MS MARCO")->required();
    add->add_flag("--json", options->json, "as JSON");
    add->callback([=] {
        context.action = [options](Console& console, ConsoleProgress& progress) {
            const auto change = add_documents(options->name, options->path, progress);
            progress.clear_line();
            print(change, *options, console);
        };
    });

    auto* remove = verb->add_subcommand("remove", "remove documents from a collection: its indexes find them no more");
    remove->add_option("NAME", options->name, "a stored collection")->required();
    auto* named_ids = remove->add_option("ID", options->ids, "ids of documents");
    auto* listed_ids = remove->add_option("--ids", options->ids_file, "a file with an id on each line");
    remove->add_flag("--json", options->json, "as JSON");
    remove->callback([=] {
        if (named_ids->count() + listed_ids->count() == 0) throw CLI::RequiredError("an ID or --ids FILE");
        context.action = [options](Console& console, ConsoleProgress& progress) {
            const auto ids = ids_of(*options);
            const auto change = remove_documents(options->name, ids, progress);
            progress.clear_line();
            print(change, *options, console);
            if (change.removed == 0 && !change.unknown.empty()) throw Error(ErrorKind::NotFound, "nothing was removed");
        };
    });

    auto* list = verb->add_subcommand("list", "the stored collections");
    list->add_flag("--json", options->json, "as JSON");
    list->callback([=] {
        context.action = [options](Console& console, ConsoleProgress&) {
            Json collections = Json::array();
            for (const CollectionSummary& collection : list_collections()) {
                if (!collection.problem.empty()) {
                    console.err << collection.problem << '\n';
                    continue;
                }
                collections.push_back({{"name", collection.name},
                                       {"documents", collection.documents},
                                       {"queries", collection.queries}});
                if (!options->json)
                    console.out << fmt::format("{:<24} {:>12} documents {:>9} queries\n", collection.name,
                                               grouped(collection.documents), grouped(collection.queries));
            }
            if (options->json)
                console.out << json_line({{"collections", std::move(collections)}});
            else if (collections.empty())
                console.err << "no collections yet: `cameo demo` makes one\n";
        };
    });

    auto* info = verb->add_subcommand("info", "a collection's size, splits and origin");
    info->add_option("NAME", options->name, "a stored collection")->required();
    info->add_flag("--json", options->json, "as JSON");
    info->callback([=] {
        context.action = [options](Console& console, ConsoleProgress&) {
            const Json found = describe(*open_collection(options->name));
            if (options->json)
                console.out << json_line(found);
            else
                print(console.out, found);
        };
    });
}

} // namespace cameo
