// cameo demo: from nothing to a searchable collection, and on from wherever an earlier call stopped.

#include "app/cli/verbs.hpp"
#include "app/demo.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <ostream>

namespace cameo {

void add_demo(VerbContext context) {
    auto* verb =
        context.program.add_subcommand("demo", "build the demo: the Debian collection, and its index by the model came");
    auto all = std::make_shared<bool>(false);
    verb->add_flag("--all", *all, "every package of this machine's index (about 10,900) instead of 3,000");
    verb->callback([=] {
        context.action = [all](Console& console, ConsoleProgress& progress) {
            const DemoReport report = build_demo({.all = *all}, progress);
            progress.clear_line();
            for (const std::string& remark : report.import.remarks)
                console.err << remark << '\n';
            console.out << fmt::format("{} searches {}: {} documents\n", report.model, report.collection,
                                       grouped(report.documents));
            console.err << fmt::format("try: cameo query \"play music in the terminal\"\n");
        };
    });
}

} // namespace cameo
