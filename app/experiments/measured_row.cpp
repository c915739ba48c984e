#include "app/experiments/measured_row.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace cameo {

namespace {

/// A fusion with weights that were learned has them in its name, others for each seed: "fusion:zscore:0.4,1.1,0.9".
bool is_named(const MeasuredSystem& system, const std::string& wanted) {
    if (wanted != kLearnedWeights) return system.name == wanted;
    return system.name.starts_with("fusion:zscore:") || system.name.starts_with("fusion:weighted:");
}

void add(std::span<const double> values, std::vector<double>& sums) {
    sums.resize(values.size());
    for (std::size_t q = 0; q < values.size(); ++q)
        sums[q] += values[q];
}

} // namespace

double mean_of(std::span<const double> values) {
    return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

double deviation_of(std::span<const double> values) {
    if (values.size() < 2) return 0;
    const double middle = mean_of(values);
    double squares = 0;
    for (const double value : values)
        squares += (value - middle) * (value - middle);
    return std::sqrt(squares / double(values.size() - 1));
}

std::vector<double> MeasuredRow::means(const std::string& category) const {
    std::vector<double> means;
    for (const auto& seed : by_seed) {
        std::vector<double> own;
        for (std::size_t q = 0; q < seed.size(); ++q)
            if (category.empty() || categories[q] == category) own.push_back(seed[q]);
        means.push_back(mean_of(own));
    }
    return means;
}

PairedRows paired(const MeasuredRow& row, const MeasuredRow& other) {
    if (row.queries != other.queries)
        throw Error(ErrorKind::InvalidInput, "rows that are compared were measured on different queries");
    PairedRows pair;
    for (std::size_t at = 0; at < row.seeds.size(); ++at) {
        const auto twin = std::ranges::find(other.seeds, row.seeds[at]) - other.seeds.begin();
        if (twin == std::ssize(other.seeds)) continue;
        ++pair.seeds;
        add(row.by_seed[at], pair.row);
        add(other.by_seed[std::size_t(twin)], pair.other);
    }
    for (auto* values : {&pair.row, &pair.other})
        for (double& value : *values)
            value /= double(pair.seeds);
    return pair;
}

double PairedRows::difference() const {
    return mean_of(row) - mean_of(other);
}

std::optional<MeasuredRow> measured_row(const PlannedRow& row, const std::string& collection, std::span<const ExperimentResult> results) {
    MeasuredRow all;
    for (const auto& result : results) {
        const auto found = result.collections.find(collection);
        if (result.training != row.training || found == result.collections.end()) continue;
        const auto system = std::ranges::find_if(found->second.systems, [&](const MeasuredSystem& each) { return is_named(each, row.system); });
        if (system == found->second.systems.end())
            throw Error(ErrorKind::InvalidInput, fmt::format("the plan: row \"{}\": {} has no system {}", row.label, row.training, row.system));
        if (!all.seeds.empty() && all.queries != found->second.queries)
            throw Error(ErrorKind::InvalidInput, fmt::format("the results of {} are of different queries of {}", row.training, collection));
        all.queries = found->second.queries;
        all.categories = found->second.categories;
        all.seeds.push_back(result.seed);
        all.by_seed.push_back(system->mrr_10);
    }
    return all.seeds.empty() ? std::nullopt : std::optional(std::move(all));
}

} // namespace cameo
