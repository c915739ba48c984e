#include "core/model/new_folder.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <string>
#include <unistd.h>

namespace cameo {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOld = ".old"; ///< what was there before, while names cannot be exchanged

struct Leftover {
    std::string name; ///< of the target
    ::pid_t pid = 0;
    bool old = false;
};

std::optional<Leftover> parse_leftover(std::string_view file) {
    Leftover found;
    found.old = file.ends_with(kOld);
    if (found.old)
        file.remove_suffix(kOld.size());
    const auto dot = file.rfind('.');
    if (!file.starts_with('.') || dot == file.npos || dot < 2)
        return {};
    found.name = file.substr(1, dot - 1);
    const char* const end = file.data() + file.size();
    const auto [stop, failed] = std::from_chars(file.data() + dot + 1, end, found.pid);
    return failed == std::errc() && stop == end && found.pid > 0 ? std::optional(found) : std::nullopt;
}

fs::path temporary_name(const fs::path& target) {
    std::string name = ".";
    name.append(target.filename().string()).append(".").append(std::to_string(::getpid()));
    return target.parent_path() / name;
}

[[noreturn]] void fail(const fs::path& target) {
    throw Error(ErrorKind::Environment,
                target.string() + ": cannot be put in its place (" + std::strerror(errno) + ")");
}

} // namespace

// Housekeeping: what cannot be removed stays.
void sweep_new_folders(const fs::path& parent) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(parent, ignored)) {
        const auto leftover = parse_leftover(entry.path().filename().string());
        if (!leftover || ::kill(leftover->pid, 0) == 0 || errno != ESRCH)
            continue;
        // It died between moving the old one away and the new one in: the old one is all there is.
        if (leftover->old && !fs::exists(parent / leftover->name, ignored))
            fs::rename(entry.path(), parent / leftover->name, ignored);
        else
            fs::remove_all(entry.path(), ignored);
    }
}

void remove_whole(const fs::path& folder) {
    std::error_code ignored, kept_its_name;
    const fs::path leaving = temporary_name(folder);
    fs::remove_all(leaving, ignored);
    fs::rename(folder, leaving, kept_its_name);
    fs::remove_all(kept_its_name ? folder : leaving, ignored);
}

NewFolder::NewFolder(fs::path target) : m_target(std::move(target)), m_temporary(temporary_name(m_target)) {
    sweep_new_folders(m_target.parent_path());
    std::error_code failed;
    fs::remove_all(m_temporary, failed);
    if (!failed)
        fs::create_directories(m_temporary, failed);
    if (failed)
        throw Error(ErrorKind::Environment, m_target.string() + ": the folder cannot be made (" + failed.message() + ")");
}

NewFolder::~NewFolder() {
    std::error_code ignored;
    fs::remove_all(m_temporary, ignored);
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
