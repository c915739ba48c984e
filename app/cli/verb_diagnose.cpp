// cameo diagnose: what is wrong with a training, by its record.

#include "app/cli/verbs.hpp"
#include "app/trainings/find_training.hpp"
#include "app/trainings/read_evidence.hpp"
#include "core/diagnose/diagnose_training.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace cameo {

void add_diagnose(VerbContext context) {
    auto* verb = context.program.add_subcommand("diagnose", "what is wrong with a training, by its record, and what may mend it");
    struct Options {
        std::string training;
        bool json = false;
    };
    auto options = std::make_shared<Options>();
    verb->add_option("training", options->training, "its name, or its folder")->required();
    verb->add_flag("--json", options->json, "as JSON");
    verb->callback([=] {
        context.action = [options](Console& console, ConsoleProgress&) {
            const auto findings = diagnose(read_evidence(find_training(options->training)));
            console.out << (options->json ? to_json(findings) + '\n' : to_text(findings));
        };
    });
}

} // namespace cameo
