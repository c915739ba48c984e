#pragma once

#include "views/theme.hpp"

#include <limits>
#include <string_view>

namespace cameo {

/// Every text on the screen is one of these. Sizes are line heights in design pixels.
enum class TextStyle {
    Body,   ///< interface, names
    Strong, ///< what is selected; headings
    Small,  ///< explanations
    SmallStrong,
    Mono,   ///< numbers, tokens, ids
    Title,  ///< the one heading of a panel
    Display, ///< the one heading of the window, on Welcome
};

enum class Align { Left, Center, Right };

/// Makes a style current for the life of the scope, for Dear ImGui's own widgets.
class FontScope {
public:
    explicit FontScope(TextStyle style);
    ~FontScope();
    FontScope(const FontScope&) = delete;
    FontScope& operator=(const FontScope&) = delete;
};

float line_height(TextStyle style);
float ascent(TextStyle style); ///< from the top of a line to its baseline
float text_width(TextStyle style, std::string_view text);

/// Draws one line of Cameo's own words, or figures, with its baseline at `baseline.y`, so that different styles stand on one line. Text that does not fit
/// into `max_width` ends with an ellipsis. Align says which end `baseline.x` is.
/// @return width drawn; `cut` is set when something was left out.
float draw_text(ImDrawList& list, ImVec2 baseline, TextStyle style, ImU32 color, std::string_view text,
                float max_width = std::numeric_limits<float>::max(), Align align = Align::Left, bool* cut = nullptr);
/// The same for what somebody else wrote, such as a query, a document or a name: none of its words is a term of the glossary.
float draw_their_text(ImDrawList& list, ImVec2 baseline, TextStyle style, ImU32 color, std::string_view text,
                      float max_width = std::numeric_limits<float>::max(), Align align = Align::Left, bool* cut = nullptr);

/// An icon centred on a point; draws nothing when the icon font is missing.
void draw_icon(ImDrawList& list, ImVec2 center, const char* icon, ImU32 color, float design_size = 16);

/// An expert's mark, centred: filled, or as an outline.
void draw_mark(ImDrawList& list, ImVec2 center, ExpertStyle style, float design_size, bool filled, float alpha = 1);
ImU32 hue(ExpertStyle style, float alpha = 1);

/// One wrapped paragraph in the flow of the window. @return height.
float paragraph(std::string_view text, TextStyle style, Rgb color, float wrap_width = 0);
/// One line in the flow of the window.
void label(std::string_view text, TextStyle style, Rgb color);
/// A heading with a quieter explanation beside it, in the flow of the window, cut with an ellipsis when it is too long.
void section(std::string_view heading, std::string_view explanation = {});

} // namespace cameo
