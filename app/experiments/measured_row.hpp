#pragma once

#include "app/experiments/plan.hpp"
#include "app/experiments/results.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cameo {

double mean_of(std::span<const double> values); ///< 0 of none
double deviation_of(std::span<const double> values); ///< with Bessel's correction; 0 of fewer than two

/// A row's queries under all its seeds.
struct MeasuredRow {
    std::vector<std::string> queries, categories; ///< [queries]
    std::vector<std::int64_t> seeds;
    std::vector<std::vector<double>> by_seed; ///< [seeds][queries]

    /// [seeds]   @param category empty: all queries
    std::vector<double> means(const std::string& category) const;
};

/// Two rows query by query. Seeds differ by more than trainings do, so that only those count which both have.
struct PairedRows {
    std::size_t seeds = 0;          ///< that both have
    std::vector<double> row, other; ///< [queries] means over those seeds; empty without any

    double difference() const;
};
/// @throws Error(InvalidInput) when they are of different queries.
PairedRows paired(const MeasuredRow& row, const MeasuredRow& other);

/// Nothing where it was not run. @throws Error(InvalidInput) when it has no such system, or seeds have other queries.
std::optional<MeasuredRow> measured_row(const PlannedRow& row, const std::string& collection, std::span<const ExperimentResult> results);

} // namespace cameo
