#pragma once

#include "views/commands.hpp"
#include "views/fonts.hpp"
#include "views/snapshot.hpp"

#include <imgui.h>

#include <filesystem>
#include <functional>

struct GLFWwindow;

namespace cameo {

/// A hidden OpenGL window that draws frames of any size into a texture, for tests and pictures. Needs a display (Xvfb will do).
class Stage {
public:
    /// @throws std::runtime_error when there is no display or no OpenGL 3.3.
    Stage();
    ~Stage();
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    struct Shot {
        int width = 1600, height = 900;
        Settings settings;
        float monitor_scale = 1;
        int frames = 6;                     ///< some things need a few frames to settle
        ImVec2* mouse = nullptr;            ///< where the mouse rests, if anywhere
        std::function<void(int frame)> draw; ///< called between NewFrame and Render
    };
    /// Draws the frames in a fresh context and writes the last one as PNG.
    void shoot(const Shot& shot, const std::filesystem::path& file);

private:
    GLFWwindow* m_window = nullptr;
};

} // namespace cameo
