#pragma once

#include "views/commands.hpp"
#include "views/snapshot.hpp"

#include <string_view>

namespace cameo {

/// One line at the foot: what computes, what is searched, what runs in the background.
class StatusBar {
public:
    static float height();
    /// Draws into the current window, over its whole width.
    void draw(const Snapshot& now, std::string_view layout, Commands& out);
};

} // namespace cameo
