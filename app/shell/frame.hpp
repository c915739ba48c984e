#pragma once

#include "views/draw.hpp"
#include "views/icons.hpp"

#include <string_view>

namespace cameo {

/// A tooltip of one wrapped paragraph, and a quieter second one.
void tooltip(std::string_view text, std::string_view more = {});

/// A text button without a ground until it is hovered, as high as the line it stands on.
/// @param name what tests and keyboards call it; `icon` may be null.
bool quiet_button(const char* name, const char* icon, std::string_view text, float height);

} // namespace cameo
