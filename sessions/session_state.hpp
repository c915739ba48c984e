#pragma once

#include "sessions/session.hpp"

#include <map>
#include <string>

namespace cameo {

/// The state as the file's rows: key -> text. Empty parts have no row, so unknown keys of a later version can
/// be kept apart from ours.
std::map<std::string, std::string> to_rows(const SessionState& state);
/// Rows of other keys are left out; a selection that cannot be read is empty.
SessionState state_from_rows(const std::map<std::string, std::string>& rows);

/// The same rows as one JSON object of texts.
std::string to_json(const SessionState& state);
/// What cannot be read is empty.
SessionState state_from_json(const std::string& text);

} // namespace cameo
