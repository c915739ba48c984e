#include "app/verb_report.hpp"

#include "app/report/pdf.hpp"
#include "app/report/report.hpp"
#include "app/step_reader.hpp"
#include "core/base/error.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <ostream>

namespace cameo {

void add_report(VerbContext context) {
    struct Options {
        std::string session, story, output;
        bool replace = false;
    };
    auto* verb = context.program.add_subcommand("report", "a session or a story as one HTML page: steps with results, figures, captions and notes; it needs nothing else");
    auto options = std::make_shared<Options>();
    verb->add_option("SESSION", options->session, "a .cameo file; nothing is written into it")->required();
    verb->add_option("--story", options->story, "one of its stories, by its title; without: its bookmarks and all its stories");
    verb->add_option("-o,--output", options->output, "the page, or its PDF where the name ends in .pdf; without: a page in this folder, under the session's name");
    verb->add_flag("--replace", options->replace, "also where there is such a file already");
    verb->callback([=] {
        context.action = [options](Console& console, ConsoleProgress& progress) {
            const auto session = Session::open(options->session, SessionAccess::ReadOnly);
            const std::filesystem::path file = options->output.empty() ? session->path().stem().string() + ".html" : options->output;
            std::error_code failed;
            if (!options->replace && std::filesystem::exists(file, failed)) throw Error(ErrorKind::InvalidInput, file.string() + ": is there already; --replace writes over it");
            StepReader reader(*session, progress);
            const std::string page = session_report(*session, {.story = options->story, .look = [&](const SessionBookmark& bookmark) { return reader.look(bookmark); }}, progress);
            save_page(page, file, progress);
            progress.clear_line();
            console.out << file.string() << '\n';
        };
    });
}

} // namespace cameo
