#include "app/trainings/training_desk.hpp"

#include "app/trainings/draft.hpp"
#include "app/trainings/find_training.hpp"
#include "app/trainings/processors.hpp"
#include "app/trainings/read_evidence.hpp"
#include "app/trainings/training_marks.hpp"
#include "app/trainings/turn.hpp"
#include "core/base/error.hpp"
#include "core/base/now_ms.hpp"
#include "core/diagnose/diagnose_training.hpp"
#include "core/train/estimate.hpp"
#include "core/train/record/checkpoint_names.hpp"
#include "sessions/training_watch.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <sys/wait.h>
#include <utility>

namespace cameo {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kNewsEvery = 250ms;      ///< of trainings that are looked at and have a process: a first step is waited for
constexpr auto kListEvery = 2s;         ///< while some training has a process
constexpr auto kListEveryAtRest = 4s;   ///< while the list is on the screen: others may start one

} // namespace

TrainingDesk::TrainingDesk(JobManager& jobs, NoticeBoard& notices, TrainerProcess how) : m_jobs(jobs), m_notices(notices), m_how(how), m_drafts(jobs, notices, std::move(how)) {}

bool TrainingDesk::any_alive() const {
    return !m_children.empty() || (m_list && std::ranges::any_of(*m_list, [](const TrainingLine& line) { return is_alive(line.summary.state); }));
}

bool TrainingDesk::may_grow_here(const fs::path& folder) const {
    return m_list && std::ranges::any_of(*m_list, [&](const TrainingLine& line) { return line.summary.folder == folder && may_grow(line.summary.state); });
}

TrainingDesk::Followed* TrainingDesk::followed(const fs::path& folder) {
    const auto found = std::ranges::find(m_followed, folder, &Followed::folder);
    return found == m_followed.end() ? nullptr : &*found;
}

void TrainingDesk::look(Clock::time_point now, bool seen) {
    const auto wait = looks_in_s(now, seen);
    if (!wait || *wait > 0) return;
    reap();
    if (!m_reading_list && now - m_list_at >= (any_alive() ? Clock::duration(kListEvery) : Clock::duration(kListEveryAtRest))) {
        m_list_at = now;
        read_list();
    }
    if (!m_reading_news && !m_followed.empty() && now - m_news_at >= kNewsEvery) {
        m_news_at = now;
        read_news();
    }
}

std::optional<double> TrainingDesk::looks_in_s(Clock::time_point now, bool seen) const {
    std::optional<Clock::duration> wait;
    const auto at_most = [&](Clock::duration left) { wait = std::max(Clock::duration(0), std::min(wait.value_or(left), left)); };
    if (!m_reading_list) { // whose end wakes the window
        if (m_list_at == Clock::time_point{}) at_most(0s);
        else if (any_alive()) at_most(m_list_at + kListEvery - now);
        else if (seen) at_most(m_list_at + kListEveryAtRest - now);
    }
    const bool moves = std::ranges::any_of(m_followed, [&](const Followed& training) { return !training.record || may_grow_here(training.folder); });
    if (!m_followed.empty() && !m_reading_news && (m_news_at == Clock::time_point{} || (moves && seen))) at_most(m_news_at == Clock::time_point{} ? Clock::duration(0s) : m_news_at + kNewsEvery - now);
    if (!wait) return {};
    return std::chrono::duration<double>(*wait).count();
}

void TrainingDesk::reap() {
    std::erase_if(m_children, [](const Child& child) { return child.process > 0 && ::waitpid(child.process, nullptr, WNOHANG) != 0; });
}

void TrainingDesk::read_list() {
    m_reading_list = true;
    if (m_phase == Phase::Empty) m_phase = Phase::Loading;
    m_jobs.submit({.name = "Look for trainings", .tag = "trainings", .listing = Listing::Never},
                  [lister = m_lister, elsewhere = m_elsewhere](JobContext&) { return Listed{lister->list(elsewhere), offered_recipes()}; },
                  [this](JobOutcome<Listed> outcome) {
                      m_reading_list = false;
                      if (outcome.value) return take(std::move(*outcome.value));
                      m_phase = Phase::Failed;
                      m_error = outcome.error;
                  });
}

void TrainingDesk::take(Listed listed) {
    if (m_list) say_what_ended(listed.lines);
    m_phase = Phase::Ready;
    m_error.clear();
    m_listed_ms = now_ms();
    m_list = std::make_shared<const std::vector<TrainingLine>>(std::move(listed.lines));
    m_recipes = std::make_shared<const std::vector<RecipeOffer>>(std::move(listed.recipes));
    // Whoever has one running, or begun last, wants to see that.
    if (m_followed.empty() && !m_list->empty()) show(m_list->front().summary.folder);
}

