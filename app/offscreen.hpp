#pragma once

#include "app/script.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace cameo {

class App;

/// Builds the demo where it is missing, types the sample queries into the search box, prints what each expert and the
/// fusion found, and leaves pictures in `folder`.
std::unique_ptr<Script> offscreen_script(App& app, const std::filesystem::path& folder);

/// One picture, after the query (if there is one) was answered and the action (if there is one) was run.
std::unique_ptr<Script> screenshot_script(App& app, const std::filesystem::path& file, const std::string& query,
                                          const std::vector<std::string>& actions);

} // namespace cameo
