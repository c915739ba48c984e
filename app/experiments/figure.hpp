#pragma once

#include "app/experiments/plan.hpp"
#include "app/experiments/results.hpp"

#include <filesystem>
#include <span>
#include <string>

namespace cameo {

/// Whether the plan wants one, and a row of it was run.
bool has_figure(const PlannedTable& table, std::span<const ExperimentResult> results);
/// Where a table's figure lies beside the report: "images/experiments-NAME.svg".
std::filesystem::path figure_file(const PlannedTable& table);

/// A table of measures as an SVG picture: a row a line, a dot at the mean over queries and seeds with a bar of one standard
/// deviation between seeds to either side, and a vertical line through the row that the others are compared with.
/// @pre has_figure()
std::string to_svg(const PlannedTable& table, std::span<const ExperimentResult> results);

} // namespace cameo
