#pragma once

#include "app/picture/outline.hpp"

#include <imgui.h>
#include <memory>
#include <string>
#include <vector>

namespace cameo {

inline constexpr float kPictureDensity = 2; ///< pixels of a picture for one of the window

/// Before NewFrame: as smooth as a picture on paper has to be, and without what is there to be pressed.
/// @param vectors shapes are drawn without soft edges, for an SVG.
void style_for_picture(bool vectors);
/// Takes back what the theme does not set anew each frame.
void style_for_screen();

/// While it lives, after NewFrame, the frame is drawn for a picture: finer, and as if mouse and keyboard were away.
class PictureFrame {
public:
    PictureFrame();
    ~PictureFrame();
    PictureFrame(const PictureFrame&) = delete;
    PictureFrame& operator=(const PictureFrame&) = delete;

private:
    ImVec2 m_mouse;
};

/// A view's window as a picture of its own: what is drawn into it and its parts, on its ground, with a line below.
class FramedView {
public:
    /// In a PictureFrame, when the window was drawn. @pre there is a window of that name on the screen.
    FramedView(const std::string& window, const std::string& caption);

    const Rectangle& picture() const { return m_picture; }
    /// After Render and before the next frame: back to front.
    std::vector<const ImDrawList*> lists() const;
    /// The same for a renderer; good as long as this and the frame are.
    ImDrawData draw_data() const;

private:
    Rectangle m_picture{};
    std::unique_ptr<ImDrawList> m_ground, m_caption;
    std::string m_window;
};

} // namespace cameo
