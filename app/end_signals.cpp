#include "app/end_signals.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace cameo {

namespace {

constexpr std::array kSignals{SIGTERM, SIGINT, SIGHUP};
constexpr char kSignal = 's', kEnd = 'e';

std::array<int, 2> pipe_ends{-1, -1}; // a handler has no other way to hear of it

void tell(int) {
    const int before = errno;
    (void)!::write(pipe_ends[1], &kSignal, 1);
    errno = before;
}

} // namespace

EndSignals::EndSignals(std::function<void()> wake) {
    if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return; // then they end the program as they do by themselves
    m_listener = std::thread([this, wake = std::move(wake)] {
        for (char byte = 0; ::read(pipe_ends[0], &byte, 1) == 1 && byte == kSignal;) {
            m_asked = true;
            wake();
        }
    });
    for (const int signal : kSignals) std::signal(signal, &tell);
}

EndSignals::~EndSignals() {
    if (!m_listener.joinable()) return;
    for (const int signal : kSignals) std::signal(signal, SIG_DFL);
    (void)!::write(pipe_ends[1], &kEnd, 1);
    m_listener.join();
    for (int& end : pipe_ends) ::close(std::exchange(end, -1));
}

} // namespace cameo
