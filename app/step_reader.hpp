#pragma once

#include "app/app.hpp"
#include "app/report/report.hpp"
#include "app/unseen_window.hpp"
#include "core/jobs/progress.hpp"
#include "sessions/session.hpp"

namespace cameo {

/// Goes through a session's steps in a window that nobody sees, and says what is on screen at each. Queries that are to be asked anew
/// are, and what a step shows of judged queries is measured, which may take minutes the first time; where no step is of that kind no model is opened.
/// Nothing is written into the session.
class StepReader {
public:
    StepReader(const Session& session, Progress& progress);

    /// @throws Error with what the window says is wrong   @throws Cancelled
    SeenStep look(const SessionBookmark& bookmark);

private:
    Figure figure_of(const View& view);

    Progress& m_progress;
    UnseenWindow m_window;
    App m_app;
};

} // namespace cameo
