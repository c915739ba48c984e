// cameo gate: what an SB-MoE model's gate does with all queries and documents, and whether its experts
// differ.

#include "app/cli/verbs.hpp"
#include "core/eval/gate_report.hpp"
#include "core/milvus/index_engine.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <ostream>

namespace cameo {

namespace {

struct GateOptions {
    EngineOptions engine;
    GateReportOptions report;
    bool json = false;
};

void report(const GateOptions& options, Console& console, ConsoleProgress& progress) {
    progress.begin("loading the model", Unit::Steps);
    auto model = open_model(options.engine.model);
    gate_expert(*model); // refuses a model without one before the long work
    progress.begin("opening the collection", Unit::Steps);
    auto collection = open_collection(options.engine.collection);
    std::shared_ptr<const Index> index;
    if (const auto folder = index_folder(model->name(), collection->name());
        std::filesystem::exists(folder)) {
        progress.begin("opening the index", Unit::Steps);
        index = open_index(folder, progress);
        SearchEngine(model, collection, index); // refuses one that is of another version
    }
    const DeviceInfo device = model->device();
    const GateReport found = report_gate(*model, *collection, index.get(), options.report, progress);
    progress.clear_line();
    tell_device_trouble(device, model->device(), console.err);
    if (!index)
        console.err << fmt::format(
            "there is no index of {} and {}: documents are a sample of {}; `cameo index` makes "
            "the gate known for all {}\n",
            model->name(), collection->name(), grouped(found.documents.routing.inputs),
            grouped(collection->size()));
    else if (index->info().documents < collection->size())
        console.err << fmt::format("the index has {} of {} documents; `cameo index` adds the others\n",
                                   grouped(index->info().documents), grouped(collection->size()));
    console.out << (options.json ? to_json(found) + '\n' : to_table(found));
}

} // namespace

void add_gate(VerbContext context) {
    auto* verb = context.program.add_subcommand(
        "gate",
        "how an SB-MoE model's gate routes all queries and documents, and whether its experts differ");
    auto options = std::make_shared<GateOptions>();
    options->engine.add_to(*verb);
    verb->add_option("--split", options->report.split, "whose queries")->capture_default_str();
    verb->add_option(
            "--sample", options->report.sample,
            "queries, and documents, whose experts are compared; without an index also the documents whose "
            "gates are read")
        ->check(CLI::Range(1, 2000))
        ->capture_default_str();
    verb->add_flag("--json", options->json, "as JSON");
    verb->callback([=] {
        context.action = [options](Console& console, ConsoleProgress& progress) {
            report(*options, console, progress);
        };
    });
}

} // namespace cameo
