#include "app/trainings/start_training.hpp"

#include "app/trainings/processors.hpp"
#include "app/trainings/trainer_log.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/model/new_folder.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <unistd.h>
#include <vector>

namespace cameo {
namespace {

namespace fs = std::filesystem;

/// Room that the log has for itself, so that a training can say that the disk is full.
constexpr ::off_t kReservedBytes = 64 << 10;

/// @return open for appending
int open_log(const fs::path& file) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (descriptor < 0) throw Error(ErrorKind::Environment, file.string() + ": cannot be opened: " + std::strerror(errno));
    const auto length = ::lseek(descriptor, 0, SEEK_END);
    (void)!::fallocate(descriptor, FALLOC_FL_KEEP_SIZE, length, kReservedBytes); // not every file system can
    return descriptor;
}

void write(const fs::path& file, const std::string& text) {
    AtomicFile written(file);
    written.write(text);
    written.commit();
}

/// What this thread starts meanwhile begins with its share of the processors, and need not begin once more to have it
/// (processor_share.hpp).
class FewerProcessors {
public:
    explicit FewerProcessors(int threads) : m_known(::sched_getaffinity(0, sizeof m_before, &m_before) == 0) {
        if (m_known) keep_to(threads);
    }
    ~FewerProcessors() {
        if (m_known) ::sched_setaffinity(0, sizeof m_before, &m_before);
    }
    FewerProcessors(const FewerProcessors&) = delete;
    FewerProcessors& operator=(const FewerProcessors&) = delete;

private:
    cpu_set_t m_before;
    bool m_known;
};

} // namespace

void make_training(const Recipe& recipe, const fs::path& folder, const std::optional<TrainingCost>& estimate) {
    if (fs::exists(folder))
        throw Error(ErrorKind::InvalidInput, "there is a training \"" + folder.filename().string() + "\" already; give this one another name");
    NewFolder made(folder);
    write(made.path() / "recipe.json", to_json(recipe));
    if (estimate) write(made.path() / kEstimateFile, to_json(*estimate));
    made.commit();
}

pid_t start_trainer(const fs::path& folder, const TrainerProcess& how) {
    const int log = open_log(folder / kTrainerLog);
    ::posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files, log, 1);
    ::posix_spawn_file_actions_adddup2(&files, log, 2);
    ::posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID); // the terminal's Ctrl-C is not meant for it
    std::vector<std::string> words{"cameo", "train", folder.string(), "--in-turn", "--threads", std::to_string(how.threads), "--nice", std::to_string(how.nice)};
    std::vector<char*> values;
    for (auto& word : words) values.push_back(word.data());
    values.push_back(nullptr);
    pid_t process = 0;
    const FewerProcessors fewer(how.threads);
    const int failed = ::posix_spawn(&process, how.program.c_str(), &files, &attributes, values.data(), ::environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&files);
    ::close(log);
    if (failed) throw Error(ErrorKind::Environment, how.program.string() + ": the trainer's process cannot be started: " + std::strerror(failed));
    return process;
}

} // namespace cameo
