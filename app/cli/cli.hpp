#pragma once

#include <iosfwd>
#include <span>
#include <string>

namespace cameo {

struct VerbContext;
/// Declares a verb (verbs.hpp).
using AddVerb = void (*)(VerbContext);

/// The command line of design.md section 4. Results go to standard output, everything else to standard error.
/// @returns the exit code: 0 done, 1 failed or stopped by Ctrl-C, 2 misused.
/// @param more verbs of who knows more than the command line: the window's
int run_command_line(int count, const char* const* values, std::span<const AddVerb> more = {});

/// The same on given streams; `arguments` without the program's name.
int run_command_line(std::span<const std::string> arguments, std::istream& in, std::ostream& out,
                     std::ostream& err, std::span<const AddVerb> more = {});

} // namespace cameo
