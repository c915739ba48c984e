#pragma once

#include <arpa/inet.h>
#include <chrono>
#include <climits>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <map>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

extern char** environ;

namespace cameo {

/// Whether it comes true before a test must be taken to hang.
inline bool wait_until(const std::function<bool()>& there, std::chrono::milliseconds most = std::chrono::seconds(60)) {
    for (const auto end = std::chrono::steady_clock::now() + most; std::chrono::steady_clock::now() < end;
         std::this_thread::sleep_for(std::chrono::milliseconds(5)))
        if (there()) return true;
    return there();
}

/// A port of this machine that somebody listens on.
class TakenPort {
public:
    TakenPort() : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        m_address.sin_family = AF_INET;
        m_address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof m_address;
        if (::bind(m_socket, reinterpret_cast<sockaddr*>(&m_address), size) != 0 || ::listen(m_socket, 1) != 0 ||
            ::getsockname(m_socket, reinterpret_cast<sockaddr*>(&m_address), &size) != 0)
            throw std::runtime_error("no port to be had");
    }
    ~TakenPort() { ::close(m_socket); }
    TakenPort(const TakenPort&) = delete;
    TakenPort& operator=(const TakenPort&) = delete;
    std::uint16_t number() const { return ntohs(m_address.sin_port); }

private:
    int m_socket;
    sockaddr_in m_address{};
};

/// One that nobody listens on, most probably still so when it is used.
inline std::uint16_t free_port() { return TakenPort().number(); }

/// One test of this program in several processes of its own, with torchrun's variables. They do not outlive this object.
class ProcessGroup {
public:
    ProcessGroup(int size, const std::string& test, const std::map<std::string, std::string>& variables) : m_processes(std::size_t(size), -1) {
        char program[PATH_MAX] = {};
        if (::readlink("/proc/self/exe", program, sizeof program - 1) < 0) throw std::runtime_error("what program is this?");
        const auto port = std::to_string(free_port());
        posix_spawn_file_actions_t silence; // of the test framework; errors are still seen
        ::posix_spawn_file_actions_init(&silence);
        ::posix_spawn_file_actions_addopen(&silence, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        for (int rank = 0; rank < size; ++rank) {
            auto own = variables;
            own["WORLD_SIZE"] = std::to_string(size);
            own["RANK"] = std::to_string(rank);
            own["MASTER_ADDR"] = "127.0.0.1";
            own["MASTER_PORT"] = port;
            std::vector<std::string> environment;
            for (char** each = environ; *each; ++each)
                if (const std::string text = *each; !own.contains(text.substr(0, text.find('=')))) environment.push_back(text);
            for (const auto& [name, value] : own) environment.push_back(name + "=" + value);
            std::vector<std::string> arguments{program, "--gtest_also_run_disabled_tests", "--gtest_brief=1", "--gtest_filter=" + test};
            if (::posix_spawn(&m_processes[std::size_t(rank)], program, &silence, nullptr, pointers(arguments).data(), pointers(environment).data()) != 0)
                throw std::runtime_error("cannot start a process");
        }
        ::posix_spawn_file_actions_destroy(&silence);
    }
    ~ProcessGroup() {
        for (std::size_t rank = 0; rank < m_processes.size(); ++rank) kill(int(rank), SIGKILL);
        wait();
    }
    ProcessGroup(const ProcessGroup&) = delete;
    ProcessGroup& operator=(const ProcessGroup&) = delete;

    void kill(int rank, int signal) {
        if (const pid_t process = m_processes[std::size_t(rank)]; process > 0) ::kill(process, signal);
    }
    /// @return whether all have ended
    bool wait(std::chrono::milliseconds most = std::chrono::seconds(60)) {
        return wait_until([&] {
            bool ended = true;
            for (pid_t& process : m_processes) {
                if (process > 0 && ::waitpid(process, nullptr, WNOHANG) == process) process = -1;
                ended = ended && process < 0;
            }
            return ended;
        }, most);
    }

private:
    static std::vector<char*> pointers(std::vector<std::string>& texts) {
        std::vector<char*> all;
        for (auto& text : texts) all.push_back(text.data());
        all.push_back(nullptr);
        return all;
    }

    std::vector<pid_t> m_processes;
};

} // namespace cameo
