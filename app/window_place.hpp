#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cameo {

/// Where the window is on the desktop, in screen coordinates.
struct WindowPlace {
    int x = 0, y = 0, width = 0, height = 0; ///< when it is not maximised
    bool maximised = false;
    bool operator==(const WindowPlace&) const = default;
};

/// What a monitor has left between its panels.
struct WorkArea {
    int x = 0, y = 0, width = 0, height = 0;
};

/// For the settings of a session. Nothing: the text says no place.
std::string to_text(const WindowPlace& place);
std::optional<WindowPlace> window_place_from(std::string_view text);

/// The place on the monitor that shows most of it, no larger than that and wholly on it: monitors come and go.
WindowPlace fitted(WindowPlace place, std::span<const WorkArea> areas);

/// For the very first start: 1440 x 900 of the monitor's design pixels where they fit, in the middle.
WindowPlace first_place(const WorkArea& area, float content_scale);

} // namespace cameo
