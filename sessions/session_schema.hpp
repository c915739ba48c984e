#pragma once

#include "sessions/database.hpp"

namespace cameo {

/// docs/session-format.md describes what its migrations lead to.
DatabaseFormat session_format();

} // namespace cameo
