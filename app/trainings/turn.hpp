#pragma once

#include <filesystem>
#include <string>

namespace cameo {

/// Trainings that were begun one after the other in the same library and share a machine: each waits until those before it
/// have ended. The wish stands in a file of the library's folder `.queue`, which its process keeps locked as long as it
/// lives: it holds across windows, and of a process that died it is void.
class Turn {
public:
    /// Behind all that are there.   @param training its folder   @throws Error(Environment) when the file cannot be made
    explicit Turn(const std::filesystem::path& training);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    /// The folder of a training that has to end first; empty: none.
    std::filesystem::path waits_for() const;
    /// Whether somebody has taken the wish back (withdraw()).
    bool is_withdrawn() const;

private:
    std::filesystem::path m_file;
    int m_descriptor = -1;
};

struct Wait {
    bool queued = false; ///< a process wants to train there
    std::filesystem::path behind; ///< the training that has to end first; empty: none has to
};
Wait wait_of(const std::filesystem::path& training);

/// Takes a queued training out of the queue: its process ends. @return whether there was one
bool withdraw(const std::filesystem::path& training);

} // namespace cameo
