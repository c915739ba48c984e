#pragma once

#include "tests/support/process_group.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <string>

namespace cameo {

/// Milvus Lite on a loopback port of its own, over a folder of its own; gone with this object. It can be killed and started again.
class MilvusServer {
public:
    /// Whether set-up has brought it in (scripts/parts/milvus_server).
    static bool there() { return std::filesystem::exists(program()); }

    MilvusServer() : m_port(free_port()) { start(); }
    ~MilvusServer() { kill(); }
    MilvusServer(const MilvusServer&) = delete;
    MilvusServer& operator=(const MilvusServer&) = delete;

    std::string address() const { return "milvus://127.0.0.1:" + std::to_string(m_port); }

    /// As the machine that it runs on would: nothing is written, closed or said.
    void kill() {
        if (m_process <= 0) return;
        ::kill(m_process, SIGKILL);
        ::waitpid(m_process, nullptr, 0);
        m_process = -1;
    }

    void start() {
        std::vector<std::string> arguments{program(), "server", "--data-dir", (m_folder / "data").string(), "--host", "127.0.0.1", "--port", std::to_string(m_port)};
        std::vector<char*> pointers;
        for (auto& argument : arguments) pointers.push_back(argument.data());
        pointers.push_back(nullptr);
        const auto said = (m_folder / "said").string();
        posix_spawn_file_actions_t output;
        ::posix_spawn_file_actions_init(&output);
        ::posix_spawn_file_actions_addopen(&output, STDOUT_FILENO, said.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::posix_spawn_file_actions_adddup2(&output, STDOUT_FILENO, STDERR_FILENO);
        const int failed = ::posix_spawn(&m_process, arguments.front().c_str(), &output, nullptr, pointers.data(), environ);
        ::posix_spawn_file_actions_destroy(&output);
        if (failed != 0) throw std::runtime_error("cannot start the server");
        if (!wait_until([this] { return answers(); })) throw std::runtime_error("the server does not come up: " + text_of(said));
    }

private:
    static std::string program() { return CAMEO_MILVUS_SERVER; }
    static std::string text_of(const std::string& path) {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    bool answers() const {
        const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(m_port);
        const bool connected = ::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        ::close(descriptor);
        return connected;
    }

    TemporaryFolder m_folder;
    std::uint16_t m_port;
    pid_t m_process = -1;
};

} // namespace cameo
