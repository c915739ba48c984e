#pragma once

#include "app/picture/outline.hpp"

#include <imgui.h>
#include <optional>
#include <string>
#include <string_view>

namespace cameo {

/// A number as SVG has it: to a hundredth, without what is not needed.
std::string svg_figure(float value);

/// Text within an element or an attribute. What XML cannot hold becomes U+FFFD.
std::string xml_text(std::string_view text);

/// fill="#rrggbb" and, where it is not opaque, fill-opacity.
std::string svg_fill(ImU32 color);

/// What both have; empty: nothing.
std::optional<Rectangle> common(const Rectangle& first, const Rectangle& second);

/// The body of an SVG picture, element by element, each cut to where it may be drawn.
class SvgOut {
public:
    /// @param picture the part of the screen that is the picture; x() and y() are counted from its corner.
    explicit SvgOut(Rectangle picture) : m_picture(picture) {}

    std::string x(float screen) const { return svg_figure(screen - m_picture.min.x); }
    std::string y(float screen) const { return svg_figure(screen - m_picture.min.y); }
    const Rectangle& picture() const { return m_picture; }

    /// @param box what the element covers; @param clip where it may be seen. Both on the screen.
    void element(std::string_view text, const Rectangle& box, const Rectangle& clip);

    /// All of it, once.
    std::string finish();

private:
    void end_group();

    Rectangle m_picture;
    std::optional<Rectangle> m_group; ///< what the elements of the group that is open are cut to
    int m_groups = 0;
    std::string m_body;
};

} // namespace cameo
