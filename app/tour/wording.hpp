#pragma once

#include "views/snapshot.hpp"

#include <string>
#include <string_view>

namespace cameo {

/// A step's words with what is on screen put into them.
std::string tour_words(std::string_view words, const Snapshot& now, const std::string& query);

/// Why the first document is first, in plain sentences; every figure is of this result.
std::string why_first(const Trace& trace);

} // namespace cameo
