#pragma once

#include "views/commands.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace cameo {

class App;

// What actions do that takes more than a line.

/// Ask for a file: by the desktop's dialog, or in the window itself where there is none.
void ask_for_session(App& app);
void ask_for_session_copy(App& app);
void ask_for_session_to_merge(App& app);
/// @param story id; empty: of all bookmarks
void ask_for_report(App& app, const std::string& story = {});

/// Where something is to be written: the answer may be there already, and somebody has said that it is to be replaced.
/// @param thing "the run of Lexical"
void ask_where_to_save(App& app, const std::string& thing, const std::string& file_name, std::function<void(const std::filesystem::path&)> write,
                       const std::string& kind = "All files", const std::string& pattern = "*");
/// Which file is to be read.
void ask_what_to_read(App& app, const std::string& question, const std::string& hint, std::function<void(const std::filesystem::path&)> read,
                      const std::string& kind = "All files", const std::string& pattern = "*");

/// Put text into the clipboard.
void copy_results(App& app);
void copy_command_line(App& app);

/// What a view shows, with where it comes from: into the clipboard, or into a file that is asked for.
void export_table(App& app, const ExportTable& what);
/// A picture of a view into a file that is asked for.
void export_picture(App& app, const ExportPicture& what);

/// Says where things are, as a notice.
void tell_folders(App& app);

} // namespace cameo
