#include "tests/fuzz/fuzz_run.hpp"

#include "tests/support/temporary_folder.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <malloc.h>
#include <optional>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
// What SQLite and the sanitizer set aside is not what a case takes.
extern "C" const char* __asan_default_options() { return "quarantine_size_mb=16:detect_stack_use_after_return=0:allocator_may_return_null=0"; }
#endif

namespace cameo {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
    std::uint64_t cases = 3000, first = 0, seed = 1;
    std::optional<std::uint64_t> one;
    int processes = 1;
    unsigned limit_s = 20;
    long most_mib = 768; ///< of memory, at any time
    std::string folder;
};

/// What a process tells the one that has started it, also when it is no more.
struct Progress {
    std::uint64_t at = 0, done = 0;
    double slowest_s = 0;
    std::uint64_t slowest = 0;
    Reached reached;
};

/// Ends the process: after so much of the processor's time, or thirty times as long where it waits for something; on a busy machine all takes long. 0: no more
void limit_time(unsigned seconds) {
    const itimerval limit{.it_interval = {}, .it_value = {.tv_sec = static_cast<time_t>(seconds), .tv_usec = 0}};
    ::setitimer(ITIMER_PROF, &limit, nullptr);
    ::alarm(30 * seconds);
}

long most_memory_mib() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

/// @return how far it came, and how long the reading took
std::pair<Reached, double> one_case(std::uint64_t number, const Options& options, const FuzzTarget& target, const std::filesystem::path& folder) {
    Dice dice(options.seed, number);
    const auto at = folder / ("case-" + std::to_string(number));
    target.damage(dice, at);
    const long before = most_memory_mib(); // the edit itself may have taken some
    const auto began = Clock::now();
    limit_time(options.limit_s);
    const Reached reached = target.use(dice, at);
    limit_time(0);
    const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
    const long after = most_memory_mib();
    if (after > before && after > options.most_mib) throw Finding("it took " + std::to_string(after) + " MiB of memory");
    if (!options.one) target.take_away(at);
    return {reached, seconds};
}

void work(int process, const Options& options, const FuzzTarget& target, const std::filesystem::path& folder, Progress& progress) {
    for (std::uint64_t number = options.first + static_cast<std::uint64_t>(process); number < options.first + options.cases; number += static_cast<std::uint64_t>(options.processes)) {
        progress.at = number;
        const auto [reached, seconds] = one_case(number, options, target, folder);
        progress.reached += reached;
        if (seconds > progress.slowest_s) progress.slowest_s = seconds, progress.slowest = number;
        ++progress.done;
    }
}

void report(const Options& options, const FuzzTarget& target, const Progress* all, double seconds) {
    Progress sum;
    for (int process = 0; process < options.processes; ++process) {
        sum.done += all[process].done;
        sum.reached += all[process].reached;
        if (all[process].slowest_s > sum.slowest_s) sum.slowest_s = all[process].slowest_s, sum.slowest = all[process].slowest;
    }
    const Reached& reached = sum.reached;
    const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
    std::printf("%llu %s in %.1f s, %.0f a second; opened %llu times and refused %llu; %llu calls answered and %llu refused; ", number(sum.done), target.noun, seconds,
                static_cast<double>(sum.done) / seconds, number(reached.opened), number(reached.refused), number(reached.answered), number(reached.failed));
    if (reached.traces + reached.damaged_traces > 0) std::printf("%llu traces read and %llu refused; ", number(reached.traces), number(reached.damaged_traces));
    std::printf("slowest case %llu: %.2f s\n", number(sum.slowest), sum.slowest_s);
    std::fflush(stdout);
}

std::string how_it_ended(int status) {
    if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGPROF || WTERMSIG(status) == SIGALRM)) return "it took too long";
    if (WIFSIGNALED(status)) return std::string("it was ended by ") + ::strsignal(WTERMSIG(status));
    return "it ended with exit code " + std::to_string(WEXITSTATUS(status));
}

int run(const Options& options, const FuzzTarget& target) {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "whole");
    target.prepare(folder / "whole");
    if (options.one) {
        const auto [reached, seconds] = one_case(*options.one, options, target, options.folder);
        std::printf("case %llu is in %s: opened %llu times and refused %llu in %.2f s\n", static_cast<unsigned long long>(*options.one), options.folder.c_str(), static_cast<unsigned long long>(reached.opened),
                    static_cast<unsigned long long>(reached.refused), seconds);
        return 0;
    }
    const auto began = Clock::now();
    const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - began).count(); };
    auto* all = static_cast<Progress*>(::mmap(nullptr, sizeof(Progress) * static_cast<std::size_t>(options.processes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    std::vector<pid_t> children;
    for (int process = 0; process < options.processes; ++process) {
        std::fflush(stdout);
        const pid_t child = ::fork();
        if (child == 0) {
            const auto own = folder / ("process-" + std::to_string(process));
            std::filesystem::create_directory(own);
            try {
                work(process, options, target, own, all[process]);
            } catch (const std::exception& finding) {
                std::printf("case %llu: %s\n", static_cast<unsigned long long>(all[process].at), finding.what());
                std::fflush(stdout);
                ::_exit(1);
            }
            std::exit(0); // by way of the leak sanitizer
        }
        children.push_back(child);
    }
    bool good = true;
    for (int ended = 0, tick = 1; ended < options.processes;) {
        for (int process = 0; process < options.processes; ++process) {
            int status = 0;
            if (::waitpid(children[static_cast<std::size_t>(process)], &status, WNOHANG) <= 0) continue;
            ++ended;
            if (status == 0) continue;
            good = false;
            std::printf("case %llu of seed %llu: %s\n", static_cast<unsigned long long>(all[process].at), static_cast<unsigned long long>(options.seed), how_it_ended(status).c_str());
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        if (seconds() > 60 * tick) report(options, target, all, seconds()), ++tick;
    }
    report(options, target, all, seconds());
    return good ? 0 : 1;
}

} // namespace

void Reached::operator+=(const Reached& other) {
    opened += other.opened;
    refused += other.refused;
    answered += other.answered;
    failed += other.failed;
    traces += other.traces;
    damaged_traces += other.damaged_traces;
}

int run_fuzz(int count, char** words, const FuzzTarget& target) {
    // Each case writes and syncs: on a disk that would take minutes, and wear it.
    if (std::filesystem::is_directory("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 0);
    ::mallopt(M_MMAP_THRESHOLD, 1 << 25); // or each case would have its memory cleared by the kernel
    ::mallopt(M_TRIM_THRESHOLD, 1 << 28);
    Options options;
    CLI::App line(std::string("Damages ") + target.noun + " and reads them");
    line.add_option("--cases", options.cases, "how many");
    line.add_option("--first", options.first, "number of the first one");
    line.add_option("--seed", options.seed, "other cases under the same numbers");
    line.add_option("--processes", options.processes, "beside each other");
    line.add_option("--limit", options.limit_s, "seconds of the processor's time for a case");
    line.add_option("--memory", options.most_mib, "MiB that the process may have come to");
    auto* folder = line.add_option("--folder", options.folder, "where the one case's files stay");
    line.add_option("--case", options.one, "only this one, in this process")->needs(folder);
    CLI11_PARSE(line, count, words);
    return run(options, target);
}

} // namespace cameo
