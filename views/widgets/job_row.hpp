#pragma once

#include "views/commands.hpp"
#include "views/snapshot.hpp"

#include <string>

namespace cameo {

/// "1,204 of 3,000 documents · 27 documents/s · 60–75 s left": what is known, and nothing else.
std::string progress_words(const JobSnapshot& job);
/// "cancelled after 31 s", "done in 2.4 s", "waiting", …
std::string state_words(const JobSnapshot& job);

/// A determinate bar, or a moving piece where the total is not known, over a width and 6 design pixels high.
void progress_bar(const JobSnapshot& job, float width, Commands& out);

/// The bar over the whole width, under it every word of the progress, wrapped so that its end (the time left) is never
/// cut, and a Cancel button.
void build_progress(const JobSnapshot& job, float width, Commands& out);
float build_progress_height(const JobSnapshot& job, float width);

/// One job with its bar, figures, buttons and, when it failed, its whole message.
void job_row(const JobSnapshot& job, Commands& out);

} // namespace cameo
