#pragma once

#include "core/jobs/progress.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

struct ProcessResult {
    bool started = false; ///< false: there is no such program
    int exit_code = -1;   ///< 128 + the signal's number when a signal ended it
    std::string errors;   ///< the last 4 KiB of its standard error
};

/// Runs a program found on $PATH with no input and LC_ALL=C, handing on its standard output as it comes.
/// @throws Cancelled, having ended the program and its children; Error(Environment) when the system has no
/// resources.
ProcessResult run_process(const std::vector<std::string>& arguments,
                          const std::function<void(std::string_view)>& take_output, Progress& progress);

} // namespace cameo
