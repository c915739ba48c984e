#pragma once

#include "views/command_table.hpp"

#include <vector>

namespace cameo {

class App;

/// The glossary, and what the word under the mouse means.
void add_glossary_action(App& app, CommandTable& table);
/// Each of its terms by its name.
void add_momentary_glossary_actions(App& app, std::vector<Action>& actions);

} // namespace cameo