void TrainingDesk::say_what_ended(const std::vector<TrainingLine>& now) {
    for (const TrainingLine& line : now) {
        const auto& summary = line.summary;
        if (may_grow(summary.state) || !may_grow_here(summary.folder)) continue;
        m_news_at = {}; // the last of it
        switch (summary.state) {
        case TrainingState::Finished: m_notices.add(Notice::Level::Info, fmt::format("Training {} has finished: {}.", summary.name, summary.words)); break;
        case TrainingState::Interrupted: m_notices.add(Notice::Level::Info, fmt::format("Training {} was interrupted.", summary.name), "It goes on where it was when it is resumed."); break;
        default:
            m_notices.add(Notice::Level::Warning, fmt::format("Training {} has ended: {}.", summary.name, summary.words), "Its checkpoints are kept: Resume goes on from the last one.");
        }
    }
}

void TrainingDesk::read_news() {
    struct Wanted {
        fs::path folder;
        bool known = false;
        std::int64_t event = 0, step = -1;
    };
    std::vector<Wanted> wanted;
    for (const Followed& training : m_followed)
        wanted.push_back(training.record ? Wanted{training.folder, true, training.record->last_event(), training.record->last_step()} : Wanted{training.folder, false, 0, -1});
    m_reading_news = true;
    const auto read = [wanted](JobContext& job) {
        std::vector<Reading> readings;
        for (const Wanted& each : wanted) {
            job.check_cancelled();
            Reading& reading = readings.emplace_back();
            reading.folder = each.folder;
            try {
                reading.begun = read_recipe(each.folder / "recipe.json");
                if (!each.known) reading.estimate = read_estimate(each.folder); // which does not change
                // One that waits for its turn has no record yet.
                if (!fs::exists(each.folder / kTrainingRecord)) {
                    if (!each.known) reading.whole = std::make_shared<TrainingRecord>();
                    else if (each.event > 0) reading.error = (each.folder / kTrainingRecord).string() + ": is gone";
                    continue;
                }
                const TrainingWatch watch(each.folder / kTrainingRecord);
                reading.news = watch.news(each.event, each.step);
                if (each.known) continue;
                reading.whole = std::make_shared<TrainingRecord>();
                reading.whole->take(std::exchange(reading.news, {}));
            } catch (const Error& error) {
                reading.error = error.what();
            }
        }
        return readings;
    };
    m_jobs.submit({.name = "Read trainings", .tag = "training news", .listing = Listing::Never}, read,
                  [this](JobOutcome<std::vector<Reading>> outcome) {
                      m_reading_news = false;
                      if (outcome.value) take(std::move(*outcome.value));
                      else if (outcome.state == JobState::Failed) m_notices.error(outcome.error);
                  });
}

void TrainingDesk::take(std::vector<Reading> readings) {
    for (Reading& reading : readings) {
        Followed* const training = followed(reading.folder);
        if (!training) continue; // it was closed meanwhile
        training->error = reading.error;
        if (!reading.error.empty()) continue;
        const bool was_here = bool(training->record);
        // One that was put down and taken up again meanwhile has nothing that news could be added to: the next read is for it.
        if (!was_here && !reading.whole) continue;
        if (was_here) training->record->take(reading.news);
        else training->record = std::move(reading.whole);
        training->begun = std::move(reading.begun);
        if (!was_here) training->estimate = reading.estimate;
        training->recipe = recipe_now(training->begun, training->record->commands());
    }
    read_probes();
}

void TrainingDesk::forget_probes() {
    m_probes_phase = Phase::Empty;
    m_probes_error.clear();
    m_probe_set.reset();
    m_moments.clear();
    m_checkpoints.clear();
    m_moment = -1;
    m_diagnosis = {};
    m_found_at = {-1, -1};
}

