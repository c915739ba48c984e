#pragma once

#include "tests/fuzz/dice.hpp"
#include "tests/fuzz/session_bytes.hpp"

namespace cameo {

/// What somebody could do to a session with SQLite's own means: values of the wrong type or beyond all size, hostile JSON and frames, tables
/// that are views, columns that are computed, triggers, another schema. What SQLite refuses is left out.
void edit_by_sql(SessionBytes& session, Dice& dice);

/// A trace that is damaged inside, in a frame and under a checksum that are right.
void edit_trace(SessionBytes& session, Dice& dice);

} // namespace cameo
