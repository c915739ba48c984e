#include "core/train/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cameo {

double rate_factor(const Recipe& recipe, std::int64_t step, std::int64_t total) {
    if (step < recipe.warmup_steps)
        return double(step + 1) / double(recipe.warmup_steps);
    const double length = double(std::max<std::int64_t>(1, total - recipe.warmup_steps));
    const double done = std::min(1.0, double(step - recipe.warmup_steps) / length);
    if (recipe.schedule == "linear")
        return 1 - done;
    if (recipe.schedule == "cosine")
        return 0.5 * (1 + std::cos(std::numbers::pi * done));
    return 1;
}

namespace {

constexpr std::int64_t kUntilTrusted = 20; // steps
constexpr double kMemory = 0.95;

} // namespace

bool LeapWatch::leaps(double value, double factor, std::int64_t steps) const {
    if (!std::isfinite(value))
        return true;
    return factor > 0 && steps >= kUntilTrusted && m_mean > 0 && value > factor * m_mean;
}

void LeapWatch::take(double value) { m_mean = m_mean == 0 ? value : kMemory * m_mean + (1 - kMemory) * value; }

bool GateWatch::take(double gate, double largest) {
    constexpr double kNothing = 1e-4;
    constexpr int kSteps = 20;
    m_without = gate <= kNothing * largest && largest > 0 ? m_without + 1 : 0;
    if (m_told || m_without < kSteps)
        return false;
    return m_told = true;
}

} // namespace cameo
