#include "app/trainings/turn.hpp"

#include "app/trainings/find_training.hpp"
#include "core/base/error.hpp"
#include "core/base/folder_lock.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <vector>

namespace cameo {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestPath = 4096;

fs::path queue_folder() { return trainings_library() / ".queue"; }

/// Names are in the order in which their files were made.
std::string next_name() {
    using namespace std::chrono;
    auto since = std::to_string(duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count());
    since.insert(0, 20 - std::min<std::size_t>(20, since.size()), '0');
    return since.append("-").append(std::to_string(::getpid()));
}

struct Ticket {
    fs::path file, training;
};

/// Those that a process holds, the first one first. Those of the dead are taken away.
std::vector<Ticket> tickets() {
    std::vector<Ticket> held;
    std::error_code failed;
    for (fs::directory_iterator at(queue_folder(), failed), end; !failed && at != end; at.increment(failed)) {
        if (at->path().filename().string().starts_with('.')) continue; // one that is being made
        const int descriptor = ::open(at->path().c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0) continue; // it went meanwhile
        const bool is_held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
        std::string path(kLongestPath, '\0');
        const auto bytes = ::read(descriptor, path.data(), path.size());
        ::close(descriptor);
        std::error_code none;
        if (!is_held) fs::remove(at->path(), none);
        else if (bytes > 0) held.push_back({at->path(), path.substr(0, std::size_t(bytes))});
    }
    std::ranges::sort(held, {}, &Ticket::file);
    return held;
}

/// What trains in the library without having waited: begun by hand.
fs::path one_that_trains(const fs::path& but) {
    std::error_code failed;
    for (fs::directory_iterator at(trainings_library(), failed), end; !failed && at != end; at.increment(failed))
        if (at->path() != but && FolderLock::held(at->path())) return at->path();
    return {};
}

fs::path before(std::vector<Ticket>::const_iterator own, const std::vector<Ticket>& queue) {
    return own == queue.begin() ? one_that_trains(own->training) : std::prev(own)->training;
}

} // namespace

Turn::Turn(const fs::path& training) {
    std::error_code failed;
    fs::create_directories(queue_folder(), failed);
    const std::string name = next_name();
    // Locked before anybody can see it: an unlocked one is a dead process's.
    const fs::path hidden = queue_folder() / ("." + name);
    m_file = queue_folder() / name;
    const std::string path = whole_path(training).native();
    m_descriptor = ::open(hidden.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (m_descriptor >= 0 && ::flock(m_descriptor, LOCK_EX | LOCK_NB) == 0 && ::write(m_descriptor, path.data(), path.size()) == ssize_t(path.size()) &&
        ::rename(hidden.c_str(), m_file.c_str()) == 0)
        return;
    const int code = errno;
    if (m_descriptor >= 0) ::close(m_descriptor);
    fs::remove(hidden, failed);
    throw Error(ErrorKind::Environment, hidden.string() + ": cannot be made: " + std::strerror(code));
}

Turn::~Turn() {
    std::error_code none;
    fs::remove(m_file, none);
    ::close(m_descriptor);
}

fs::path Turn::waits_for() const {
    const auto queue = tickets();
    // Its own: another process may wait for the same training.
    const auto own = std::ranges::find(queue, m_file, &Ticket::file);
    // Of one that was withdrawn nothing depends any more.
    return own == queue.end() ? fs::path() : before(own, queue);
}

bool Turn::is_withdrawn() const { return !fs::exists(m_file); }

Wait wait_of(const fs::path& folder) {
    const fs::path training = whole_path(folder);
    const auto queue = tickets();
    const auto own = std::ranges::find(queue, training, &Ticket::training);
    if (own == queue.end()) return {};
    return {.queued = true, .behind = before(own, queue)};
}

bool withdraw(const fs::path& folder) {
    const fs::path training = whole_path(folder);
    for (const Ticket& ticket : tickets())
        if (ticket.training == training) return fs::remove(ticket.file);
    return false;
}

} // namespace cameo
