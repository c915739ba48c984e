#pragma once

#include "app/experiments/plan.hpp"
#include "app/experiments/results.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cameo {

double mean_of(std::span<const double> values); ///< 0 of none
double deviation_of(std::span<const double> values); ///< with Bessel's correction; 0 of fewer than two

/// A row's queries under all its seeds.
struct MeasuredRow {
    std::vector<std::string> categories;      ///< [queries]
    std::vector<std::vector<double>> by_seed; ///< [seeds][queries]
    std::vector<double> per_query;            ///< [queries] mean over the seeds

    /// [seeds]   @param category empty: all queries
    std::vector<double> means(const std::string& category) const;
};

/// Nothing where it was not run. @throws Error(InvalidInput) when it has no such system, or seeds have other queries.
std::optional<MeasuredRow> measured_row(const PlannedRow& row, const std::string& collection, std::span<const ExperimentResult> results);

} // namespace cameo
