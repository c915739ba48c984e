#pragma once

#include "views/command_table.hpp"

#include <vector>

namespace cameo {

class App;

/// The Training menu: what is asked of the training that is looked at.
void add_training_actions(App& app, CommandTable& table);
/// Entries that exist at this moment only: trainings, and recipes that can be begun with.
void add_momentary_training_actions(App& app, std::vector<Action>& actions);

} // namespace cameo
