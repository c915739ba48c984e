#pragma once

#include "app/script.hpp"
#include "app/window_options.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace cameo {

class App;

/// Builds the demo where it is missing, types the sample queries into the search box, prints what each expert and the
/// fusion found, and leaves pictures in `folder`.
std::unique_ptr<Script> offscreen_script(App& app, const std::filesystem::path& folder);

/// The figures and then one picture of the window (those that are asked for), after the query (if there is one) was answered
/// and the actions were run.
std::unique_ptr<Script> picture_script(App& app, const WindowOptions& wanted);

} // namespace cameo
