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

/// Some popups of Dear ImGui need a second frame, and docking a third, before they stand.
inline constexpr int kFramesAfterInput = 3;

/// Frames to draw before the next sleep, where `left` are still due. Counted from the last input, not the first: what came
/// while frames were drawn would otherwise be on screen only with the next key.
/// @param input that Dear ImGui has not been given yet (a press and its release go to two frames)   @param woken by an event
inline int frames_due(int left, bool input, bool woken) {
    if (input) return kFramesAfterInput;
    if (left > 0) return left;
    return woken ? kFramesAfterInput : 1;
}

} // namespace cameo
