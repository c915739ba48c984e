#include "core/base/folder_lock.hpp"

#include "core/base/error.hpp"
#include "core/base/this_machine.hpp"

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

/// Tells who holds it. Where that cannot be written it is only not known.
void sign(int descriptor) {
    const std::string text = std::to_string(::getpid()).append(" ").append(this_machine()).append("\n");
    if (::ftruncate(descriptor, 0) == 0) (void)!::write(descriptor, text.data(), text.size());
}

/// @return a descriptor that holds the lock, or -1: others hold it  @throws Error(Environment)
int take(const std::filesystem::path& folder, int hold) {
    const auto path = folder / "lock";
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0) throw Error(ErrorKind::Environment, path.string() + ": cannot create the file: " + std::strerror(errno));
    // held() takes it for a moment; who holds it in earnest holds it longer.
    constexpr int kAttempts = 3;
    int result = -1;
    for (int attempt = 0; attempt < kAttempts && result != 0; ++attempt) {
        if (attempt > 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        result = ::flock(descriptor, hold | LOCK_NB);
        if (result != 0 && errno != EWOULDBLOCK) break;
    }
    if (result == 0) return descriptor;
    const int code = errno;
    ::close(descriptor);
    if (code != EWOULDBLOCK) throw Error(ErrorKind::Environment, folder.string() + ": cannot lock: " + std::strerror(code));
    return -1;
}

} // namespace

FolderLock::FolderLock(const std::filesystem::path& folder, const std::string& others) : m_descriptor(take(folder, LOCK_EX)) {
    if (m_descriptor < 0) throw Error(ErrorKind::Environment, folder.string() + ": " + others);
    sign(m_descriptor);
}

std::unique_ptr<FolderLock> FolderLock::try_lock(const std::filesystem::path& folder, Hold hold) {
    const int descriptor = take(folder, hold == Hold::Alone ? LOCK_EX : LOCK_SH);
    if (descriptor < 0) return nullptr;
    if (hold == Hold::Alone) sign(descriptor);
    return std::unique_ptr<FolderLock>(new FolderLock(descriptor));
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
    if (!(file >> process >> on) || process <= 0 || on != this_machine()) return {};
    return process;
}

std::optional<std::string> FolderLock::other_machine(const std::filesystem::path& folder) {
    std::ifstream file(folder / "lock");
    pid_t process = 0;
    std::string on;
    if (!(file >> process >> on) || on == this_machine()) return {};
    return on;
}

FolderLock::~FolderLock() { ::close(m_descriptor); }

} // namespace cameo
