#pragma once

#include "app/notice_board.hpp"
#include "app/trainings/start_training.hpp"
#include "core/jobs/job_manager.hpp"
#include "core/train/judged.hpp"
#include "views/commands.hpp"
#include "views/training_state.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cameo {

/// The training that is to be started: its settings, why it cannot be, and what it would take, all found out in jobs. Lives on
/// the window's thread.
class DraftDesk {
public:
    /// @param how trainings are started; its `threads` are the draft's own
    DraftDesk(JobManager& jobs, NoticeBoard& notices, TrainerProcess how);

    void begin(const DraftTraining& wanted, const std::string& model, const std::string& collection);
    /// With what somebody has judged beside the collection's own queries.
    void begin(std::vector<JudgedQuery> judged, const std::string& model, const std::string& collection);
    void edit(const std::string& assignment);
    void drop();
    /// It is about to be started: whoever tries what it will take would only be in the way.
    void stop_estimating();

    const std::optional<TrainingDraft>& draft() const { return m_draft; }

private:
    void prepare(std::function<TrainingDraft()> make);
    void check();
    void estimate();
    void forget_estimate();

    JobManager& m_jobs;
    NoticeBoard& m_notices;
    TrainerProcess m_how;
    std::optional<TrainingDraft> m_draft;
    std::optional<std::pair<Recipe, int>> m_estimated; ///< recipe and threads that the cost is of, or is being found out for
};

} // namespace cameo
