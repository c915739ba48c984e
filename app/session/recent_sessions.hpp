#pragma once

#include <filesystem>
#include <vector>

namespace cameo {

/// Sessions that were open on this machine, the last one first, in a file of the state folder: they are files anywhere, and
/// none of them knows of the others. From jobs.
class RecentSessions {
public:
    static constexpr std::size_t kMost = 12;

    explicit RecentSessions(std::filesystem::path file) : m_file(std::move(file)) {}

    /// Those that are still there. A file that cannot be read is an empty list: it is a convenience.
    std::vector<std::filesystem::path> list() const;
    /// Puts it first. @return the list   @throws Error(Environment) when it cannot be written
    std::vector<std::filesystem::path> opened(const std::filesystem::path& session) const;

private:
    std::filesystem::path m_file;
};

} // namespace cameo
