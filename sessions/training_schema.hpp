#pragma once

#include "sessions/database.hpp"

namespace cameo {

/// docs/training-format.md describes what its migrations lead to.
DatabaseFormat training_format();

/// No text or blob of a training is longer; SQLite refuses one before it makes room for it.
/// @param database just opened
void limit_lengths(SQLite::Database& database);

} // namespace cameo
