#include "core/train/fusion/lbfgs.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>

namespace cameo {

namespace {

constexpr std::size_t kPairs = 10;   ///< steps that the curvature is known from
constexpr double kSufficient = 1e-4; ///< of the decrease that the slope promises (Armijo)
constexpr int kHalvings = 40;

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void add(Vector& to, double factor, const Vector& from) {
    for (std::size_t at = 0; at < to.size(); ++at)
        to[at] += factor * from[at];
}

struct Pair {
    Vector step, change; ///< of x and of the gradient
    double rho = 0;      ///< 1 / <step, change>
};

/// -H g, with H the inverse curvature that the pairs tell of (algorithm 7.4, the two loops).
Vector direction(const std::deque<Pair>& pairs, const Vector& gradient) {
    Vector way = gradient, alpha(pairs.size());
    for (std::size_t at = pairs.size(); at-- > 0;) {
        alpha[at] = pairs[at].rho * dot(pairs[at].step, way);
        add(way, -alpha[at], pairs[at].change);
    }
    const double scale = pairs.empty() ? 1 / std::max(1.0, std::sqrt(dot(gradient, gradient)))
                                       : 1 / (pairs.back().rho * dot(pairs.back().change, pairs.back().change));
    for (double& value : way)
        value *= scale;
    for (std::size_t at = 0; at < pairs.size(); ++at)
        add(way, alpha[at] - pairs[at].rho * dot(pairs[at].change, way), pairs[at].step);
    for (double& value : way)
        value = -value;
    return way;
}

} // namespace

std::vector<double> minimise(const Objective& objective, std::vector<double> x, int iterations, double tolerance) {
    Vector gradient(x.size());
    double value = objective(x, gradient);
    std::deque<Pair> pairs;
    for (int iteration = 0; iteration < iterations; ++iteration) {
        const double largest = std::accumulate(gradient.begin(), gradient.end(), 0.0,
                                               [](double most, double each) { return std::max(most, std::fabs(each)); });
        if (largest <= tolerance * (1 + std::fabs(value))) break;
        Vector way = direction(pairs, gradient);
        double slope = dot(way, gradient);
        if (!(slope < 0)) { // what the pairs tell no longer holds
            pairs.clear();
            way = direction(pairs, gradient);
            slope = dot(way, gradient);
        }
        Vector next, next_gradient(x.size());
        double next_value = value, length = 1;
        bool lower = false;
        for (int halving = 0; halving < kHalvings && !lower; ++halving, length /= 2) {
            next = x;
            add(next, length, way);
            next_value = objective(next, next_gradient);
            lower = next_value <= value + kSufficient * length * slope;
        }
        if (!lower) break;
        Pair pair{next, next_gradient};
        add(pair.step, -1, x);
        add(pair.change, -1, gradient);
        const double curvature = dot(pair.step, pair.change);
        if (curvature > 1e-12 * dot(pair.change, pair.change)) { // else the step says nothing that keeps H positive
            pair.rho = 1 / curvature;
            pairs.push_back(std::move(pair));
            if (pairs.size() > kPairs) pairs.pop_front();
        }
        x = std::move(next);
        gradient = std::move(next_gradient);
        value = next_value;
    }
    return x;
}

} // namespace cameo
