#pragma once

#include "tests/fuzz/dice.hpp"
#include "tests/fuzz/session_bytes.hpp"

#include <string>
#include <vector>

namespace cameo {

/// Flips, overwrites, repeats, cuts out and cuts off bytes, a few times.
void edit_bytes(std::string& bytes, Dice& dice);

/// As edit_bytes, with parts of another session among them.
void splice(SessionBytes& session, const std::vector<SessionBytes>& others, Dice& dice);

/// Puts pages in each other's places, makes them point to each other, and changes the numbers that say how pages are read.
void edit_pages(SessionBytes& session, Dice& dice);

} // namespace cameo
