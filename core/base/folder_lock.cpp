#include "core/base/folder_lock.hpp"

#include "core/base/error.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace cameo {

FolderLock::FolderLock(const std::filesystem::path& folder, const std::string& others) {
    const auto path = folder / "lock";
    m_descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (m_descriptor < 0)
        throw Error(ErrorKind::Environment, path.string() + ": cannot create the file: " + std::strerror(errno));
    if (::flock(m_descriptor, LOCK_EX | LOCK_NB) != 0) {
        const int code = errno;
        ::close(m_descriptor);
        throw Error(ErrorKind::Environment,
                    folder.string() + (code == EWOULDBLOCK ? ": " + others
                                                           : std::string(": cannot lock: ") + std::strerror(code)));
    }
}

FolderLock::~FolderLock() { ::close(m_descriptor); }

} // namespace cameo
