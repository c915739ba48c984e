#pragma once

namespace cameo {

/// The digit that was pressed with no modifier held, on either part of the keyboard, 0 … 9; -1: none. No repeats.
int digit_pressed();
/// The same with Alt.
int alt_digit_pressed();

} // namespace cameo
