#pragma once

#include "core/jobs/progress.hpp"
#include "sessions/session.hpp"

#include <string>

namespace cameo {

/// A session as one HTML page that needs nothing else: its bookmarks in their order, each with its result taken apart, its notes,
/// and how many judgments it has. Without bookmarks: its latest results.
/// @throws Error(InvalidInput) where there is nothing to report, or naming the file where it is damaged   @throws Cancelled
std::string session_report(const Session& session, Progress& progress);

} // namespace cameo
