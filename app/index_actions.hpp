#pragma once

#include <string>

namespace cameo {

class App;
class CommandTable;

/// Entries about the index and the documents of the collection in use.
void add_index_actions(App& app, CommandTable& table);

/// Ask first: for a file, and whether it is meant.
void ask_for_documents(App& app);
void ask_to_remove(App& app, const std::string& document);

} // namespace cameo