void TrainingDesk::read_probes() {
    if (m_reading_probes || m_followed.empty() || !m_followed.front().record) return;
    const Followed& training = m_followed.front();
    std::vector<std::int64_t> known, there(training.record->probe_steps().begin(), training.record->probe_steps().end());
    for (const auto& moment : m_moments) known.push_back(moment->step);
    // A training that went back has taken out what came after, or made it anew.
    const bool other = training.record->generation() > 0 && !std::ranges::includes(there, known);
    if (other) m_moments.clear(), known.clear();
    std::vector<std::int64_t> wanted;
    std::ranges::set_difference(there, known, std::back_inserter(wanted));
    const std::pair standing(training.record->last_step(), training.record->last_event());
    // Numbers of each step change little; whatever happens is an event.
    const bool finds = m_diagnosis.phase == Phase::Empty || standing.second != m_found_at.second;
    if (wanted.empty() && !finds) return;
    m_reading_probes = true;
    if (m_probes_phase == Phase::Empty) m_probes_phase = Phase::Loading;
    if (finds) {
        m_found_at = standing;
        if (!m_diagnosis.findings) m_diagnosis.phase = Phase::Loading;
    }
    const auto read = [folder = training.folder, wanted, has_set = bool(m_probe_set)](JobContext& job) {
        Probed probed;
        if (!wanted.empty()) {
            const TrainingWatch watch(folder / kTrainingRecord);
            if (!has_set) probed.set = std::make_shared<const ProbeSet>(watch.probe_set());
            for (const std::int64_t step : wanted) {
                job.check_cancelled();
                probed.moments.push_back(std::make_shared<const ProbeMoment>(ProbeMoment{step, watch.probes(step)}));
            }
        }
        probed.checkpoints = checkpoint_steps(folder / kCheckpoints);
        probed.disk_bytes = folder_bytes(folder);
        return probed;
    };
    m_jobs.submit({.name = "Read probes", .tag = "training probes", .listing = Listing::Never}, read,
                  [this, folder = training.folder, finds](JobOutcome<Probed> outcome) {
                      m_reading_probes = false;
                      if (m_followed.empty() || m_followed.front().folder != folder) return read_probes(); // somebody looks at another one now
                      if (outcome.value) take(std::move(*outcome.value));
                      else if (outcome.state == JobState::Failed) m_probes_phase = Phase::Failed, m_probes_error = outcome.error;
                      if (finds) read_findings();
                  });
}

void TrainingDesk::take(Probed probed) {
    m_probes_phase = Phase::Ready;
    m_probes_error.clear();
    if (probed.set) m_probe_set = std::move(probed.set);
    m_moments.insert(m_moments.end(), probed.moments.begin(), probed.moments.end());
    std::ranges::sort(m_moments, {}, [](const auto& moment) { return moment->step; });
    m_checkpoints = std::move(probed.checkpoints);
    m_followed.front().disk_bytes = probed.disk_bytes;
}

void TrainingDesk::read_findings() {
    using Findings = std::vector<Finding>;
    m_reading_probes = true;
    const fs::path folder = m_followed.front().folder;
    const auto read = [folder](JobContext&) { return fs::exists(folder / kTrainingRecord) ? std::make_shared<const Findings>(diagnose(read_evidence(folder))) : nullptr; };
    m_jobs.submit({.name = "Diagnose a training", .tag = "training findings", .listing = Listing::Never}, read,
                  [this, folder](JobOutcome<std::shared_ptr<const Findings>> outcome) {
                      m_reading_probes = false;
                      if (m_followed.empty() || m_followed.front().folder != folder) return read_probes(); // somebody looks at another one now
                      m_diagnosis.error = outcome.error;
                      m_diagnosis.phase = outcome.state == JobState::Failed ? Phase::Failed : Phase::Ready;
                      m_diagnosis.of = folder.filename().string();
                      if (outcome.value && *outcome.value) m_diagnosis.findings = std::move(*outcome.value);
                  });
}

std::size_t TrainingDesk::free_color() const {
    for (std::size_t color = 0;; ++color)
        if (std::ranges::find(m_followed, color, &Followed::color) == m_followed.end()) return color;
}

void TrainingDesk::show(const fs::path& folder) {
    const auto found = std::ranges::find(m_followed, folder, &Followed::folder);
    if (found != m_followed.end()) {
        if (found == m_followed.begin()) return;
        std::rotate(m_followed.begin(), found, found + 1);
    } else {
        // It takes the place of the one that was looked at; those over it stay.
        const std::size_t color = m_followed.empty() ? 0 : m_followed.front().color;
        if (!m_followed.empty()) m_followed.erase(m_followed.begin());
        m_followed.insert(m_followed.begin(), Followed{.folder = folder, .color = color, .begun = {}, .recipe = {}, .record = nullptr, .error = {}, .estimate = {}, .disk_bytes = 0});
    }
    forget_probes();
    m_news_at = {};
}

void TrainingDesk::overlay(const fs::path& folder, bool on) {
    const auto found = std::ranges::find(m_followed, folder, &Followed::folder);
    if (on && found == m_followed.end() && m_followed.size() < kMostShown) {
        m_followed.push_back({.folder = folder, .color = free_color(), .begun = {}, .recipe = {}, .record = nullptr, .error = {}, .estimate = {}, .disk_bytes = 0});
        m_news_at = {};
    }
    if (!on && found != m_followed.end() && m_followed.size() > 1) {
        const bool was_first = found == m_followed.begin();
        m_followed.erase(found);
        if (was_first) forget_probes(), m_news_at = {};
    }
}

void TrainingDesk::open_elsewhere(const fs::path& folder) {
    const fs::path whole = whole_path(folder);
    if (whole.parent_path() != trainings_library() && std::ranges::find(m_elsewhere, whole) == m_elsewhere.end()) m_elsewhere.push_back(whole);
    show(whole);
    look_again();
}

