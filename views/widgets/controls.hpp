#pragma once

#include "views/draw.hpp"
#include "views/icons.hpp"

#include <concepts>
#include <string>
#include <string_view>

namespace cameo {

enum class ButtonKind {
    Primary, ///< the one thing to do here
    Plain,
    Quiet,   ///< without a ground until the mouse is over it
};

/// A button with its label centred and an icon before it. The label is its id, so that tests can press it.
bool button(std::string_view label, ButtonKind kind, const char* icon = nullptr);
float button_width(std::string_view label, bool with_icon);
float button_height();
/// A square button that shows an icon only. @param name its id. @param tooltip what it does, with the shortcut.
bool icon_button(const char* name, const char* icon, std::string_view tooltip);

enum class ChipState { Normal, Selected, Muted };

/// An expert's chip: mark, name, figure. Selected: this expert alone is looked at; Muted: its ink is off.
bool expert_chip(const char* id, ExpertStyle style, std::string_view name, std::string_view figure, ChipState state);
/// A chip with words only, for sample queries, filters and terms.
bool text_chip(const char* id, std::string_view text, bool selected = false);
/// Width of a text chip, for flowing chips over several lines.
float text_chip_width(std::string_view text);
/// A query to try, or a document to select, as a whole line: its words, and what kind it is.
bool sample_row(const char* id, std::string_view text, std::string_view category, float width, const char* icon = icon::kSearch);
/// Moves to the next line when a thing of that width does not fit behind the last one; call before each but the first.
void flow_next(float width, float spacing);

/// Opens the next popup of this frame below the last item, as wide things may be only as far as the window goes.
void place_popup_below_item();
/// One line of a menu, in the menus' type. @return true: it was chosen.
bool menu_item(std::string_view label, const char* shortcut = nullptr, bool enabled = true);

/// Begins a tooltip over what the mouse is on. For an audience it waits until the mouse rests for a while: before that it only
/// points. @return as Dear ImGui's BeginTooltip
bool begin_explanation();
/// Whether the mouse rests on the last item, so that its tooltip is due.
bool is_pointed_at();
/// A tooltip of plain wrapped text over the last item.
void hover_text(std::string_view text);
/// The same of a text that is only made when it is due: rows have many digits to write, and at most one is pointed at.
template <std::invocable Make> void hover_text(const Make& make) {
    if (is_pointed_at()) hover_text(std::string_view(make()));
}
/// The same over a stretch of the last item only.
void hover_text_in(ImVec2 min, ImVec2 max, std::string_view text);
/// The accent's ring around an item that the keyboard is on.
void focus_ring(ImVec2 min, ImVec2 max, float rounding);

/// A turning arc; asks for frames through the caller (KeepDrawing). Still, with less motion.
void draw_spinner(ImDrawList& list, ImVec2 center, float design_radius, ImU32 color);

} // namespace cameo
