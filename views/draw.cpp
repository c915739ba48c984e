#include "views/draw.hpp"

#include "views/term_pointer.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace cameo {
namespace {

struct Face {
    ImFont* font;
    float size; ///< design pixels
};

Face face(TextStyle style) {
    const Fonts& fonts = theme().fonts;
    switch (style) {
    case TextStyle::Body: return {fonts.regular, 16};
    case TextStyle::Strong: return {fonts.semibold, 16};
    case TextStyle::Small: return {fonts.regular, 14};
    case TextStyle::SmallStrong: return {fonts.semibold, 14};
    case TextStyle::Mono: return {fonts.mono, 14};
    case TextStyle::Title: return {fonts.semibold, 20};
    case TextStyle::Display: break;
    }
    return {fonts.semibold, 30};
}

constexpr std::string_view kEllipsis = "…";

} // namespace

FontScope::FontScope(TextStyle style) {
    const Face chosen = face(style);
    ImGui::PushFont(chosen.font, chosen.size);
}

FontScope::~FontScope() { ImGui::PopFont(); }

float line_height(TextStyle style) {
    const FontScope scope(style);
    return ImGui::GetTextLineHeight();
}

float ascent(TextStyle style) {
    const FontScope scope(style);
    return ImGui::GetFontBaked()->Ascent;
}

float text_width(TextStyle style, std::string_view text) {
    const FontScope scope(style);
    return ImGui::CalcTextSize(text.data(), text.data() + text.size()).x;
}

float draw_text(ImDrawList& list, ImVec2 baseline, TextStyle style, ImU32 color, std::string_view text, float max_width,
                Align align, bool* cut) {
    if (cut) *cut = false;
    if (text.empty() || max_width <= 0) return 0;
    const FontScope scope(style);
    ImFont* font = ImGui::GetFont();
    const float size = ImGui::GetFontSize();
    const char* const begin = text.data();
    const char* end = begin + text.size();
    float width = font->CalcTextSizeA(size, FLT_MAX, 0, begin, end).x;
    float ellipsis_width = 0;
    if (width > max_width) {
        if (cut) *cut = true;
        ellipsis_width = font->CalcTextSizeA(size, FLT_MAX, 0, kEllipsis.data(), kEllipsis.data() + kEllipsis.size()).x;
        if (ellipsis_width > max_width) return 0;
        const char* remaining = begin;
        width = font->CalcTextSizeA(size, max_width - ellipsis_width, 0, begin, end, &remaining).x;
        end = remaining;
        while (end > begin && end[-1] == ' ')
            --end;
        width = font->CalcTextSizeA(size, FLT_MAX, 0, begin, end).x;
    }
    const float drawn = width + ellipsis_width;
    float x = baseline.x;
    if (align == Align::Right) x -= drawn;
    if (align == Align::Center) x -= drawn / 2;
    const ImVec2 top_left{std::round(x), std::round(baseline.y - ImGui::GetFontBaked()->Ascent)};
    list.AddText(font, size, top_left, color, begin, end);
    // Figures, tokens and ids are no words.
    if (style != TextStyle::Mono) term_pointer().note_line(list, top_left, width, {begin, end}, colors().dim);
    if (ellipsis_width > 0)
        list.AddText(font, size, {top_left.x + width, top_left.y}, color, kEllipsis.data(),
                     kEllipsis.data() + kEllipsis.size());
    return drawn;
}

float draw_their_text(ImDrawList& list, ImVec2 baseline, TextStyle style, ImU32 color, std::string_view text, float max_width, Align align, bool* cut) {
    const TheirWords theirs;
    return draw_text(list, baseline, style, color, text, max_width, align, cut);
}

void draw_icon(ImDrawList& list, ImVec2 center, const char* icon, ImU32 color, float design_size) {
    if (!theme().fonts.icons) return;
    ImGui::PushFont(theme().fonts.regular, design_size);
    unsigned int code = 0;
    ImTextCharFromUtf8(&code, icon, nullptr);
    // By the glyph's own box rather than its advance: icons differ in how they sit in theirs.
    if (const ImFontGlyph* glyph = ImGui::GetFontBaked()->FindGlyphNoFallback(static_cast<ImWchar>(code))) {
        const float scale = ImGui::GetFontSize() / ImGui::GetFontBaked()->Size;
        const ImVec2 middle{(glyph->X0 + glyph->X1) / 2 * scale, (glyph->Y0 + glyph->Y1) / 2 * scale};
        list.AddText(ImGui::GetFont(), ImGui::GetFontSize(),
                     {std::round(center.x - middle.x), std::round(center.y - middle.y)}, color, icon);
    }
    ImGui::PopFont();
}

