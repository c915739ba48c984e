#include "app/trainings/list_trainings.hpp"

#include "app/trainings/find_training.hpp"
#include "app/trainings/trainer_log.hpp"
#include "app/trainings/turn.hpp"
#include "core/base/error.hpp"
#include "core/base/folder_lock.hpp"
#include "core/base/now_ms.hpp"
#include "core/train/recipe/recipe.hpp"
#include "sessions/training_watch.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <fstream>
#include <limits>
#include <utility>

namespace cameo {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSaysWithinMs = 25'000; ///< a process prints what it does every ten seconds

/// Of the record and what lies beside it: a step that is written touches one of them.
std::int64_t last_written_ms(const fs::path& record) {
    std::int64_t last = 0;
    for (const char* beside : {"", "-wal"}) {
        std::error_code failed;
        const auto at = fs::last_write_time(record.string() + beside, failed);
        if (failed) continue;
        const auto since = std::chrono::file_clock::to_sys(at).time_since_epoch();
        last = std::max<std::int64_t>(last, std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
    }
    return last;
}

/// Whether the process that trains now was asked to wait: one that was killed while it waited has left that behind.
bool is_paused(const TrainingWatch& watch, const std::vector<RecordedEvent>& events) {
    std::int64_t began_ms = 0;
    for (const RecordedEvent& event : events)
        if (event.kind == name(EventKind::Started) || event.kind == name(EventKind::Resumed)) began_ms = event.at_ms;
    bool paused = false;
    for (const LeftCommand& command : watch.commands()) {
        if (command.state != CommandState::Done || command.answered_ms < began_ms) continue;
        if (command.kind == name(CommandKind::Pause)) paused = true;
        if (command.kind == name(CommandKind::Resume)) paused = false;
    }
    return paused;
}

/// How the process that trained last has ended, by the last event that says so.
void read_end(const std::vector<RecordedEvent>& events, TrainingSummary& summary) {
    constexpr std::pair<EventKind, TrainingState> kEnds[] = {
        {EventKind::Finished, TrainingState::Finished}, {EventKind::Failed, TrainingState::Failed}, {EventKind::Interrupted, TrainingState::Interrupted}};
    // Whatever else was recorded last, its process would have had more to say.
    if (!events.empty())
        for (const auto& [kind, state] : kEnds)
            if (events.back().kind == name(kind)) {
                summary.state = state;
                summary.words = events.back().text;
                return;
            }
    if (const auto machine = FolderLock::other_machine(summary.folder)) {
        summary.state = TrainingState::Elsewhere;
        summary.words = "it was begun on " + *machine + ": whether it still runs there cannot be seen from here";
        return;
    }
    summary.state = TrainingState::Died;
    const std::string last = last_words(summary.folder);
    summary.words = "its process ended after step " + std::to_string(summary.step) + (last.empty() ? " without saying why" : ": " + last);
}

/// Whether a signal such as SIGSTOP keeps it from doing anything.
bool is_stopped(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::string stat;
    std::getline(file, stat);
    const auto name_end = stat.rfind(')'); // the program's name may have spaces
    return name_end != stat.npos && name_end + 2 < stat.size() && (stat[name_end + 2] == 'T' || stat[name_end + 2] == 't');
}

void read_waiting(const Wait& wait, TrainingSummary& summary) {
    summary.state = TrainingState::Queued;
    summary.words = wait.behind.empty() ? "its process is about to begin" : "waits until " + wait.behind.filename().string() + " has ended";
}

/// One that has recorded nothing yet.
void read_launch(const Wait& wait, TrainingSummary& summary) {
    constexpr std::int64_t kBeginsWithinMs = 5000;
    using namespace std::chrono;
    const auto now = now_ms();
    summary.started_ms = summary.last_ms = last_written_ms(summary.folder / kTrainerLog);
    const std::string last = last_words(summary.folder);
    if (wait.queued || (last.empty() && now - summary.last_ms < kBeginsWithinMs)) return read_waiting(wait, summary);
    summary.state = TrainingState::Died;
    summary.words = "its process ended before its first step" + (last.empty() ? std::string(" without saying why") : ": " + last);
}

void read(TrainingSummary& summary) {
    const Recipe recipe = read_recipe(summary.folder / "recipe.json");
    summary.model = recipe.model;
    summary.collection = recipe.collection;
    summary.measure = recipe.measure;
    summary.steps = recipe.standardized_steps + recipe.specialized_steps;
    // Asked before the record is read: one that ends in between has then written why.
    const bool trains = FolderLock::held(summary.folder);
    const Wait wait = trains ? Wait{} : wait_of(summary.folder);
    if (!fs::exists(summary.folder / kTrainingRecord) && (wait.queued || fs::exists(summary.folder / kTrainerLog))) return read_launch(wait, summary);
    if (wait.queued) read_waiting(wait, summary);
    const TrainingWatch watch(summary.folder / kTrainingRecord);
    const auto events = watch.events();
    if (!events.empty()) summary.started_ms = events.front().at_ms, summary.last_ms = events.back().at_ms;
    summary.last_ms = std::max(summary.last_ms, last_written_ms(watch.path()));
    for (const MetricPoint& point : watch.metric("dev." + recipe.validation_of + "." + recipe.measure)) {
        summary.step = std::max(summary.step, point.step);
        if (point.value > summary.best || std::isnan(summary.best)) summary.best = point.value, summary.best_step = point.step;
    }
    const auto losses = watch.metric("loss", summary.step);
    if (!losses.empty()) summary.step = std::max(summary.step, losses.back().step);
    if (wait.queued) return; // one that goes on, as soon as it may
    // One that began in between has not ended.
    if (!trains && !FolderLock::held(summary.folder)) return read_end(events, summary);
    summary.state = is_paused(watch, events) ? TrainingState::Paused : TrainingState::Running;
    if (summary.state == TrainingState::Running && now_ms() - last_written_ms(summary.folder / kTrainerLog) < kSaysWithinMs) summary.words = doing(summary.folder);
    if (const auto process = FolderLock::holder(summary.folder); process && is_stopped(*process)) {
        summary.state = TrainingState::Frozen;
        summary.words = "its process was stopped from outside; `kill -CONT " + std::to_string(*process) + "` lets it go on";
    }
}

} // namespace

TrainingSummary summarise_training(const fs::path& folder) {
    TrainingSummary summary{.folder = folder, .name = folder.filename().string(), .words = {}, .model = {}, .collection = {}, .best = std::numeric_limits<double>::quiet_NaN(), .measure = {}};
    try {
        read(summary);
    } catch (const std::exception& error) {
        summary.state = TrainingState::Unreadable;
        summary.words = error.what();
    }
    return summary;
}

bool process_of(const fs::path& folder) { return FolderLock::held(folder) || wait_of(folder).queued; }

std::vector<fs::path> training_folders() {
    std::vector<fs::path> folders;
    const fs::path library = trainings_library();
    std::error_code failed;
    if (!fs::exists(library, failed)) return folders;
    fs::directory_iterator entry(library, failed);
    for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
        std::error_code none;
        if (entry->path().filename().string().starts_with('.')) continue; // something that is being tried or made
        if (fs::exists(entry->path() / "recipe.json", none)) folders.push_back(entry->path());
    }
    if (failed) throw Error(ErrorKind::Environment, library.string() + ": cannot be read: " + failed.message());
    return folders;
}

std::vector<TrainingSummary> list_trainings() {
    std::vector<TrainingSummary> all;
    for (const fs::path& folder : training_folders()) all.push_back(summarise_training(folder));
    std::ranges::stable_sort(all, std::ranges::greater(), &TrainingSummary::last_ms);
    return all;
}

} // namespace cameo
