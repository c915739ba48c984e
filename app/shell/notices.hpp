#pragma once

#include "views/commands.hpp"
#include "views/snapshot.hpp"

namespace cameo {

/// Draws what has to be said as cards above the lower right corner. They take no focus and stay until dismissed.
void draw_notices(const Snapshot& now, float bottom, Commands& out);

} // namespace cameo
