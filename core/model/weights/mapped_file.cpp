#include "core/model/weights/mapped_file.hpp"

#include "core/base/error.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cameo {

std::shared_ptr<const MappedFile> MappedFile::open(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        throw Error(errno == ENOENT ? ErrorKind::NotFound : ErrorKind::Environment,
                    path.string() + ": cannot be opened (" + std::strerror(errno) + ")");
    struct stat status {};
    const bool regular = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    void* address = MAP_FAILED;
    if (regular && status.st_size > 0)
        address = ::mmap(nullptr, std::size_t(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0);
    const int why = errno;
    ::close(descriptor);
    if (!regular)
        throw Error(ErrorKind::InvalidInput, path.string() + ": not a regular file");
    std::shared_ptr<MappedFile> file(new MappedFile);
    file->m_path = path;
    if (status.st_size > 0) {
        if (address == MAP_FAILED)
            throw Error(ErrorKind::Environment, path.string() + ": cannot be mapped (" + std::strerror(why) + ")");
        file->m_bytes = {static_cast<const std::byte*>(address), std::size_t(status.st_size)};
    }
    return file;
}

MappedFile::~MappedFile() {
    if (!m_bytes.empty())
        ::munmap(const_cast<std::byte*>(m_bytes.data()), m_bytes.size());
}

} // namespace cameo
