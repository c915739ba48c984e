#pragma once

#include "views/fonts.hpp"
#include "views/palette.hpp"

#include <imgui.h>

#include <span>

namespace cameo {

/// Everything on the screen sits on a grid of 8 with half steps of 4, in design pixels: dp() makes them real ones.
namespace space {
inline constexpr float kHalf = 4, kUnit = 8, kPanel = 14, kGroup = 16, kSection = 24;
inline constexpr float kCorner = 8, kSmallCorner = 4;
} // namespace space

/// How the window looks now: tokens, scale and faces. Set once a frame before anything is drawn; like ImGui::GetStyle()
/// it belongs to the window's thread.
struct Theme {
    const Palette* palette = nullptr;
    Appearance appearance = Appearance::Dark;
    float scale = 1; ///< real pixels a design pixel: the monitor's scale times the user's
    bool reduce_motion = false;
    bool audience = false; ///< people look on who do not build models: what only these need is left out
    Fonts fonts;
};

const Theme& theme();

/// Writes the tokens into Dear ImGui's and ImPlot's styles (of their current contexts; ImPlot's may be missing) and
/// keeps them for theme(). Cheap when nothing changed. Call before NewFrame: it changes the scale of the fonts.
/// @param monitor_scale the monitor's own scale, 1 … 4; the result is held between 0.5 and 12.
/// @param audience Theme::audience
void apply_theme(const Settings& settings, float monitor_scale, const Fonts& fonts, bool audience = false);

/// Real pixels for design pixels, on the pixel grid (and at least one for anything above zero).
float dp(float design_pixels);

ImU32 ink(Rgb color, float alpha = 1);
ImVec4 ink4(Rgb color, float alpha = 1);
inline const Palette& colors() { return *theme().palette; }

} // namespace cameo
