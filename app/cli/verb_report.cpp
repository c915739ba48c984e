// cameo report: a session as one page for a browser.

#include "app/cli/verbs.hpp"
#include "app/report/report.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <ostream>

namespace cameo {

void add_report(VerbContext context) {
    struct Options {
        std::string session, output;
        bool replace = false;
    };
    auto* verb = context.program.add_subcommand("report", "a session as one HTML page: bookmarks with their results, captions, notes; it needs nothing else");
    auto options = std::make_shared<Options>();
    verb->add_option("SESSION", options->session, "a .cameo file")->required();
    verb->add_option("-o,--output", options->output, "the page; without: in this folder, under the session's name");
    verb->add_flag("--replace", options->replace, "also where there is such a file already");
    verb->callback([=] {
        context.action = [options](Console& console, ConsoleProgress& progress) {
            const auto session = Session::open(options->session, SessionAccess::ReadOnly);
            const std::filesystem::path file = options->output.empty() ? session->path().stem().string() + ".html" : options->output;
            std::error_code failed;
            if (!options->replace && std::filesystem::exists(file, failed)) throw Error(ErrorKind::InvalidInput, file.string() + ": is there already; --replace writes over it");
            const std::string page = session_report(*session, progress);
            AtomicFile out(file);
            out.write(page);
            out.commit();
            progress.clear_line();
            console.out << file.string() << '\n';
        };
    });
}

} // namespace cameo
