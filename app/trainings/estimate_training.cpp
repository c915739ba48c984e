#include "app/trainings/estimate_training.hpp"

#include "app/trainings/find_training.hpp"
#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/data/process.hpp"
#include "core/model/new_folder.hpp"

#include <atomic>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

namespace cameo {
namespace {

namespace fs = std::filesystem;

/// Without "cameo: " before it.
std::string last_words(const ProcessResult& result) {
    const std::string words = result.last_words();
    constexpr std::string_view kWho = "cameo: ";
    return words.starts_with(kWho) ? words.substr(kWho.size()) : words;
}

/// This program's own name for itself, as other processes have to say it; it may have been replaced meanwhile.
std::string seen_by_others(const fs::path& program) {
    return program == "/proc/self/exe" ? fmt::format("/proc/{}/exe", ::getpid()) : program.string();
}

double gigabytes(std::uintmax_t bytes) { return double(bytes) / 1e9; }

} // namespace

TrainingCost estimate_training(const Recipe& recipe, const TrainerProcess& how, Progress& progress) {
    static std::atomic<int> s_tried = 0; // one that was cancelled may still be ending
    fs::create_directories(trainings_library());
    const NewFolder scratch(trainings_library() / fmt::format("draft-{}", ++s_tried));
    const fs::path file = scratch.path() / "recipe.json";
    AtomicFile written(file);
    written.write(to_json(recipe));
    written.commit();
    std::string said;
    const auto result = run_process({"nice", "-n", std::to_string(how.nice), seen_by_others(how.program), "train", file.string(), "--estimate", "--folder", scratch.path().string(), "--json", "--threads", std::to_string(how.threads)},
                                    [&said](std::string_view text) { said += text; }, progress);
    if (!result.started || result.exit_code != 0)
        throw Error(ErrorKind::Environment, result.started && !result.errors.empty() ? last_words(result) : fmt::format("{}: the estimate's process ended with code {}", how.program.string(), result.exit_code));
    return cost_from_json(said, "the estimate");
}

std::string why_it_does_not_fit(const TrainingCost& cost) {
    const auto memory = std::uintmax_t(::sysconf(_SC_PHYS_PAGES)) * std::uintmax_t(::sysconf(_SC_PAGESIZE));
    if (std::uintmax_t(cost.memory_bytes) > memory)
        return fmt::format("It needs about {:.1f} GB of memory, and this machine has {:.1f} GB: fewer queries a step, or more parts (batch.accumulate), need less.", gigabytes(std::uintmax_t(cost.memory_bytes)), gigabytes(memory));
    std::error_code failed;
    const auto space = fs::space(trainings_library(), failed);
    if (!failed && std::uintmax_t(cost.disk_bytes) > space.available)
        return fmt::format("It needs about {:.1f} GB in {}, where {:.1f} GB are free: fewer checkpoints (checkpoint.kept) need less.", gigabytes(std::uintmax_t(cost.disk_bytes)), trainings_library().string(), gigabytes(space.available));
    return {};
}

} // namespace cameo
