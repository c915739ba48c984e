#pragma once

#include "core/data/run_file.hpp"
#include "core/eval/measures.hpp"

#include <span>
#include <string>
#include <vector>

namespace cameo {

/// [D] what the documents of a lesson are to get: their grades as shares of one, or all 0 when none of them is right.
std::vector<double> target_shares(std::span<const std::string> ids, const Grades& grades);

/// What the documents come to when the experts' scores are added up with these weights.
/// @param scores [D, E] row-major   @param weights [E]
Measures measure_weighed(std::span<const std::string> ids, std::span<const double> scores, std::span<const double> weights,
                         const Grades& grades);

} // namespace cameo
