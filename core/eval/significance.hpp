#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace cameo {

/// Two-sided paired randomisation test of the mean difference: p = (c + 1) / (n + 1) over n random sign flips.
/// @param a, b [Q] one value per query, same order. Same seed, same p.
double randomisation_test(std::span<const double> a, std::span<const double> b, int permutations = 10000,
                          std::uint64_t seed = 42);

/// A p below this, after correction, is called a difference: one such call in twenty is chance where there is none.
inline constexpr double kSignificant = 0.05;

/// Two-sided paired t test. 1 when all differences are 0.
double paired_t_test(std::span<const double> a, std::span<const double> b);

/// Holm's step-down correction, in the order given; each result is >= its p and <= 1.
std::vector<double> holm(std::span<const double> p);

struct Interval {
    double low = 0, high = 0;
};
/// Percentile bootstrap of the mean paired difference.
Interval bootstrap_interval(std::span<const double> a, std::span<const double> b, double confidence = 0.95,
                            int samples = 10000, std::uint64_t seed = 42);

/// A mean over queries with the 95 % percentile bootstrap interval of that mean.
struct MeanInterval {
    double mean = 0, low = 0, high = 0;
};
/// Of no values: zeros.
MeanInterval mean_interval(std::span<const double> values, int samples = 2000);

} // namespace cameo
