#pragma once

#include <span>

namespace cameo {

/// Pearson's, of values in pairs. NaN where one side does not vary, or has none.
/// @pre as many of the one as of the other
double correlation(std::span<const double> a, std::span<const double> b);

} // namespace cameo
