#pragma once

#include <algorithm>
#include <optional>

namespace cameo {

/// When the next frame is due.
struct Pace {
    std::optional<double> sleep_s; ///< App::sleep_s()
    bool after_input = false;      ///< a few frames follow an input at full speed, also of the mouse over an unfocused window
    bool focused = true, minimised = false;
    double since_frame_s = 0;      ///< since the last one began
};

inline constexpr double kShortestFrameS = 1.0 / 60, kUnfocusedFrameS = 0.25, kMinimisedFrameS = 1.0;

/// Seconds to wait for an event at most; nothing: until there is one. What moves by itself is slower where nobody works.
inline std::optional<double> wait_s(const Pace& pace) {
    const double left = std::max(0.0, kShortestFrameS - pace.since_frame_s);
    if (pace.after_input && !pace.minimised) return left;
    if (!pace.sleep_s) return {};
    const double slowest = pace.minimised ? kMinimisedFrameS : pace.focused ? left : kUnfocusedFrameS;
    return std::max(*pace.sleep_s, slowest);
}

} // namespace cameo