ImU32 hue(ExpertStyle style, float alpha) {
    return ink(style.hue < kExpertHues ? colors().experts[style.hue] : colors().groups[(style.hue - kExpertHues) % kGroupHues], alpha);
}

void draw_mark(ImDrawList& list, ImVec2 center, ExpertStyle style, float design_size, bool filled, float alpha) {
    const ImU32 color = hue(style, alpha);
    const float thickness = std::max(1.0f, 1.3f * theme().scale);
    const float radius = design_size * theme().scale / 2 - (filled ? 0 : thickness / 2);
    const auto polygon = [&](std::span<const ImVec2> unit) {
        std::array<ImVec2, 12> points{};
        for (std::size_t corner = 0; corner < unit.size(); ++corner)
            points[corner] = {center.x + unit[corner].x * radius, center.y + unit[corner].y * radius};
        if (filled)
            list.AddConcavePolyFilled(points.data(), static_cast<int>(unit.size()), color);
        else
            list.AddPolyline(points.data(), static_cast<int>(unit.size()), color, thickness, ImDrawFlags_Closed);
    };
    switch (style.shape) {
    case MarkShape::Circle:
        if (filled)
            list.AddCircleFilled(center, radius, color);
        else
            list.AddCircle(center, radius, color, 0, thickness);
        return;
    case MarkShape::Diamond: return polygon(std::array<ImVec2, 4>{{{0, -1.2f}, {1.2f, 0}, {0, 1.2f}, {-1.2f, 0}}});
    case MarkShape::Square: return polygon(std::array<ImVec2, 4>{{{-.9f, -.9f}, {.9f, -.9f}, {.9f, .9f}, {-.9f, .9f}}});
    case MarkShape::Triangle: return polygon(std::array<ImVec2, 3>{{{0, -1.1f}, {1.1f, .9f}, {-1.1f, .9f}}});
    case MarkShape::Hexagon:
        return polygon(std::array<ImVec2, 6>{{{0, -1.1f}, {1, -.55f}, {1, .55f}, {0, 1.1f}, {-1, .55f}, {-1, -.55f}}});
    case MarkShape::Cross:
        return polygon(std::array<ImVec2, 12>{{{-.4f, -1.1f}, {.4f, -1.1f}, {.4f, -.4f}, {1.1f, -.4f}, {1.1f, .4f},
                                               {.4f, .4f}, {.4f, 1.1f}, {-.4f, 1.1f}, {-.4f, .4f}, {-1.1f, .4f},
                                               {-1.1f, -.4f}, {-.4f, -.4f}}});
    case MarkShape::Ring:
        list.AddCircle(center, radius * 0.8f, color, 0, filled ? radius * 0.55f : thickness);
        return;
    case MarkShape::Bar: return polygon(std::array<ImVec2, 4>{{{-.5f, -1.2f}, {.5f, -1.2f}, {.5f, 1.2f}, {-.5f, 1.2f}}});
    }
}

float paragraph(std::string_view text, TextStyle style, Rgb color, float wrap_width) {
    const FontScope scope(style);
    const float top = ImGui::GetCursorPosY();
    const float width = wrap_width > 0 ? wrap_width : ImGui::GetContentRegionAvail().x;
    ImGui::PushTextWrapPos(wrap_width > 0 ? ImGui::GetCursorPosX() + wrap_width : 0);
    ImGui::PushStyleColor(ImGuiCol_Text, ink4(color));
    ImGui::TextUnformatted(text.data(), text.data() + text.size());
    ImGui::PopStyleColor();
    ImGui::PopTextWrapPos();
    if (style != TextStyle::Mono && ImGui::IsMouseHoveringRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax()))
        term_pointer().note_paragraph(*ImGui::GetWindowDrawList(), ImGui::GetItemRectMin(), width, text, colors().dim);
    return ImGui::GetCursorPosY() - top;
}

void label(std::string_view text, TextStyle style, Rgb color) {
    const FontScope scope(style);
    ImGui::PushStyleColor(ImGuiCol_Text, ink4(color));
    ImGui::TextUnformatted(text.data(), text.data() + text.size());
    ImGui::PopStyleColor();
    if (style != TextStyle::Mono) term_pointer().note_line(*ImGui::GetWindowDrawList(), ImGui::GetItemRectMin(), ImGui::GetItemRectSize().x, text, colors().dim);
}

void section(std::string_view heading, std::string_view explanation) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const float height = line_height(TextStyle::Strong);
    const float baseline = at.y + ascent(TextStyle::Strong);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float used = draw_text(list, {at.x, baseline}, TextStyle::Strong, ink(colors().text), heading, width);
    const float left = width - used - dp(space::kUnit);
    draw_text(list, {at.x + used + dp(space::kUnit), baseline}, TextStyle::Small, ink(colors().dim), explanation, left);
    ImGui::Dummy({width, height});
}

} // namespace cameo
