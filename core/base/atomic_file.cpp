#include "core/base/atomic_file.hpp"

#include "core/base/error.hpp"
#include "core/base/random_id.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace cameo {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const char* what) {
    const int code = errno;
    throw Error(ErrorKind::Environment, path.string() + ": cannot " + what + ": " + std::strerror(code));
}

/// @return who may do what with it; nothing where there is no file
std::optional<::mode_t> mode_of(const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return {};
    return status.st_mode & 0777;
}

} // namespace

// A new one is open to whom the umask says. What only some may read they alone may read while it is written, too.
AtomicFile::AtomicFile(std::filesystem::path target)
    : m_target(std::move(target)), m_temporary(m_target.string() + ".tmp-" + random_id().substr(0, 12)) {
    const ::mode_t mode = mode_of(m_target).value_or(0666) | S_IRUSR | S_IWUSR;
    m_descriptor = ::open(m_temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (m_descriptor < 0) fail(m_target, "create the file");
}

AtomicFile::~AtomicFile() {
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
        ::unlink(m_temporary.c_str());
    }
}

void AtomicFile::write(std::span<const std::byte> bytes) {
    check(m_descriptor >= 0, "AtomicFile::write after commit");
    while (!bytes.empty()) {
        const auto written = ::write(m_descriptor, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            fail(m_target, "write");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void AtomicFile::commit() {
    check(m_descriptor >= 0, "AtomicFile::commit twice");
    if (const auto mode = mode_of(m_target); mode && ::fchmod(m_descriptor, *mode) != 0) fail(m_target, "keep the permissions");
    if (::fsync(m_descriptor) != 0) fail(m_target, "flush to the disk");
    if (::rename(m_temporary.c_str(), m_target.c_str()) != 0) fail(m_target, "rename into place");
    ::close(m_descriptor);
    m_descriptor = -1;
    const auto folder = m_target.parent_path();
    sync_to_disk(folder.empty() ? std::filesystem::path(".") : folder);
}

void sync_to_disk(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) fail(path, "open");
    const int result = ::fsync(descriptor);
    ::close(descriptor);
    if (result != 0) fail(path, "flush to the disk");
}

} // namespace cameo
