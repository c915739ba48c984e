#pragma once

#include "core/jobs/progress.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

struct ProcessResult {
    bool started = false; ///< false: there is no such program
    int exit_code = -1;   ///< 128 + the signal's number when a signal ended it; -1: nobody can tell
    std::string errors;   ///< the last 4 KiB of its standard error

    std::string last_words() const; ///< the last line of `errors`
};

/// In which a program speaks and sorts.
enum class Locale { C, Own };

/// Runs a program found on $PATH with no input, handing on its standard output as it comes. What it leaves behind is not
/// waited for.
/// @throws Cancelled, having ended the program and its children; Error(Environment) when the system has no
/// resources.
ProcessResult run_process(const std::vector<std::string>& arguments,
                          const std::function<void(std::string_view)>& take_output, Progress& progress,
                          Locale locale = Locale::C);

/// Runs one for what it does, in the user's own locale.
/// @throws as run_process(), and Error(Environment) with its last words where it fails
void run_to_success(const std::vector<std::string>& arguments, Progress& progress);

} // namespace cameo
