#include "app/report/child_process.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace cameo {

namespace {

namespace fs = std::filesystem;

/// What the program says, in a file that has no name: it may say more than a pipe holds.
class SaidFile {
public:
    SaidFile() : m_file(::open(fs::temp_directory_path().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)) {
        if (m_file < 0) throw Error(ErrorKind::Environment, fs::temp_directory_path().string() + ": cannot be written: " + std::strerror(errno));
    }
    ~SaidFile() { ::close(m_file); }
    SaidFile(const SaidFile&) = delete;
    SaidFile& operator=(const SaidFile&) = delete;

    int file() const { return m_file; }
    std::string last_line() const {
        std::string text(4096, '\0');
        const off_t size = ::lseek(m_file, 0, SEEK_END);
        const ssize_t got = ::pread(m_file, text.data(), text.size(), std::max<off_t>(0, size - static_cast<off_t>(text.size())));
        text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
        return text.substr(text.find_last_of("\n\r") + 1);
    }

private:
    int m_file;
};

pid_t start(const fs::path& program, std::vector<std::string>& words, const SaidFile& said) {
    std::vector<char*> values;
    for (auto& word : words) values.push_back(word.data());
    values.push_back(nullptr);
    ::posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files, said.file(), 2);
    pid_t process = 0;
    const int failed = ::posix_spawn(&process, program.c_str(), &files, nullptr, values.data(), ::environ);
    ::posix_spawn_file_actions_destroy(&files);
    if (failed) throw Error(ErrorKind::Environment, program.string() + ": cannot be started: " + std::strerror(failed));
    return process;
}

int wait_for(pid_t process, Progress& progress) {
    int status = 0;
    while (::waitpid(process, &status, WNOHANG) == 0) {
        try {
            progress.check_cancelled();
        } catch (...) {
            ::kill(process, SIGTERM);
            ::waitpid(process, &status, 0);
            throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
    }
    return status;
}

} // namespace

void run_child(const fs::path& program, std::vector<std::string> words, Progress& progress) {
    const SaidFile said;
    words.insert(words.begin(), program.filename().string());
    const int status = wait_for(start(program, words, said), progress);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    const std::string why = said.last_line();
    if (WIFSIGNALED(status)) throw Error(ErrorKind::Environment, program.string() + ": was ended by " + ::strsignal(WTERMSIG(status)));
    throw Error(ErrorKind::Environment, why.empty() ? program.string() + ": has failed without a word" : why);
}

} // namespace cameo
