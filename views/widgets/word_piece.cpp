#include "views/widgets/word_piece.hpp"

#include "views/widgets/controls.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

constexpr std::string_view kMark = "##"; ///< WordPiece's mark of a piece that continues a word
constexpr float kPieceHeight = 26, kPadding = 10, kPieceGap = 8;

bool is_fragment(std::string_view piece) { return piece.size() > kMark.size() && piece.starts_with(kMark); }

} // namespace

float draw_piece(ImDrawList& list, ImVec2 baseline, TextStyle style, ImU32 color, std::string_view piece, float max_width,
                 bool* cut) {
    if (!is_fragment(piece)) return draw_their_text(list, baseline, style, color, piece, max_width, Align::Left, cut);
    const ImU32 faint = (color & ~IM_COL32_A_MASK) | ((color >> IM_COL32_A_SHIFT) * 2 / 5) << IM_COL32_A_SHIFT;
    const float mark = draw_their_text(list, baseline, style, faint, kMark, max_width);
    return mark + draw_their_text(list, {baseline.x + mark, baseline.y}, style, color, piece.substr(kMark.size()), max_width - mark,
                                  Align::Left, cut);
}

std::string fragment_words(std::string_view piece) {
    if (!is_fragment(piece)) return {};
    return "A fragment: \u201C" + std::string(piece.substr(kMark.size())) +
           "\u201D where it goes on with a word that began before it. The vocabulary builds rare words out of such pieces.";
}

float piece_chip_width(std::string_view piece, std::string_view figure) {
    return dp(kPadding) * 2 + text_width(TextStyle::Small, piece) + dp(kPieceGap) + text_width(TextStyle::Mono, figure);
}

void piece_chip(const char* id, std::string_view piece, std::string_view figure, std::string_view hover) {
    const float width = std::min(piece_chip_width(piece, figure), std::max(ImGui::GetContentRegionAvail().x, dp(60)));
    ImGui::InvisibleButton(id, {width, dp(kPieceHeight)}, ImGuiButtonFlags_EnableNav);
    const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(min, max, ink(colors().text, ImGui::IsItemHovered() ? 0.12f : 0.07f), dp(6));
    const float baseline = std::round((min.y + max.y - line_height(TextStyle::Small)) / 2 + ascent(TextStyle::Small));
    const float number = draw_text(list, {max.x - dp(kPadding), baseline}, TextStyle::Mono, ink(colors().dim), figure,
                                   width - dp(kPadding), Align::Right);
    draw_piece(list, {min.x + dp(kPadding), baseline}, TextStyle::Small, ink(colors().text), piece,
               width - dp(kPadding) * 2 - number - dp(kPieceGap) + 1);
    focus_ring(min, max, dp(6));
    const std::string fragment = fragment_words(piece);
    hover_text(fragment.empty() ? std::string(hover) : std::string(hover) + "\n\n" + fragment);
}

} // namespace cameo
