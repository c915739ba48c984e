#pragma once

#include "views/commands.hpp"
#include "views/swap_state.hpp"

namespace cameo {

/// The queries whose right document has moved, those that lost most first; pressed, one is run with the model in use.
void draw_moved_queries(const GuardComparison& guard, Commands& out);

} // namespace cameo
