#pragma once

#include <unistd.h>

#include <stdexcept>
#include <string_view>

namespace cameo {

/// A pipe in place of standard input, for one test.
class PipedInput {
public:
    PipedInput() : m_before(::dup(STDIN_FILENO)) {
        int ends[2];
        if (::pipe(ends) != 0) throw std::runtime_error("cannot make a pipe");
        ::dup2(ends[0], STDIN_FILENO);
        ::close(ends[0]);
        m_end = ends[1];
    }
    ~PipedInput() {
        close();
        ::dup2(m_before, STDIN_FILENO);
        ::close(m_before);
    }
    PipedInput(const PipedInput&) = delete;
    PipedInput& operator=(const PipedInput&) = delete;

    void write(std::string_view text) {
        if (::write(m_end, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
            throw std::runtime_error("cannot write into the pipe");
    }
    void close() {
        if (m_end >= 0) ::close(m_end);
        m_end = -1;
    }

private:
    int m_before, m_end = -1;
};

} // namespace cameo
