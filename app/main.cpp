#include "app/cli/cli.hpp"
#include "app/run_window.hpp"
#include "app/window_options.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/model/vectors/vector_cache.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

/// A training shares the processor with the window and whatever else is at work. OpenMP's threads, which LibTorch uses, wait
/// for each other by spinning: two trainings on two cores took seven times as long a step as one. How they wait is read when
/// the library is loaded, so the program is begun once more.
void wait_politely(char** values) {
    if (::getenv("OMP_WAIT_POLICY")) return;
    ::setenv("OMP_WAIT_POLICY", "passive", 1);
    ::execv("/proc/self/exe", values); // where that cannot be, the training is only less polite
}

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

} // namespace

int main(int count, char** values) {
    const std::vector<std::string> arguments(values + 1, values + count);
    if (!arguments.empty() && (arguments[0] == "train" || arguments[0] == "experiments")) wait_politely(values);
    keep_vectors_in_cache();
    if (!cameo::asks_for_window(arguments)) return cameo::run_command_line(count, values);
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
