#pragma once

#include "core/jobs/progress.hpp"
#include "sessions/session.hpp"

#include <cstddef>

namespace cameo {

/// Adds another session's results and past queries to a session: those that it has already are left as they are. A merge that
/// is stopped has added the first of them, and one that is begun again goes on.
/// @return how many results were new   @throws Error naming the file   @throws Cancelled
std::size_t merge_results(Session& into, const Session& from, Progress& progress);

} // namespace cameo
