#include "app/cli/cli.hpp"
#include "app/cli/processor_share.hpp"
#include "app/run_window.hpp"
#include "app/verb_report.hpp"
#include "app/verb_view.hpp"
#include "app/window_options.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/model/vectors/vector_cache.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace {

/// Here rather than where encoders are made: tests, which do not come here, are to leave nothing in anybody's cache.
void keep_vectors_in_cache() {
    try {
        cameo::VectorCache cache;
        cache.folder = cameo::folders().vectors;
        cache.tell = [](const std::string& sentence) { std::fprintf(stderr, "\ncameo: %s\n", sentence.c_str()); };
        cameo::keep_vectors(std::move(cache));
    } catch (const cameo::Error&) {
        // Without a home there is no cache; who needs another folder says so.
    }
}

/// `cameo --help` says what the window takes; the command line itself knows nothing of it.
void add_window_help(cameo::VerbContext context) { context.program.footer(cameo::window_help()); }

} // namespace

int main(int count, char** values) {
    const std::vector<std::string> arguments(values + 1, values + count);
    if (!arguments.empty() && (arguments[0] == "train" || arguments[0] == "experiments")) cameo::share_processor(count, values);
    keep_vectors_in_cache();
    constexpr cameo::AddVerb kOfTheWindow[] = {cameo::add_view, cameo::add_report, add_window_help};
    if (!cameo::asks_for_window(arguments)) return cameo::run_command_line(count, values, kOfTheWindow);
    try {
        return cameo::run_window(cameo::parse_window_options(arguments));
    } catch (const cameo::Error& error) {
        std::fprintf(stderr, "cameo: %s\n", error.what());
        return error.kind() == cameo::ErrorKind::InvalidInput ? 2 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "cameo: %s\n", error.what());
        return 1;
    }
}
