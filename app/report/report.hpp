#pragma once

#include "app/report/figure_part.hpp"
#include "core/jobs/progress.hpp"
#include "core/search/trace.hpp"
#include "sessions/session.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cameo {

/// What was on screen at a bookmark.
struct SeenStep {
    std::string caption;
    std::shared_ptr<const Trace> trace; ///< with the ledger of the document, where there is one; null: nothing was asked
    std::string document;               ///< id of the selected one
    std::vector<Figure> figures; ///< of what the result itself does not show
};

struct ReportWish {
    std::string story; ///< id or title; empty: the bookmarks, and all stories
    /// Goes to a bookmark and says what is on screen there. Empty: the session's own records have to do.
    std::function<SeenStep(const SessionBookmark&)> look;
};

/// A session as one HTML page that needs nothing else: its bookmarks and stories in their order, each step with its result taken apart
/// and with its figures, its notes, and how many judgments it has. Without any of these: its latest results.
/// @throws Error(InvalidInput) where there is nothing to report, or naming the file where it is damaged; Error(NotFound) where there is no
/// such story   @throws Cancelled
std::string session_report(const Session& session, const ReportWish& wish, Progress& progress);

} // namespace cameo
