#pragma once

#include "core/base/error.hpp"

#include <string>

namespace cameo {

/// Calls `read`, and where it finds damage says what helps.
template <class Read>
auto with_remedy(const char* remedy, Read&& read) {
    try {
        return read();
    } catch (const Error& problem) {
        if (problem.kind() == ErrorKind::Environment) throw;
        throw Error(problem.kind(), std::string(problem.what()) + " (" + remedy + ")");
    }
}

} // namespace cameo
