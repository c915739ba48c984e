// cameo experiments: runs the trainings of a plan, measures them, and goes on where it was stopped.

#include "app/cli/verbs.hpp"
#include "app/experiments/runner.hpp"
#include "core/base/folders.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace cameo {

void add_experiments(VerbContext context) {
    auto* verb = context.program.add_subcommand("experiments", "run the papers' experiments: many trainings, for hours");
    struct Options {
        std::string plan, folder;
    };
    auto options = std::make_shared<Options>();
    verb->add_option("PLAN", options->plan, "a plan's JSON file; without: the one that ships");
    verb->add_option("--folder", options->folder, "where trainings and results are kept; without: under Cameo's data");
    verb->callback([=] {
        context.action = [options](Console& console, ConsoleProgress& progress) {
            const auto plan = read_plan(options->plan.empty() ? folders().assets / "recipes" / "experiments.json"
                                                              : std::filesystem::path(options->plan));
            const auto folder = options->folder.empty() ? folders().data / "experiments" : std::filesystem::path(options->folder);
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
