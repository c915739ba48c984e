#pragma once

#include <functional>
#include <span>
#include <vector>

namespace cameo {

/// A smooth function: its value at x, and its gradient there.   @param x, gradient [N]
using Objective = std::function<double(std::span<const double> x, std::span<double> gradient)>;

/// A minimum near `start`, by L-BFGS (Nocedal and Wright, Numerical Optimization, algorithm 7.5) with a backtracking line
/// search, in double precision: for the few hundred parameters of a fusion. Ends when no component of the gradient is
/// larger than tolerance (1 + |value|), when no step lowers the value any more, or after `iterations`. The same input
/// gives the same bits.
std::vector<double> minimise(const Objective& objective, std::vector<double> start, int iterations = 300,
                             double tolerance = 1e-7);

} // namespace cameo
