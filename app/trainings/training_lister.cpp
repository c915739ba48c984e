#include "app/trainings/training_lister.hpp"

#include "app/trainings/find_training.hpp"
#include "app/trainings/list_trainings.hpp"
#include "app/trainings/trainer_log.hpp"
#include "app/trainings/training_marks.hpp"

#include <algorithm>
#include <set>

namespace cameo {
namespace {

namespace fs = std::filesystem;

/// In the file clock's ticks.
std::int64_t written(const fs::path& file) {
    std::error_code none;
    const auto at = fs::last_write_time(file, none);
    return none ? 0 : at.time_since_epoch().count();
}

std::uintmax_t bytes_of(const fs::path& file) {
    std::error_code none;
    const auto bytes = fs::file_size(file, none);
    return none ? 0 : bytes;
}

} // namespace

TrainingLister::Signature TrainingLister::signature(const fs::path& training) {
    const fs::path record = training / kTrainingRecord, log = record.string() + "-wal";
    return {.written = {written(record), written(log), written(training / kTrainerLog), written(training / "recipe.json"),
                        written(training / "lock"), written(training / "marks.json")},
            .bytes = bytes_of(record) + bytes_of(log)};
}

std::vector<TrainingLine> TrainingLister::list(const std::vector<fs::path>& elsewhere) {
    std::vector<TrainingLine> lines;
    std::set<fs::path> seen;
    const auto take = [&](const fs::path& folder, bool from_elsewhere) {
        if (!seen.insert(folder).second) return;
        const Signature now = signature(folder);
        Known& known = m_known[folder];
        // Of one with a process its state is the process's, not its files'.
        if (known.line.summary.folder.empty() || known.signature != now || is_alive(known.line.summary.state) || process_of(folder))
            known = {now, {summarise_training(folder), read_marks(folder), from_elsewhere}};
        lines.push_back(known.line);
    };
    for (const fs::path& folder : training_folders()) take(folder, false);
    for (const fs::path& folder : elsewhere) take(folder, true);
    std::erase_if(m_known, [&](const auto& known) { return !seen.contains(known.first); });
    std::ranges::stable_sort(lines, std::ranges::greater(), [](const TrainingLine& line) { return line.summary.last_ms; });
    return lines;
}

} // namespace cameo
