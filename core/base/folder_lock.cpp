#include "core/base/folder_lock.hpp"

#include "core/base/error.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

namespace cameo {

namespace {

std::string host() {
    char name[256] = {};
    ::gethostname(name, sizeof name - 1);
    return name;
}

/// Tells who holds it. Where that cannot be written it is only not known.
void sign(int descriptor) {
    const std::string text = std::to_string(::getpid()).append(" ").append(host()).append("\n");
    if (::ftruncate(descriptor, 0) == 0) (void)!::write(descriptor, text.data(), text.size());
}

} // namespace

FolderLock::FolderLock(const std::filesystem::path& folder, const std::string& others) {
    const auto path = folder / "lock";
    m_descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (m_descriptor < 0)
        throw Error(ErrorKind::Environment, path.string() + ": cannot create the file: " + std::strerror(errno));
    // held() takes it for a moment; who holds it in earnest holds it longer.
    constexpr int kAttempts = 3;
    int result = -1;
    for (int attempt = 0; attempt < kAttempts && result != 0; ++attempt) {
        if (attempt > 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        result = ::flock(m_descriptor, LOCK_EX | LOCK_NB);
        if (result != 0 && errno != EWOULDBLOCK) break;
    }
    if (result != 0) {
        const int code = errno;
        ::close(m_descriptor);
        throw Error(ErrorKind::Environment,
                    folder.string() + (code == EWOULDBLOCK ? ": " + others
                                                           : std::string(": cannot lock: ") + std::strerror(code)));
    }
    sign(m_descriptor);
}

bool FolderLock::held(const std::filesystem::path& folder) {
    const int descriptor = ::open((folder / "lock").c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(descriptor);
    return held;
}

std::optional<pid_t> FolderLock::holder(const std::filesystem::path& folder) {
    if (!held(folder)) return {};
    std::ifstream file(folder / "lock");
    pid_t process = 0;
    std::string on;
    if (!(file >> process >> on) || process <= 0 || on != host()) return {};
    return process;
}

std::optional<std::string> FolderLock::other_machine(const std::filesystem::path& folder) {
    std::ifstream file(folder / "lock");
    pid_t process = 0;
    std::string on;
    if (!(file >> process >> on) || on == host()) return {};
    return on;
}

FolderLock::~FolderLock() { ::close(m_descriptor); }

} // namespace cameo
