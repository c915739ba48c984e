#pragma once

#include "app/notice_board.hpp"
#include "app/trainings/draft_desk.hpp"
#include "app/trainings/training_lister.hpp"
#include "core/jobs/job_manager.hpp"
#include "views/commands.hpp"
#include "views/training_state.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cameo {

/// What trainings there are, those that are looked at, and those that are to be started: follows their folders in jobs, leaves
/// commands there and starts processes. Trainings need nothing of it: they go on without a window. Lives on the window's
/// thread; answers arrive through JobManager::drain().
class TrainingDesk {
public:
    using Clock = std::chrono::steady_clock;

    /// @param how trainers are started; its `threads` are each draft's own
    TrainingDesk(JobManager& jobs, NoticeBoard& notices, TrainerProcess how = {});

    /// Looks again where it is time to. @param seen a view that shows trainings is on the screen
    void look(Clock::time_point now, bool seen);
    /// Seconds until it is; nothing: only when somebody asks.
    std::optional<double> looks_in_s(Clock::time_point now, bool seen) const;
    /// Somebody comes back, or something was done: at once.
    void look_again() { m_list_at = m_news_at = {}; }

    void show(const std::filesystem::path& folder);
    void overlay(const std::filesystem::path& folder, bool on);
    /// One that does not lie in the library. It is listed and looked at.
    void open_elsewhere(const std::filesystem::path& folder);
    void close_elsewhere(const std::filesystem::path& folder);

    void steer(const SteerTraining& what);
    void resume(const std::filesystem::path& folder);
    void withdraw_waiting(const std::filesystem::path& folder);
    void mark(const std::filesystem::path& folder, const TrainingMarks& marks);
    void look_at_step(std::int64_t step) { m_moment = step; }
    std::int64_t step_looked_at() const { return m_moment; } ///< -1: the last one

    DraftDesk& drafts() { return m_drafts; }
    void start_draft();

    /// Folders that are looked at, and those from elsewhere: what a session keeps.
    std::vector<std::string> shown_folders() const;
    const std::vector<std::filesystem::path>& elsewhere() const { return m_elsewhere; }
    void restore(const std::vector<std::string>& shown, std::vector<std::filesystem::path> elsewhere);

    void fill(Trainings& trainings) const;

    /// Called when a draft has become a training.
    std::function<void()> on_started;

private:
    struct Followed {
        std::filesystem::path folder;
        std::size_t color = 0;
        Recipe begun, recipe;
        std::shared_ptr<TrainingRecord> record; ///< null: not read yet
        std::string error;
        std::optional<TrainingCost> estimate;
        std::int64_t disk_bytes = 0;
    };
    struct Listed {
        std::vector<TrainingLine> lines;
        std::vector<RecipeOffer> recipes;
    };
    /// What a job has read of one.
    struct Reading {
        std::filesystem::path folder;
        std::shared_ptr<TrainingRecord> whole; ///< where nothing was known yet
        TrainingNews news;                     ///< else
        Recipe begun;
        std::optional<TrainingCost> estimate;
        std::string error;
    };
    /// What lies in the folder of the one that is looked at beside its curves.
    struct Probed {
        std::shared_ptr<const ProbeSet> set;
        std::vector<std::shared_ptr<const ProbeMoment>> moments;
        std::vector<std::int64_t> checkpoints;
        std::int64_t disk_bytes = 0;
    };

    void read_list();
    void take(Listed listed);
    void read_news();
    void take(std::vector<Reading> readings);
    void read_probes();
    void take(Probed probed);
    /// What its record says of how it goes: takes longer than reading the probes, which stand on the screen by then.
    void read_findings();
    void forget_probes();
    bool any_alive() const;
    bool may_grow_here(const std::filesystem::path& folder) const;
    Followed* followed(const std::filesystem::path& folder);
    std::size_t free_color() const;
    void say_what_ended(const std::vector<TrainingLine>& now);
    struct Made {
        Recipe recipe;
        std::optional<TrainingCost> estimate;
    };
    void start(std::filesystem::path folder, int threads, std::optional<Made> made);
    void reap();
    struct Child {
        std::filesystem::path folder;
        pid_t process = 0; ///< 0: it is being started
    };

    JobManager& m_jobs;
    NoticeBoard& m_notices;
    TrainerProcess m_how;
    std::shared_ptr<TrainingLister> m_lister = std::make_shared<TrainingLister>(); ///< used by one job at a time
    Clock::time_point m_list_at{}, m_news_at{}; ///< when it was read last
    bool m_reading_list = false, m_reading_news = false, m_reading_probes = false; ///< probes: or findings

    Phase m_phase = Phase::Empty;
    std::string m_error;
    std::shared_ptr<const std::vector<TrainingLine>> m_list;
    std::int64_t m_listed_ms = 0;
    std::vector<std::filesystem::path> m_elsewhere;
    std::vector<Followed> m_followed; ///< the one that is looked at first
    std::vector<Child> m_children; ///< one a folder

    Phase m_probes_phase = Phase::Empty;
    std::string m_probes_error;
    std::shared_ptr<const ProbeSet> m_probe_set;
    std::vector<std::shared_ptr<const ProbeMoment>> m_moments;
    std::vector<std::int64_t> m_checkpoints;
    std::int64_t m_moment = -1;
    Diagnosis m_diagnosis;
    std::pair<std::int64_t, std::int64_t> m_found_at{-1, -1}; ///< step and event of the record that findings were made of

    DraftDesk m_drafts;
    std::shared_ptr<const std::vector<RecipeOffer>> m_recipes;
};

} // namespace cameo
