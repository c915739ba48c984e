#pragma once

#include "app/presentation/stage.hpp"

#include <string>
#include <vector>

namespace cameo {

/// What the presenter has before him while others see the stage.
struct PresenterWords {
    Stage::Words now;
    struct Note {
        std::string about, text; ///< "Step", "mpv", …
    };
    std::vector<Note> notes;
    std::string next;     ///< title of the step that follows; empty: this is the last one
    double elapsed_s = 0; ///< since the presentation began
    std::string clock;    ///< "14:03"
};

/// Fills the current Dear ImGui context's main viewport with it.
void draw_presenter_page(const PresenterWords& words);

/// "7:05", "1:02:30"
std::string elapsed_words(double seconds);

} // namespace cameo
