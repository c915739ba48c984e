// cameo experiments: runs the trainings of a plan, measures them, and goes on where it was stopped.

#include "app/cli/verbs.hpp"
#include "app/experiments/figure.hpp"
#include "app/experiments/report.hpp"
#include "app/experiments/runner.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"

#include <CLI/CLI.hpp>

#include <fstream>
#include <ostream>
#include <sstream>

namespace cameo {

namespace {

void fill_report(const std::filesystem::path& file, const ExperimentPlan& plan, std::span<const ExperimentResult> results) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) throw Error(ErrorKind::NotFound, file.string() + ": the report cannot be read");
    AtomicFile out(file);
    out.write(with_tables(text.str(), plan, results));
    out.commit();
    for (const auto& table : plan.tables) {
        if (!has_figure(table, results)) continue;
        const auto at = file.parent_path() / figure_file(table);
        std::filesystem::create_directories(at.parent_path());
        AtomicFile picture(at);
        picture.write(to_svg(table, results));
        picture.commit();
    }
}

} // namespace

void add_experiments(VerbContext context) {
    auto* verb = context.program.add_subcommand("experiments", "run the papers' experiments: many trainings, for hours");
    struct Options {
        std::string plan, folder, report;
    };
    auto options = std::make_shared<Options>();
    verb->add_option("PLAN", options->plan, "a plan's JSON file; without: the one that ships");
    verb->add_option("--folder", options->folder, "where trainings and results are kept; without: under Cameo's data");
    verb->add_option("--report", options->report, "run nothing; put the tables of what is done into this Markdown file");
    verb->callback([=] {
        context.action = [options](Console& console, ConsoleProgress& progress) {
            const auto plan = read_plan(options->plan.empty() ? folders().assets / "recipes" / "experiments.json"
                                                              : std::filesystem::path(options->plan));
            const auto folder = options->folder.empty() ? folders().data / "experiments" : std::filesystem::path(options->folder);
            if (!options->report.empty()) {
                fill_report(options->report, plan, read_results(plan, folder));
                console.out << options->report << '\n';
                return;
            }
            run_experiments(
                plan, folder,
                [&](const std::string& line) {
                    progress.clear_line();
                    console.out << line << std::endl; // hours may pass before the next one
                },
                progress);
        };
    });
}

} // namespace cameo
