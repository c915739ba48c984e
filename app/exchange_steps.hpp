#pragma once

#include "views/commands.hpp"

#include <filesystem>
#include <string>

namespace cameo {

class App;
class CommandTable;

// Judgments and run files, to and from other programs. Each asks for a file first.

void ask_for_judgments_export(App& app, QrelsFormat format);
void ask_for_judgments(App& app);
void ask_for_run_export(App& app, const std::string& system);
void ask_for_run(App& app);

// The same once the file is known: files are read and written in jobs, and a notice says what came of it.
void export_judgments(App& app, const std::string& collection, QrelsFormat format, const std::filesystem::path& file);
/// One step that undo takes back, or nothing at all.
void import_judgments(App& app, const std::filesystem::path& file);
void import_run(App& app, const std::filesystem::path& file);

/// Their entries in the File menu.
void add_exchange_actions(App& app, CommandTable& table);

} // namespace cameo
