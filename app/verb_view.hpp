#pragma once

#include "app/cli/verbs.hpp"

namespace cameo {

/// cameo view: what one view of the window has, for scripts. It is the program's own window without a display.
void add_view(VerbContext context);

} // namespace cameo
