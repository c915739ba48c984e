#include "core/model/clone_file.hpp"

#include "core/base/error.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/fs.h>
#include <memory>
#include <sys/ioctl.h>
#include <unistd.h>

namespace cameo {

namespace {

class Descriptor {
public:
    explicit Descriptor(int descriptor) : m_descriptor(descriptor) {}
    ~Descriptor() {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    operator int() const { return m_descriptor; }

private:
    int m_descriptor;
};

// @returns whether all of it was copied; if not, errno says why.
bool copy_bytes(int from, int to) {
    constexpr std::size_t kBytes = 1 << 20;
    const auto buffer = std::make_unique<char[]>(kBytes);
    while (true) {
        const ::ssize_t got = ::read(from, buffer.get(), kBytes);
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
        for (::ssize_t done = 0; done < got;) {
            const ::ssize_t written = ::write(to, buffer.get() + done, std::size_t(got - done));
            if (written < 0 && errno != EINTR)
                return false;
            done += written < 0 ? 0 : written;
        }
    }
}

} // namespace

void clone_file(const std::filesystem::path& from, const std::filesystem::path& to) {
    const auto refuse = [&](const std::string& what) {
        throw Error(ErrorKind::Environment, what + " (" + std::strerror(errno) + ")");
    };
    const Descriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    if (source < 0)
        refuse(from.string() + ": cannot be opened");
    const Descriptor target(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (target < 0 || (::ioctl(target, FICLONE, int(source)) != 0 && !copy_bytes(source, target)) ||
        ::fsync(target) != 0)
        refuse(from.string() + ": cannot be copied to " + to.string());
}

} // namespace cameo
