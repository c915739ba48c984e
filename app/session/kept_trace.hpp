#pragma once

#include "core/search/trace.hpp"
#include "sessions/session.hpp"

#include <optional>
#include <string_view>

namespace cameo {

/// A result as the session keeps it. Empty: no such result.   @throws Error naming the file and the result; thread-safe
std::optional<Trace> kept_trace(const Session& session, std::string_view id);

} // namespace cameo
