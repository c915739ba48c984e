#pragma once

#include <cstddef>
#include <string>

namespace cameo {

// The band under the views while a story is told or recorded: where in it somebody is, what is to be seen, and the way on.

struct StoryWords {
    std::string story;              ///< its title
    std::string title, caption;     ///< of the step
    std::size_t number = 0, of = 0; ///< number 0: beside the story, as before its first step
    bool waits = false;             ///< the caption says what for
    std::string help;               ///< of the button that gets what the step lacks; empty: it lacks nothing
    bool recording = false;
};

enum class StoryPress { None, Back, Next, Present, End, Help, Add };

/// In pixels under the current theme.
float story_bar_height();
/// @param bottom where it ends, in pixels of the screen
StoryPress draw_story_bar(const StoryWords& words, float bottom);

} // namespace cameo
