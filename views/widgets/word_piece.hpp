#pragma once

#include "views/draw.hpp"

#include <string>
#include <string_view>

namespace cameo {

/// A vocabulary's piece of a word on one line. The "##" that marks a fragment ("note" + "##book") steps back, so that
/// the letters are what is read. Otherwise as draw_text. @return width drawn.
float draw_piece(ImDrawList& list, ImVec2 baseline, TextStyle style, ImU32 color, std::string_view piece,
                 float max_width = std::numeric_limits<float>::max(), bool* cut = nullptr);

/// What a fragment is, for a tooltip; empty for a whole word.
std::string fragment_words(std::string_view piece);

/// A chip with a piece and its figure. @param hover shown over it, after what a fragment is.
void piece_chip(const char* id, std::string_view piece, std::string_view figure, std::string_view hover);
float piece_chip_width(std::string_view piece, std::string_view figure);

} // namespace cameo
