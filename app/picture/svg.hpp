#pragma once

#include "app/picture/outline.hpp"
#include "views/view_table.hpp"

#include <imgui.h>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace cameo {

/// What a picture says about itself.
struct PictureWords {
    std::string title, description;
    std::vector<std::pair<std::string, std::string>> provenance; ///< in the order written
    std::optional<ViewTable> figures = {}; ///< what it shows, for a page
};

/// A part of the screen as an SVG picture of the same size, UTF-8: shapes as paths and rectangles, text as text, icons as
/// outlines. Colours that change over a triangle are its mean, pictures within are left out.
/// @param lists back to front, made from that atlas in this frame and, for sharp edges, without anti-aliasing.
std::string svg_text(const Rectangle& picture, std::span<const ImDrawList* const> lists, const ImFontAtlas& atlas, const PictureWords& words);

} // namespace cameo
