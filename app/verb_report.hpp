#pragma once

#include "app/cli/verbs.hpp"

namespace cameo {

/// cameo report: a session or a story as one page for a browser.
void add_report(VerbContext context);

} // namespace cameo
