#include "core/eval/significance.hpp"

#include "core/base/error.hpp"
#include "core/eval/quantile.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace cameo {

namespace {

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine, unlike the standard's
/// distributions.
class Random {
public:
    explicit Random(std::uint64_t seed) : m_state(seed) {}
    std::uint64_t next() {
        std::uint64_t mixed = (m_state += 0x9E3779B97F4A7C15u);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
        return mixed ^ (mixed >> 31);
    }
    /// Below `bound` (< 2^32), by multiplication; the bias is under bound / 2^32.
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(((next() >> 32) * bound) >> 32); }

private:
    std::uint64_t m_state;
};

std::vector<double> differences(std::span<const double> a, std::span<const double> b) {
    check(a.size() == b.size(), "paired test: a and b differ in length");
    std::vector<double> result(a.size());
    std::transform(a.begin(), a.end(), b.begin(), result.begin(), std::minus<>());
    return result;
}

/// Continued fraction of the incomplete beta function, by Lentz's method (Abramowitz and Stegun 26.5.8).
double beta_fraction(double a, double b, double x) {
    constexpr double kTiny = 1e-300;
    const auto keep = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
    double c = 1, d = 1 / keep(1 - (a + b) * x / (a + 1)), result = d;
    for (int m = 1; m <= 500; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / keep(1 + even * d);
        c = keep(1 + even / c);
        result *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / keep(1 + odd * d);
        c = keep(1 + odd / c);
        result *= d * c;
        if (std::abs(d * c - 1) < 1e-15) break;
    }
    return result;
}

/// Regularised incomplete beta function I_x(a, b).
double incomplete_beta(double a, double b, double x) {
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    const double front =
        std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
    if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

} // namespace

double randomisation_test(std::span<const double> a, std::span<const double> b, int permutations,
                          std::uint64_t seed) {
    check(permutations > 0, "randomisation_test: no permutations");
    std::vector<double> difference = differences(a, b);
    std::erase(difference, 0.0); // a flipped zero is a zero
    if (difference.empty()) return 1;
    const double total = std::accumulate(difference.begin(), difference.end(), 0.0);

    // With P the sum over the queries whose sign stays, a flipped total is 2 P - (sum of all): one random bit
    // a query. Sums that are equal but for rounding count as reached.
    double magnitude = 0;
    for (const double value : difference)
        magnitude += std::abs(value);
    const double least = std::abs(total) - 1e-12 * magnitude;
    Random random(seed);
    int reached = 0;
    for (int permutation = 0; permutation < permutations; ++permutation) {
        double kept = 0;
        for (std::size_t begin = 0; begin < difference.size(); begin += 64) {
            std::uint64_t bits = random.next();
            const std::size_t count = std::min<std::size_t>(64, difference.size() - begin);
            for (std::size_t at = 0; at < count; ++at, bits >>= 1)
                kept += static_cast<double>(bits & 1) * difference[begin + at];
        }
        reached += std::abs(2 * kept - total) >= least;
    }
    return (reached + 1.0) / (permutations + 1.0);
}

double paired_t_test(std::span<const double> a, std::span<const double> b) {
    const std::vector<double> difference = differences(a, b);
    const auto count = static_cast<double>(difference.size());
    if (difference.size() < 2) return 1;
    const double mean = std::accumulate(difference.begin(), difference.end(), 0.0) / count;
    double squares = 0;
    for (const double value : difference)
        squares += (value - mean) * (value - mean);
    if (squares == 0) return mean == 0 ? 1 : 0;
    const double freedom = count - 1;
    const double t2 = mean * mean * count * freedom / squares;
    return incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t2));
}

std::vector<double> holm(std::span<const double> p) {
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) { return p[x] < p[y]; });
    std::vector<double> corrected(p.size());
    double least = 0;
    for (std::size_t step = 0; step < order.size(); ++step) {
        least = std::max(least, std::min(1.0, static_cast<double>(p.size() - step) * p[order[step]]));
        corrected[order[step]] = least;
    }
    return corrected;
}

Interval bootstrap_interval(std::span<const double> a, std::span<const double> b, double confidence,
                            int samples, std::uint64_t seed) {
    check(samples > 0 && confidence > 0 && confidence < 1,
          "bootstrap_interval: samples or confidence out of range");
    const std::vector<double> difference = differences(a, b);
    if (difference.empty()) return {};
    Random random(seed);
    std::vector<double> means(static_cast<std::size_t>(samples));
    for (double& mean : means) {
        double sum = 0;
        for (std::size_t draw = 0; draw < difference.size(); ++draw)
            sum += difference[random.below(difference.size())];
        mean = sum / static_cast<double>(difference.size());
    }
    std::sort(means.begin(), means.end());
    return {quantile(means, (1 - confidence) / 2), quantile(means, (1 + confidence) / 2)};
}

MeanInterval mean_interval(std::span<const double> values, int samples) {
    if (values.empty()) return {};
    const std::vector<double> zeros(values.size(), 0.0);
    const Interval interval = bootstrap_interval(values, zeros, 0.95, samples);
    return {std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()), interval.low, interval.high};
}

} // namespace cameo
