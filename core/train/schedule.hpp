#pragma once

#include "core/train/recipe/recipe.hpp"

#include <cstdint>

namespace cameo {

/// What all learning rates are multiplied by at a step (from 0): rising evenly over the warm-up, then constant, falling
/// evenly to 0 at the end, or along half a cosine.   @param total steps of the training
double rate_factor(const Recipe& recipe, std::int64_t step, std::int64_t total);

/// Whether a value leaps: no number, or `factor` times its running mean. The mean needs some steps before it says anything.
class LeapWatch {
public:
    explicit LeapWatch(double mean = 0) : m_mean(mean) {}
    /// @param steps since the mean was begun
    bool leaps(double value, double factor, std::int64_t steps) const;
    /// The first one, or the first after a change of what is trained on, begins the mean anew.
    void take(double value);
    double mean() const { return m_mean; }

private:
    double m_mean = 0;
};

/// Finds a gate that learns nothing: for so many steps on end its gradient is less than a ten thousandth of the largest
/// group's. SB-MoE's reference form under TOP-1 gives 1e-6 of it, rounding; a gate that learns slowly still gives 1e-2.
class GateWatch {
public:
    /// @param gate, largest norms of the gate's gradient and of the largest other group's
    /// @return true once, when it is certain
    bool take(double gate, double largest);

private:
    int m_without = 0;
    bool m_told = false;
};

} // namespace cameo
