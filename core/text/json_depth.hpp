#pragma once

#include <string_view>

namespace cameo {

/// How deep lists and objects may be nested in a file that we read: what copies, prints or compares a value recurses.
inline constexpr int kMaxJsonDepth = 64;

/// Whether a JSON text goes deeper, found before anything is built. A parser's callback would do, but nlohmann's with a
/// callback takes time that is quadratic in the objects of a list. O(size).
bool json_too_deep(std::string_view text);

} // namespace cameo
