// cameo eval: measures per expert, fusion and query category, beside BM25 and other systems' run files.

#include "app/cli/verbs.hpp"
#include "app/demo.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/eval/evaluation.hpp"
#include "core/index/bm25.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace cameo {

namespace {

struct EvalOptions {
    EngineOptions engine;
    EvaluationOptions evaluation;
    std::vector<std::string> run_files;
    std::string run_folder;
    bool json = false;
};

bool is_space(char letter) {
    return std::string_view(" \t\r\n\f\v").find(letter) != std::string_view::npos;
}

void check_id(const std::string& id, const char* what, const Collection& collection) {
    if (!id.empty() && std::none_of(id.begin(), id.end(), is_space)) return;
    throw Error(
        ErrorKind::InvalidInput,
        fmt::format(
            "--save-runs: the {} id '{}' of collection {} cannot stand in a run file: expected a word "
            "without white space",
            what, id, collection.name()));
}

/// What would keep the runs from being written is told before the long work, not after it.
void check_that_runs_can_be_saved(const std::filesystem::path& folder, const Collection& collection,
                                  const std::string& split, Progress& progress) {
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed)
        throw Error(ErrorKind::Environment,
                    fmt::format("{}: cannot be made: {}", folder.string(), failed.message()));
    AtomicFile(folder / "cameo.run"); // gone at once
    for (const Query& query : collection.queries(split))
        check_id(query.id, "query", collection);
    progress.begin("checking the documents' ids", Unit::Documents, collection.size());
    collection.for_each_document(0, [&](DocumentOrdinal, const Document& document) {
        check_id(document.id, "document", collection);
        progress.advance();
        return true;
    });
}

void save_runs(Evaluation& evaluation, const std::filesystem::path& folder, std::ostream& err) {
    for (SystemResult& system : evaluation.systems) {
        if (system.run.queries.empty()) continue; // came from a file
        std::string file = system.name;
        std::replace_if(
            file.begin(), file.end(), [](char c) { return c == ':' || c == '/' || c == ','; }, '-');
        std::replace_if(system.run.tag.begin(), system.run.tag.end(), is_space, '_');
        write_run_file(system.run, folder / (file + ".run"));
    }
    err << "run files are in " << folder.string() << '\n';
}

void evaluate(const EvalOptions& options, Console& console, ConsoleProgress& progress) {
    EvaluationOptions wanted = options.evaluation;
    for (const std::string& file : options.run_files) { // first: a bad file is told before the long work
        RunFile run = read_run_file(file);
        if (run.tag.empty()) run.tag = std::filesystem::path(file).filename().string();
        wanted.runs.push_back(std::move(run));
    }
    wanted.keep_runs = !options.run_folder.empty();
    const auto engine = open_engine(options.engine, console, progress);
    const DeviceInfo device = engine->model().device();
    if (wanted.keep_runs)
        check_that_runs_can_be_saved(options.run_folder, engine->collection(), wanted.split, progress);
    std::string remark;
    const auto bm25 =
        Bm25::load_or_build(bm25_file(engine->collection().name()), engine->collection(), progress, &remark);
    Evaluation evaluation = cameo::evaluate(*engine, *bm25, wanted, progress);
    progress.clear_line();
    tell_device_trouble(device, engine->model().device(), console.err);
    if (!remark.empty()) console.err << remark << '\n';
    console.out << (options.json ? to_json(evaluation) + '\n' : to_table(evaluation)) << std::flush;
    if (wanted.keep_runs) save_runs(evaluation, options.run_folder, console.err);
}

} // namespace

void add_eval(VerbContext context) {
    auto* verb = context.program.add_subcommand("eval", "measure every expert and fusion on judged queries");
    auto options = std::make_shared<EvalOptions>();
    options->engine.add_to(*verb);
    options->engine.add_effort_to(*verb);
    verb->add_option("--split", options->evaluation.split, "which judged queries")->capture_default_str();
    verb->add_option_function<std::vector<std::string>>(
            "--fusion",
            [options](const std::vector<std::string>& texts) {
                for (const std::string& text : texts)
                    options->evaluation.fusions.push_back(fusion_option(text));
            },
            "a fusion to measure, may be repeated; without: sum, minmax, zscore, rrf, rank "
            "and what cameo fuse has learned")
        ->type_name("TEXT")
        ->allow_extra_args(false);
    verb->add_option("--depth", options->evaluation.depth, "candidates of each expert")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    verb->add_option("--run", options->run_files, "a TREC run file of another system, may be repeated")
        ->allow_extra_args(false);
    verb->add_option("--save-runs", options->run_folder,
                     "write every system's list as a TREC run file into this folder");
    verb->add_flag("--json", options->json, "as JSON");
    verb->callback([=] {
        context.action = [options](Console& console, ConsoleProgress& progress) {
            evaluate(*options, console, progress);
        };
    });
}

} // namespace cameo
