#pragma once

#include <string>
#include <vector>

struct ImFont;
struct ImFontAtlas;

namespace cameo {

/// The faces of the window. Sizes are chosen where text is drawn and follow every scale without a restart: Dear ImGui
/// (1.92 on) rasterises a glyph when it is first seen at a size.
///
/// What draws what: Inter (interface) and JetBrains Mono (numbers, tokens, ids) have Latin, Greek and Cyrillic in full.
/// A character that they lack comes from DejaVu Sans (Armenian, Georgian, Hebrew, Arabic without joining, symbols), then
/// from Noto Sans CJK where it is installed, then from GNU Unifont (every script of the basic plane, drawn coarsely).
/// Right-to-left order and joining are not laid out. Icons are Material Design Icons, in the private use area.
/// Debian: fonts-inter, fonts-jetbrains-mono, fonts-dejavu-core, fonts-materialdesignicons-webfont, fonts-unifont.
struct Fonts {
    ImFont* regular = nullptr;
    ImFont* semibold = nullptr;
    ImFont* mono = nullptr;
    bool icons = false;               ///< false: the icon font is missing and nothing draws icons
    std::vector<std::string> notices; ///< a sentence for each face that is missing, with the package that has it
};

/// Adds the faces to an atlas that is still empty. A face that is missing is replaced by the next best one, in the end
/// by Dear ImGui's own, so that the window can always be read.
Fonts load_fonts(ImFontAtlas& atlas);

} // namespace cameo
