#pragma once

#include "core/train/record/recorder.hpp"

#include <span>
#include <string>
#include <vector>

namespace cameo {

/// How alike experts succeed, query by query: the correlation of their measures, of each pair of them. "experts.alike" is the mean
/// over pairs, "experts.alike.most" the largest. What a gate makes of the others, an expert of that name, is left out, and so are
/// pairs of which one does not vary. Nothing where no pair is left.
/// @param measured [E][Q], as many queries for each
std::vector<Metric> likeness(std::span<const std::string> experts, std::span<const std::vector<double>> measured);

} // namespace cameo
