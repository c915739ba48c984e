#include "app/session/open_mark.hpp"

#include "core/base/now_ms.hpp"
#include "core/base/this_machine.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace cameo {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargest = 1 << 16; ///< of a mark; ours have some hundred bytes

fs::path beside(const fs::path& session, const char* what) { return session.parent_path() / std::string(".").append(session.filename().string()).append(what); }

std::string content_of(int descriptor) {
    std::string text(kLargest, '\0');
    const auto size = ::pread(descriptor, text.data(), text.size(), 0);
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
}

/// Empty: its window is there, or was on another machine, of which nothing is known here.
std::optional<LeftOpen> take(const fs::path& mark) {
    const int descriptor = ::open(mark.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) return std::nullopt;
    std::optional<LeftOpen> left;
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
        std::string machine;
        left = left_open_from_json(content_of(descriptor), machine);
        if ((!machine.empty() && machine != this_machine()) || ::unlink(mark.c_str()) != 0) left.reset();
    }
    ::close(descriptor);
    return left;
}

} // namespace

OpenMark::OpenMark(const fs::path& session) {
    std::string name = beside(session, ".opening-XXXXXX").string();
    m_descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (m_descriptor < 0) return;
    m_file = beside(session, (".open-" + name.substr(name.size() - 6)).c_str());
    m_now.kept_ms = now_ms();
    write();
    // Locked before it is seen, or another window could take it for one that was left.
    if (::flock(m_descriptor, LOCK_EX | LOCK_NB) == 0 && ::rename(name.c_str(), m_file.c_str()) == 0) return;
    ::unlink(name.c_str());
    ::close(std::exchange(m_descriptor, -1));
}

OpenMark::~OpenMark() {
    if (m_descriptor >= 0) ::close(m_descriptor);
}

void OpenMark::kept(std::int64_t at_ms) {
    const std::lock_guard lock(m_mutex);
    m_now.kept_ms = at_ms;
    write();
}

void OpenMark::note(Unfinished unfinished) {
    const std::lock_guard lock(m_mutex);
    m_now.unfinished = std::move(unfinished);
    write();
}

void OpenMark::end() {
    const std::lock_guard lock(m_mutex);
    if (m_descriptor < 0) return;
    ::unlink(m_file.c_str());
    ::close(std::exchange(m_descriptor, -1));
}

/// In place: another file in its place would not have the lock.
void OpenMark::write() {
    if (m_descriptor < 0) return;
    const std::string text = to_json(m_now, this_machine());
    if (::pwrite(m_descriptor, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size())) (void)!::ftruncate(m_descriptor, static_cast<off_t>(text.size()));
}

std::optional<LeftOpen> OpenMark::take_left(const fs::path& session) {
    const std::string start = beside(session, ".open-").filename().string();
    std::optional<LeftOpen> last;
    std::error_code failed;
    const fs::path folder = session.parent_path().empty() ? fs::path(".") : session.parent_path();
    for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
        if (!entry->path().filename().string().starts_with(start)) continue;
        auto left = take(entry->path());
        if (left && (!last || left->kept_ms >= last->kept_ms)) last = std::move(left);
    }
    return last;
}

} // namespace cameo
