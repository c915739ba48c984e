#include "core/model/new_folder.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/base/random_id.hpp"
#include "core/base/this_machine.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <string>
#include <sys/file.h>
#include <unistd.h>

namespace cameo {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOld = ".old"; ///< what was there before, while names cannot be exchanged
constexpr std::size_t kIdDigits = 12;

/// Between the target's name and the digits. Folders of other machines that share the disk are theirs to sweep: not every
/// disk shows the locks of one to the other.
std::string mark() {
    std::string machine = this_machine();
    std::ranges::replace(machine, '/', '_');
    return ".cameo-new-" + machine + "-";
}

struct Leftover {
    std::string target; ///< the name that it was to have, or had
    std::string made;   ///< the folder whose lock tells whether somebody is at it
    bool old = false;
};

/// Whatever has another name is somebody else's.
std::optional<Leftover> parse_leftover(std::string_view file, std::string_view mark) {
    const bool old = file.ends_with(kOld);
    if (old)
        file.remove_suffix(kOld.size());
    const auto at = file.rfind(mark);
    if (!file.starts_with('.') || at == file.npos || at < 2)
        return {};
    const auto id = file.substr(at + mark.size());
    if (id.size() != kIdDigits || id.find_first_not_of("0123456789abcdef") != id.npos)
        return {};
    return Leftover{std::string(file.substr(1, at - 1)), std::string(file), old};
}

fs::path temporary_name(const fs::path& target) {
    const std::string name = "." + target.filename().string() + mark() + random_id().substr(0, kIdDigits);
    return target.parent_path() / name;
}

/// Whoever makes a folder holds a lock on it: that stays its own through renames, is seen from other containers, which a
/// process is not, and goes with its process. Where nothing can be locked nothing is swept.
bool is_abandoned(const fs::path& made) {
    const int descriptor = ::open(made.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return errno == ENOENT; // it has its place, and only the one before it is left
    const bool free = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    ::close(descriptor);
    return free;
}

[[noreturn]] void fail(const fs::path& target) {
    throw Error(ErrorKind::Environment,
                target.string() + ": cannot be put in its place (" + std::strerror(errno) + ")");
}

} // namespace

// Housekeeping: what cannot be removed stays.
void sweep_new_folders(const fs::path& parent) {
    const std::string ours = mark();
    std::error_code failed, ignored;
    for (fs::directory_iterator at(parent, failed), end; !failed && at != end; at.increment(failed)) {
        const auto leftover = parse_leftover(at->path().filename().string(), ours);
        if (!leftover || !is_abandoned(parent / leftover->made))
            continue;
        // It died between moving the old one away and the new one in: the old one is all there is.
        if (leftover->old && !fs::exists(parent / leftover->target, ignored))
            fs::rename(at->path(), parent / leftover->target, ignored);
        else
            fs::remove_all(at->path(), ignored);
    }
}

void remove_whole(const fs::path& folder) {
    std::error_code ignored, kept_its_name;
    const fs::path leaving = temporary_name(folder);
    fs::rename(folder, leaving, kept_its_name);
    fs::remove_all(kept_its_name ? folder : leaving, ignored);
}

// A name without a folder before it has no parent to be synced.
NewFolder::NewFolder(const fs::path& target) : m_target(fs::absolute(target)), m_temporary(temporary_name(m_target)) {
    sweep_new_folders(m_target.parent_path());
    // Locked before it has a name that is swept.
    const fs::path unseen = m_temporary.string() + ".making";
    std::error_code failed;
    fs::create_directories(unseen, failed);
    if (!failed) {
        m_lock = ::open(unseen.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        ::flock(m_lock, LOCK_EX | LOCK_NB);
        fs::rename(unseen, m_temporary, failed);
    }
    if (failed)
        throw Error(ErrorKind::Environment, m_target.string() + ": the folder cannot be made (" + failed.message() + ")");
}

NewFolder::~NewFolder() {
    std::error_code ignored;
    fs::remove_all(m_temporary, ignored);
    ::close(m_lock);
}

void NewFolder::commit() {
    for (const auto& entry : fs::recursive_directory_iterator(m_temporary))
        if (entry.is_directory())
            sync_to_disk(entry.path());
    sync_to_disk(m_temporary);
    // After an exchange the old one has the temporary name, and goes with this object.
    if (::renameat2(AT_FDCWD, m_temporary.c_str(), AT_FDCWD, m_target.c_str(), RENAME_EXCHANGE) != 0) {
        if (errno != ENOENT && errno != EINVAL && errno != ENOSYS)
            fail(m_target);
        const fs::path old = m_temporary.string().append(kOld);
        const bool replaces = ::rename(m_target.c_str(), old.c_str()) == 0;
        if (::rename(m_temporary.c_str(), m_target.c_str()) != 0) {
            const int why = errno;
            if (replaces)
                ::rename(old.c_str(), m_target.c_str());
            errno = why;
            fail(m_target);
        }
        std::error_code ignored;
        fs::remove_all(old, ignored);
    }
    sync_to_disk(m_target.parent_path());
}

} // namespace cameo
