#pragma once

#include "views/command_table.hpp"

#include <vector>

namespace cameo {

class App;

/// What can be done with bookmarks and notes.
void add_notebook_actions(App& app, CommandTable& table);
/// Bookmarks and sessions that can be gone to at this moment.
void add_momentary_notebook_actions(App& app, std::vector<Action>& actions);

} // namespace cameo
