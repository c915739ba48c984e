#include "core/train/listening_socket.hpp"

#include "core/base/error.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <utility>
#include <unistd.h>

namespace cameo {

namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

/// Null where the name is not known.
Addresses look_up(const std::string& address, std::uint16_t port, int flags = 0) {
    addrinfo wanted{};
    wanted.ai_flags = flags;
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    ::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &wanted, &found);
    return Addresses(found, ::freeaddrinfo);
}

bool is_loopback(const addrinfo& found) {
    if (found.ai_family == AF_INET)
        return ntohl(reinterpret_cast<const sockaddr_in*>(found.ai_addr)->sin_addr.s_addr) >> 24 == 127;
    return found.ai_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(found.ai_addr)->sin6_addr);
}

class Socket {
public:
    explicit Socket(int family) : m_descriptor(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
    ~Socket() {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    int get() const { return m_descriptor; }
    /// Of one of its ends.   @param ask ::getsockname or ::getpeername
    std::string address(int (*ask)(int, sockaddr*, socklen_t*)) const {
        sockaddr_storage end{};
        socklen_t length = sizeof end;
        char text[NI_MAXHOST] = "";
        auto* const any = reinterpret_cast<sockaddr*>(&end);
        if (ask(m_descriptor, any, &length) == 0)
            ::getnameinfo(any, length, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
        return text;
    }
    int release() { return std::exchange(m_descriptor, -1); }

private:
    int m_descriptor;
};

} // namespace

bool is_loopback(const std::string& address) {
    if (address == "localhost")
        return true;
    const auto found = look_up(address, 0, AI_NUMERICHOST);
    return found && is_loopback(*found);
}

int listening_socket(const std::string& address, std::uint16_t port) {
    const auto refuse = [&](int code) -> void {
        throw Error(ErrorKind::Environment,
                    "MASTER_PORT " + std::to_string(port) +
                        (code == EADDRINUSE ? " is taken: give all processes another one, or another RANK than 0 to this one"
                                            : std::string(" cannot be listened on: ") + std::strerror(code)));
    };
    // A name that others know this machine by need not be one of its own addresses: then on all of them.
    const bool own = is_loopback(address);
    const auto found = own ? look_up(address, port) : look_up("0.0.0.0", port);
    Socket socket(found->ai_family);
    constexpr int kOn = 1; // the port of a training that has just ended
    if (socket.get() < 0 || ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &kOn, sizeof kOn) != 0 ||
        ::bind(socket.get(), found->ai_addr, found->ai_addrlen) != 0 || ::listen(socket.get(), SOMAXCONN) != 0)
        refuse(errno);
    return socket.release();
}

Route wait_for_listener(const std::string& address, std::uint16_t port, std::chrono::milliseconds patience, Progress& progress) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (;;) {
        const auto found = look_up(address, port);
        for (const auto* at = found.get(); at; at = at->ai_next) {
            const Socket socket(at->ai_family);
            if (socket.get() >= 0 && ::connect(socket.get(), at->ai_addr, at->ai_addrlen) == 0)
                return {socket.address(::getsockname), socket.address(::getpeername)};
        }
        if (std::chrono::steady_clock::now() > deadline)
            throw Error(ErrorKind::Environment,
                        "process 0 was not to be found within " + std::to_string((patience.count() + 500) / 1000) +
                            " s: nobody listens on port " + std::to_string(port) + " of " + address +
                            (found ? "" : ", a name that is not known"));
        progress.check_cancelled();
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
}

} // namespace cameo
