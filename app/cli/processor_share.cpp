#include "app/cli/processor_share.hpp"

#include "app/trainings/processors.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace cameo {
namespace {

constexpr const char* kThreads = "--threads";
constexpr const char* kNice = "--nice";
constexpr int kMostThreads = 1024, kMostNice = 19;

/// -1: it is none, about which the command line will complain.
int number_of(const char* text) {
    char* end = nullptr;
    const long number = std::strtol(text, &end, 10);
    return *text && !*end && number >= 0 && number <= kMostThreads ? int(number) : -1;
}

/// "--threads 2" or "--threads=2". -1: it is not there.
int number_behind(const std::string& option, int count, char** values) {
    for (int at = 1; at < count; ++at) {
        const std::string word = values[at];
        if (word == option && at + 1 < count) return number_of(values[at + 1]);
        if (word.starts_with(option + "=")) return number_of(values[at] + option.size() + 1);
    }
    return -1;
}

/// Behind other processes; and where the kernel shares the processor between sessions rather than processes
/// (sched_autogroup), a session of its own would have as large a share as the window's, whatever its processes' nice values.
void step_back(int nice) {
    ::setpriority(PRIO_PROCESS, 0, nice);
    if (::getsid(0) == ::getpid()) std::ofstream("/proc/self/autogroup") << nice;
}

} // namespace

void add_processor_share(CLI::App& verb) {
    verb.add_option(kThreads, "processors that it uses at most")->check(CLI::Range(1, kMostThreads));
    verb.add_option(kNice, "how much it steps back behind other programs: 0 not at all, 19 the most")->check(CLI::Range(0, kMostNice));
}

void share_processor(int count, char** values) {
    if (const int nice = number_behind(kNice, count, values); nice > 0) step_back(std::min(nice, kMostNice));
    bool changed = keep_to(number_behind(kThreads, count, values));
    if (!::getenv("OMP_WAIT_POLICY")) {
        // OpenMP's threads, which LibTorch uses, spin while they wait: two trainings on two cores took seven times as long a
        // step as one.
        ::setenv("OMP_WAIT_POLICY", "passive", 1);
        changed = true;
    }
    if (changed) ::execv("/proc/self/exe", values); // where that cannot be, the training is only less polite
}

} // namespace cameo
