#include "app/cli/line_input.hpp"

#include "core/base/error.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>

namespace cameo {

namespace {

constexpr int kAskEveryMs = 50; ///< how often a waiting read looks whether it is to stop

} // namespace

LineInput::LineInput(std::istream& in) : m_in(in), m_by_descriptor(&in == &std::cin) {}

bool LineInput::next(std::string& line, Progress& progress) {
    progress.check_cancelled();
    if (!m_by_descriptor) return static_cast<bool>(std::getline(m_in, line));
    while (!has_line()) {
        read_some(kAskEveryMs);
        progress.check_cancelled();
    }
    if (m_begin == m_read.size()) return false;
    const auto end = std::min(m_read.find('\n', m_begin), m_read.size());
    line.assign(m_read, m_begin, end - m_begin);
    m_begin = std::min(end + 1, m_read.size());
    return true;
}

bool LineInput::would_wait() {
    if (!m_by_descriptor) return false;
    while (!has_line())
        if (!read_some(0)) return true;
    return false;
}

bool LineInput::read_some(int wait_ms) {
    pollfd asked{STDIN_FILENO, POLLIN, 0};
    const int ready = ::poll(&asked, 1, wait_ms);
    if (ready == 0 || (ready < 0 && errno == EINTR)) return false;
    m_read.erase(0, m_begin);
    m_begin = 0;
    char bytes[65536];
    const auto got = ready < 0 ? -1 : ::read(STDIN_FILENO, bytes, sizeof bytes);
    if (got < 0) {
        if (errno == EINTR || errno == EAGAIN) return false;
        throw Error(ErrorKind::Environment,
                    std::string("standard input cannot be read: ") + std::strerror(errno));
    }
    m_ended = got == 0;
    m_read.append(bytes, static_cast<std::size_t>(got));
    return true;
}

} // namespace cameo