void TrainingDesk::close_elsewhere(const fs::path& folder) {
    std::erase(m_elsewhere, folder);
    if (m_followed.size() > 1) overlay(folder, false);
    else if (followed(folder)) {
        m_followed.clear();
        forget_probes();
    }
    look_again();
}

void TrainingDesk::steer(const SteerTraining& what) {
    const auto leave = [what](JobContext&) { TrainingWatch(what.folder / kTrainingRecord).leave(what.kind, what.argument); };
    m_jobs.submit({.name = "Leave a command", .listing = Listing::Never}, leave, [this](JobOutcome<std::monostate> outcome) {
        if (outcome.state == JobState::Failed) m_notices.error(outcome.error, "The command was not left: the training goes on as it was.");
        m_news_at = {};
    });
}

void TrainingDesk::resume(const fs::path& folder) { start(folder, polite_threads(), {}); }

void TrainingDesk::withdraw_waiting(const fs::path& folder) {
    m_jobs.submit({.name = "Take a training out of the queue", .listing = Listing::Never}, [folder](JobContext&) { withdraw(folder); },
                  [this](JobOutcome<std::monostate> outcome) {
                      if (outcome.state == JobState::Failed) m_notices.error(outcome.error);
                      look_again();
                  });
}

void TrainingDesk::mark(const fs::path& folder, const TrainingMarks& marks) {
    m_jobs.submit({.name = "Write a remark", .listing = Listing::Never}, [folder, marks](JobContext&) { write_marks(folder, marks); },
                  [this](JobOutcome<std::monostate> outcome) {
                      if (outcome.state == JobState::Failed) m_notices.error(outcome.error, "The remark was not kept.");
                      look_again();
                  });
}

void TrainingDesk::start_draft() {
    const auto& draft = m_drafts.draft();
    if (!draft || !draft->refusal.empty()) return;
    m_drafts.stop_estimating();
    start(trainings_library() / draft->recipe.name, draft->threads, Made{draft->recipe, draft->cost});
}

void TrainingDesk::start(fs::path folder, int threads, std::optional<Made> made) {
    reap();
    // Until it holds its folder's lock the list has nothing of a process that was started; a second one would only quarrel with it.
    if (std::ranges::find(m_children, folder, &Child::folder) != m_children.end())
        return m_notices.add(Notice::Level::Info, fmt::format("Training {} has a process already.", folder.filename().string()));
    m_children.push_back({.folder = folder});
    TrainerProcess how = m_how;
    how.threads = threads;
    const bool is_new = made.has_value();
    const auto begin = [folder, how, made = std::move(made)](JobContext&) {
        if (made) make_training(made->recipe, folder, made->estimate);
        return start_trainer(folder, how);
    };
    m_jobs.submit({.name = "Start a training", .listing = Listing::Never}, begin, [this, folder, is_new](JobOutcome<pid_t> outcome) {
        if (outcome.state == JobState::Failed) m_notices.error(outcome.error);
        const auto child = std::ranges::find(m_children, folder, &Child::folder);
        if (!outcome.value) return void(m_children.erase(child));
        child->process = *outcome.value;
        if (is_new) m_drafts.drop();
        show(folder);
        look_again();
        if (on_started) on_started();
    });
}

std::vector<std::string> TrainingDesk::shown_folders() const {
    std::vector<std::string> folders;
    for (const Followed& training : m_followed) folders.push_back(training.folder.string());
    return folders;
}

void TrainingDesk::restore(const std::vector<std::string>& shown, std::vector<fs::path> elsewhere) {
    m_followed.clear();
    m_elsewhere = std::move(elsewhere);
    for (const std::string& folder : shown) {
        if (m_followed.empty()) show(folder);
        else overlay(folder, true);
    }
    forget_probes();
    look_again();
}

void TrainingDesk::fill(Trainings& trainings) const {
    trainings.phase = m_phase;
    trainings.error = m_error;
    trainings.list = m_list;
    trainings.now_ms = m_listed_ms;
    trainings.shown.clear();
    for (const Followed& training : m_followed)
        trainings.shown.push_back({.folder = training.folder,
                                   .name = training.folder.filename().string(),
                                   .color = training.color,
                                   .begun = training.begun,
                                   .recipe = training.recipe,
                                   .record = training.record,
                                   .error = training.error,
                                   .estimate = training.estimate,
                                   .disk_bytes = training.disk_bytes});
    trainings.probes_phase = m_probes_phase;
    trainings.probes_error = m_probes_error;
    trainings.probe_set = m_probe_set;
    trainings.moments = m_moments;
    trainings.checkpoints = m_checkpoints;
    trainings.moment = m_moment;
    trainings.diagnosis = m_diagnosis;
    trainings.draft = m_drafts.draft();
    trainings.recipes = m_recipes;
}

} // namespace cameo
