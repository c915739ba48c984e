#include "core/base/atomic_file.hpp"

#include "core/base/error.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <string>
#include <unistd.h>

namespace cameo {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const char* what) {
    const int code = errno;
    throw Error(ErrorKind::Environment, path.string() + ": cannot " + what + ": " + std::strerror(code));
}

} // namespace

AtomicFile::AtomicFile(std::filesystem::path target)
    : m_target(std::move(target)), m_temporary(m_target.string() + ".tmp-XXXXXX") {
    std::string name = m_temporary.string();
    m_descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (m_descriptor < 0) fail(m_target, "create the file");
    m_temporary = name;
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
    if (::fchmod(m_descriptor, 0644) != 0 || ::fsync(m_descriptor) != 0) fail(m_target, "flush to the disk");
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
