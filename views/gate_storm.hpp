#pragma once

#include "views/commands.hpp"
#include "views/palette.hpp"
#include "views/snapshot.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace cameo {

/// Decision or coin toss, in plain words.
std::string storm_verdict(const NoiseStorm& storm);

/// The storm that belongs to the result on screen; null: there is none.
const NoiseStorm* storm_on_screen(const Snapshot& now);

/// The part of the Gate view about training's noise. @param first place of the gate's first expert among the trace's   @param styles [N]
void draw_gate_storm(const Snapshot& now, std::size_t first, const std::vector<ExpertStyle>& styles, Commands& out);

} // namespace cameo
