#include "core/data/process.hpp"

#include "core/base/error.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

extern char** environ;

namespace cameo {

namespace {

constexpr int kPollMilliseconds = 100;
constexpr std::size_t kKeptErrors = 4096;

[[noreturn]] void fail(const std::string& program, int code) {
    throw Error(ErrorKind::Environment, program + ": cannot be started: " + std::strerror(code));
}

struct Pipe {
    explicit Pipe(const std::string& program) {
        if (::pipe2(ends, O_CLOEXEC) != 0) fail(program, errno);
    }
    ~Pipe() {
        for (const int end : ends)
            if (end >= 0) ::close(end);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    void close_write() {
        ::close(ends[1]);
        ends[1] = -1;
    }
    int ends[2] = {-1, -1};
};

/// The child in a process group of its own, ended and waited for when nobody did.
struct Child {
    pid_t id = -1;
    ~Child() {
        if (id < 0) return;
        ::kill(-id, SIGTERM);
        for (int tenth = 0; tenth < 20; ++tenth) {
            if (::waitpid(id, nullptr, WNOHANG) == id) return;
            ::poll(nullptr, 0, kPollMilliseconds);
        }
        ::kill(-id, SIGKILL);
        ::waitpid(id, nullptr, 0);
    }
    bool has_ended() const {
        siginfo_t ended{};
        return ::waitid(P_PID, static_cast<id_t>(id), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == id;
    }
    int wait() {
        int status = 0;
        pid_t ended = -1;
        while ((ended = ::waitpid(id, &status, 0)) < 0 && errno == EINTR) {
        }
        id = -1;
        if (ended < 0) return -1; // who ignores SIGCHLD is told nothing
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
};

std::vector<std::string> environment_in(Locale locale) {
    std::vector<std::string> variables;
    for (char** entry = environ; *entry; ++entry)
        if (const std::string_view text = *entry;
            locale == Locale::Own || (!text.starts_with("LC_ALL=") && !text.starts_with("LANGUAGE=")))
            variables.emplace_back(text);
    if (locale == Locale::C) variables.emplace_back("LC_ALL=C");
    return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> list;
    for (auto& text : texts)
        list.push_back(text.data());
    list.push_back(nullptr);
    return list;
}

/// @return 0, or why not.
int spawn(const std::vector<std::string>& arguments, Locale locale, const Pipe& output, const Pipe& errors, pid_t& id) {
    auto words = arguments;
    auto variables = environment_in(locale);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, output.ends[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, errors.ends[1], STDERR_FILENO);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    const int failed = ::posix_spawnp(&id, words.front().c_str(), &actions, &attributes,
                                      pointers(words).data(), pointers(variables).data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    return failed;
}

} // namespace

std::string ProcessResult::last_words() const {
    const auto end = errors.find_last_not_of("\r\n");
    if (end == errors.npos) return {};
    const std::string said = errors.substr(0, end + 1);
    return said.substr(said.find_last_of("\r\n") + 1);
}

ProcessResult run_process(const std::vector<std::string>& arguments,
                          const std::function<void(std::string_view)>& take_output, Progress& progress,
                          Locale locale) {
    const auto& program = arguments.front();
    Pipe output(program), errors(program);
    Child child;
    ProcessResult result;
    const int failed = spawn(arguments, locale, output, errors, child.id);
    if (failed == ENOENT || failed == EACCES) {
        child.id = -1;
        return result;
    }
    if (failed != 0) {
        child.id = -1;
        fail(program, failed);
    }
    result.started = true;
    output.close_write();
    errors.close_write();

    std::array<pollfd, 2> open{pollfd{output.ends[0], POLLIN, 0}, pollfd{errors.ends[0], POLLIN, 0}};
    std::vector<char> bytes(64 * 1024);
    while (open[0].fd >= 0 || open[1].fd >= 0) {
        progress.check_cancelled();
        const bool has_ended = child.has_ended(); // asked first: what it said last is there then
        const int ready = ::poll(open.data(), open.size(), kPollMilliseconds);
        if (ready < 0 && errno != EINTR) fail(program, errno);
        if (ready == 0 && has_ended) break; // somebody whom it has left behind holds its outputs open
        for (auto& entry : open) {
            if (entry.fd < 0 || entry.revents == 0) continue;
            entry.revents = 0;
            const auto got = ::read(entry.fd, bytes.data(), bytes.size());
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) {
                entry.fd = -1; // poll() leaves negative ones out
                continue;
            }
            const std::string_view text(bytes.data(), static_cast<std::size_t>(got));
            if (&entry == &open[0]) {
                take_output(text);
            } else {
                result.errors += text;
                if (result.errors.size() > kKeptErrors)
                    result.errors.erase(0, result.errors.size() - kKeptErrors);
            }
        }
    }
    result.exit_code = child.wait();
    return result;
}

void run_to_success(const std::vector<std::string>& arguments, Progress& progress) {
    const auto& program = arguments.front();
    const auto result = run_process(arguments, [](std::string_view) {}, progress, Locale::Own);
    if (result.started && result.exit_code == 0) return;
    if (!result.started) throw Error(ErrorKind::Environment, program + ": cannot be started");
    const int signal = result.exit_code - 128;
    if (signal > 0 && signal < NSIG) throw Error(ErrorKind::Environment, program + ": was ended by " + ::strsignal(signal));
    const std::string why = result.last_words();
    throw Error(ErrorKind::Environment, why.empty() ? program + ": has failed without a word" : why);
}

} // namespace cameo
