#include "app/session/recent_sessions.hpp"

#include "core/base/atomic_file.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <system_error>

namespace cameo {

namespace fs = std::filesystem;

std::vector<fs::path> RecentSessions::list() const {
    std::vector<fs::path> sessions;
    std::ifstream in(m_file);
    for (std::string line; sessions.size() < kMost && std::getline(in, line);) {
        std::error_code failed;
        const fs::path session(line);
        if (session.is_absolute() && fs::is_regular_file(session, failed) && std::ranges::find(sessions, session) == sessions.end()) sessions.push_back(session);
    }
    return sessions;
}

std::vector<fs::path> RecentSessions::opened(const fs::path& session) const {
    std::vector<fs::path> sessions = list();
    const fs::path whole = fs::absolute(session).lexically_normal();
    if (whole.native().find('\n') != std::string::npos) return sessions; // a name that a list of lines cannot hold
    std::erase(sessions, whole);
    sessions.insert(sessions.begin(), whole);
    if (sessions.size() > kMost) sessions.resize(kMost);
    std::error_code failed;
    fs::create_directories(m_file.parent_path(), failed);
    AtomicFile out(m_file);
    for (const fs::path& each : sessions) out.write(each.native() + "\n");
    out.commit();
    return sessions;
}

} // namespace cameo
