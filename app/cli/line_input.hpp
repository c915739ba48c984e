#pragma once

#include "core/jobs/progress.hpp"

#include <iosfwd>
#include <string>

namespace cameo {

/// The lines of an input on which somebody may be waiting for the answer to the last one. Standard input is
/// read by its descriptor, since a stream cannot tell whether it has more; other streams never wait.
class LineInput {
public:
    explicit LineInput(std::istream& in);

    /// The next line; one without an end counts where the input ends. Waits. @return false at the end.
    /// @throws Cancelled while it waits as well; Error(Environment) when reading fails.
    bool next(std::string& line, Progress& progress);
    /// Whether next() would have to wait for somebody to write.
    bool would_wait();

private:
    bool has_line() const { return m_ended || m_read.find('\n', m_begin) != std::string::npos; }
    /// Waits up to this long for something to read, and takes what is there. @return whether there was any.
    bool read_some(int wait_ms);

    std::istream& m_in;
    bool m_by_descriptor;
    std::string m_read; ///< what came and was not yet handed on, from m_begin
    std::size_t m_begin = 0;
    bool m_ended = false;
};

} // namespace cameo
