#pragma once

#include "app/window_options.hpp"

namespace cameo {

/// Opens the window and stays until it is closed, or until what was asked for is drawn and written.
/// @returns the exit code.
int run_window(const WindowOptions& options);

} // namespace cameo
