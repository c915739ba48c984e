#pragma once

#include <cstddef>

namespace cameo {
/// A number of rows as a type, so that a kernel's register tile has a constant height.
template <std::size_t R>
struct Rows {};
} // namespace cameo
